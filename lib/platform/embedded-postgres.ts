import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { type PostgresPlace, preparePlace } from "./embedded-postgres-place";
import { clearFormer, initialise, startPostgres } from "./embedded-postgres-process";

const USER = "earshot";
const DATABASE = "earshot";

export type EmbeddedPostgres = {
  /** With the password in it: never log it. */
  url: string;
  port: number;
  /** Where it really lives: under `dataDir`, or under /var/lib/earshot where root's own folders are closed. */
  home: string;
  /** Fast shutdown; resolves once the process is gone. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  dataDir: string;
  onProgress?: (message: string) => void;
  /** Called if it ends without `stop()`. */
  onLost?: () => void;
  /** postgresql.conf settings, e.g. `{ fsync: "off" }` for tests. */
  settings?: Record<string, string>;
};

/** The password is made once, with the database; without its file the database would be lost. */
function password({ home, fresh }: { home: string; fresh: boolean }): string {
  const file = join(home, "password");
  if (!fresh) return readFileSync(file, "utf8").trim();
  const made = randomBytes(24).toString("base64url");
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}

function ownHome({ home, user }: PostgresPlace): void {
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o700);
  if (user) chownSync(home, user.uid, user.gid);
}

function ownerPid(home: string): number | null {
  const file = join(home, "owner.pid");
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : Number.NaN;
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** Made under another name and renamed, so that a first start cut short leaves nothing half-made. */
async function create(options: { place: PostgresPlace; data: string; durable: boolean }): Promise<void> {
  const { place, data } = options;
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const secret = password({ home: place.home, fresh: true });
  const passwordFile = join(place.home, "initdb-password");
  writeFileSync(passwordFile, secret, { mode: 0o600 });
  if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid);
  try {
    await initialise({ place, data: unfinished, user: USER, passwordFile, durable: options.durable });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

async function ensureDatabase(url: (database: string) => string): Promise<void> {
  const client = new Client({ connectionString: url("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE "${DATABASE}"`);
  } finally {
    await client.end();
  }
}

/**
 * Starts the Postgres that comes with Earshot, bound to 127.0.0.1 on a free port, and makes its database on the first start.
 * It ends with this process, also after `kill -9`; what an earlier kill left behind is stopped first.
 * @throws Error that says what to do: unsupported platform, folder in use, or the end of Postgres' own log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {});
  const settings = options.settings ?? {};
  const place = preparePlace({ dataDir: options.dataDir, onProgress });
  ownHome(place);
  const data = join(place.home, "data");
  await clearFormer({ data, ownerPid: ownerPid(place.home), onProgress });
  if (!existsSync(data)) {
    onProgress("creating the database (first start only)");
    await create({ place, data, durable: settings.fsync !== "off" });
  }
  writeFileSync(join(place.home, "owner.pid"), String(process.pid));
  onProgress("starting the database");
  const running = await startPostgres({ place, data, settings });
  let stopping = false;
  running.child.once("exit", () => {
    if (!stopping) options.onLost?.();
  });
  const secret = password({ home: place.home, fresh: false });
  const url = (database: string) => `postgresql://${USER}:${secret}@127.0.0.1:${running.port}/${database}`;
  const stop = async () => {
    stopping = true;
    await running.stop();
    rmSync(join(place.home, "owner.pid"), { force: true });
  };
  try {
    await ensureDatabase(url);
  } catch (error) {
    await stop();
    throw error;
  }
  onProgress(`database ready on 127.0.0.1:${running.port}`);
  return { url: url(DATABASE), port: running.port, home: place.home, stop };
}
