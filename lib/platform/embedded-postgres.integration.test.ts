import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres";
import { isReachable } from "./embedded-postgres-place";

const settings = { fsync: "off" };
const announced = z.object({ url: z.string(), home: z.string() });
let dataDir: string;
let running: EmbeddedPostgres[] = [];
let holders: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "earshot-pg-"));
});
afterEach(async () => {
  for (const holder of holders) holder.kill("SIGKILL");
  for (const postgres of running) await postgres.stop();
  running = [];
  holders = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  running.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that starts the database of `dataDir` and can be killed. */
async function hold(): Promise<{ child: ChildProcess; url: string; home: string }> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "testing", "database-holder.ts"), dataDir],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  holders.push(child);
  const line = await new Promise<string>((done, fail) => {
    child.stdout?.once("data", (chunk: Buffer) => done(chunk.toString("utf8")));
    child.once("exit", (code) => fail(new Error(`the holder ended with ${code}`)));
  });
  return { child, ...announced.parse(JSON.parse(line)) };
}

const ended = (child: ChildProcess) => new Promise((done) => child.once("exit", done));
const postmaster = (home: string) => Number.parseInt(readFileSync(join(home, "data", "postmaster.pid"), "utf8"), 10);

describe("embedded Postgres", () => {
  it("keeps data and password from one start to the next, and tells nobody the password", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
    await first.stop();
    const second = await start();
    expect(await query(second.url, "SELECT id FROM kept")).toEqual([{ id: 7 }]);
    expect(statSync(join(second.home, "password")).mode & 0o777).toBe(0o600);
    const wrong = second.url.replace(/:[^:@/]+@/, ":guess@");
    await expect(query(wrong, "SELECT 1")).rejects.toThrow(/authentication failed/);
  });

  it("listens on the loopback address only", async () => {
    const postgres = await start();
    expect(await query(postgres.url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(await query(postgres.url, "SHOW unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
  });

  it("ends with a parent that is killed, and starts again with its data", async () => {
    const { child, url, home } = await hold();
    await query(url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
    const pid = postmaster(home);
    child.kill("SIGKILL");
    await ended(child);
    const again = await start();
    expect(await query(again.url, "SELECT id FROM kept")).toEqual([{ id: 7 }]);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it("stops an orphan whose guard was killed too", async () => {
    const { child, home } = await hold();
    const pid = postmaster(home);
    const guard = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    process.kill(guard, "SIGKILL");
    child.kill("SIGKILL");
    await ended(child);
    const messages: string[] = [];
    const again = await startEmbeddedPostgres({ dataDir, settings, onProgress: (message) => messages.push(message) });
    running.push(again);
    expect(messages.join("\n")).toContain(`process ${pid}`);
    expect(await query(again.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("recovers when Postgres itself was killed and left its lock behind", async () => {
    const { child, url, home } = await hold();
    await query(url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
    process.kill(postmaster(home), "SIGKILL");
    child.kill("SIGKILL");
    await ended(child);
    expect(await query((await start()).url, "SELECT id FROM kept")).toEqual([{ id: 7 }]);
  });

  it("does not take the database from a living Earshot", async () => {
    const { url } = await hold();
    await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toThrow(/Another Earshot.*EARSHOT_DATA_DIR/s);
    expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("begins again where a first start was cut short", async () => {
    mkdirSync(join(dataDir, "postgres", "data.new", "base"), { recursive: true });
    expect(await query((await start()).url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("says when the database was lost", async () => {
    let lost = 0;
    const gone = new Promise<void>((done) => {
      void startEmbeddedPostgres({
        dataDir,
        settings,
        onLost: () => {
          lost += 1;
          done();
        },
      }).then((postgres) => {
        running.push(postgres);
        process.kill(postmaster(postgres.home), "SIGKILL");
      });
    });
    await gone;
    expect(lost).toBe(1);
  });

  it.runIf(process.getuid?.() === 0)("finds a place of its own where root's folder is closed to its user", async () => {
    const closed = join(dataDir, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    const inside = join(closed, "data");
    const postgres = await startEmbeddedPostgres({ dataDir: inside, settings });
    running.push(postgres);
    expect(postgres.home).not.toContain(inside);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await postgres.stop();
    rmSync(join(postgres.home, ".."), { recursive: true });
  });
});

describe("isReachable", () => {
  it("asks every folder on the way", () => {
    const user = { uid: 65_534, gid: 65_534 };
    chmodSync(dataDir, 0o711);
    mkdirSync(join(dataDir, "a", "b"), { recursive: true });
    expect(isReachable({ path: join(dataDir, "a", "b", "not-yet"), user })).toBe(true);
    chmodSync(join(dataDir, "a"), 0o700);
    expect(isReachable({ path: join(dataDir, "a", "b"), user })).toBe(process.getuid?.() === 65_534);
  });
});
