import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { PostgresPlace, ServiceUser } from "./embedded-postgres-place";

const READY = "database system is ready to accept connections";
/** Of a postmaster that was killed: its children need a moment to notice; and a port taken between asking and binding. */
const WORTH_RETRYING = /pre-existing shared memory block|Address already in use|could not create any TCP\/IP sockets/;
const START_ATTEMPTS = 20;
const RETRY_MS = 500;
const STOP_MS = 20_000;

/**
 * Runs Postgres beside a reader of its own standard input, which is a pipe from us. When we end, however we end, the pipe
 * closes and Postgres gets SIGINT (fast shutdown). No process is left behind, and Ctrl-C in a terminal does not reach it.
 */
const GUARD = `exec 3<&0
"$@" 3<&- & pid=$!
{ cat <&3 >/dev/null; kill -INT "$pid"; } 2>/dev/null & watch=$!
wait "$pid"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

export type RunningPostgres = { port: number; child: ChildProcess; stop(): Promise<void> };

function asUser(user: ServiceUser): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("The system gave no free port.");
  return address.port;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function commandLineOf(pid: number): string {
  try {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { stdio: "pipe" }).toString();
  } catch {
    return "";
  }
}

async function isGone({ pid, withinMs }: { pid: number; withinMs: number }): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
}

/**
 * Makes way in a data folder: stops the Postgres of an Earshot that was killed, removes the lock of one that is no more.
 * @throws Error where a living Earshot uses the folder.
 */
export async function clearFormer(options: {
  data: string;
  ownerPid: number | null;
  onProgress: (message: string) => void;
}): Promise<void> {
  const lock = join(options.data, "postmaster.pid");
  if (!existsSync(lock)) return;
  const pid = Number.parseInt(readFileSync(lock, "utf8"), 10);
  // A dead process: Postgres tidies up itself, and checks for children of the dead one, which we could not.
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  if (!commandLineOf(pid).includes(options.data)) {
    rmSync(lock, { force: true });
    return;
  }
  if (options.ownerPid !== null && isAlive(options.ownerPid))
    throw new Error(
      `Another Earshot (process ${options.ownerPid}) is using the database in ${options.data}. ` +
        "Stop it first, or give this one a folder of its own with EARSHOT_DATA_DIR.",
    );
  options.onProgress(`stopping the database of an earlier start (process ${pid})`);
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    process.kill(pid, signal);
    if (await isGone({ pid, withinMs: STOP_MS / 2 })) return;
  }
  throw new Error(`The database of an earlier start (process ${pid}) does not stop. End that process by hand.`);
}

/** Creates an empty database cluster in `data` with the password of `passwordFile`. */
export async function initialise(options: {
  place: PostgresPlace;
  data: string;
  user: string;
  passwordFile: string;
  durable: boolean;
}): Promise<void> {
  const flags = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"];
  const args = [`--pgdata=${options.data}`, `--username=${options.user}`, `--pwfile=${options.passwordFile}`, ...flags];
  if (!options.durable) args.push("--no-sync");
  try {
    await promisify(execFile)(join(options.place.bin, "initdb"), args, { ...asUser(options.place.user), cwd: "/" });
  } catch (error) {
    const detail = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Error(`The embedded Postgres could not be created in ${options.data}: ${detail}`, { cause: error });
  }
}

type Start = { place: PostgresPlace; data: string; settings: Record<string, string> };

async function startOnce({ place, data, settings }: Start): Promise<RunningPostgres | { failed: string }> {
  const port = await freePort();
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", timezone: "UTC", ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(place.bin, "postgres"), "-D", data, "-p", String(port), ...flags];
  const child = spawn("/bin/sh", ["-c", GUARD, "sh", ...command], {
    ...asUser(place.user),
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  let log = "";
  const ready = await new Promise<boolean>((decide) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-4000);
      if (log.includes(READY)) decide(true);
    });
    child.once("error", (error) => {
      log += error.message;
      decide(false);
    });
    child.once("exit", () => decide(false));
  });
  if (!ready) return { failed: log.trim() };
  const stop = async () => {
    child.stdin?.end();
    const stopped = await Promise.race([exited.then(() => true), sleep(STOP_MS, false, { ref: false })]);
    if (!stopped && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await exited;
  };
  return { port, child, stop };
}

/** Starts Postgres on a free port of 127.0.0.1. @throws Error with the end of its log where it does not come up. */
export async function startPostgres(options: Start): Promise<RunningPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await startOnce(options);
    if (!("failed" in result)) return result;
    if (attempt === START_ATTEMPTS || !WORTH_RETRYING.test(result.failed))
      throw new Error(`The embedded Postgres in ${options.data} does not start:\n${result.failed}`);
    await sleep(RETRY_MS);
  }
}
