import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";

/** Starting and stopping as a person does: nothing is left behind, and a kill is recovered from. */

function childrenOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid="]).toString().trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const direct = pairs.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("an orderly stop leaves no process; after kill -9 the next start recovers", async () => {
  test.setTimeout(240_000);
  const server = new EarshotProcess({ SWITCH_CALLS: "1", STT_PROVIDER: "none" });
  try {
    await server.start();
    const first = childrenOf(server.pid);
    expect(first.length).toBeGreaterThanOrEqual(2);
    const health = await (await fetch(`${server.url}/api/health?ready`)).json();
    expect(health).toMatchObject({ live: true, ready: true });
    expect(health.dependencies.transcription).toEqual({ state: "down" });
    const cookie = await server.signIn(server.user("admin"));
    const told = await (await fetch(`${server.url}/api/health`, { headers: { cookie } })).json();
    expect(told.dependencies.transcription.detail).toContain("turned off");
    const metrics = await (await fetch(`${server.url}/api/metrics`)).text();
    expect(metrics).toMatch(/^earshot_gateways_up 1$/m);
    await server.stop();
    await expect.poll(() => first.filter(isRunning)).toEqual([]);

    await server.start();
    const second = childrenOf(server.pid);
    await server.stop({ force: true });
    await server.start();
    expect((await fetch(`${server.url}/api/health?ready`)).status).toBe(200);
    await expect.poll(() => second.filter(isRunning), { timeout: 20_000 }).toEqual([]);
  } finally {
    await server.dispose();
  }
});

/** `npm start` as npm runs it. Resolves with the address once it is up. */
function launch(dataDir: string): { launcher: ChildProcess; up: Promise<string> } {
  const launcher = spawn(process.execPath, ["scripts/start.mjs", "--port", "0"], {
    env: {
      ...process.env,
      EARSHOT_DATA_DIR: dataDir,
      STT_PROVIDER: "none",
      SWITCH_CALLS: "1",
      DATABASE_URL: "",
      GATEWAY_URL: "",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  const up = new Promise<string>((resolve, reject) => {
    launcher.stderr?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const url = /Earshot is up \(.*\):\s+(http\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
    launcher.on("exit", (code) => reject(new Error(`npm start ended with ${code}\n${output}`)));
  });
  up.catch(() => undefined);
  return { launcher, up };
}

for (const [how, signal] of [
  ["Ctrl-C", "SIGINT"],
  ["the launcher being killed", "SIGKILL"],
] as const)
  test(`npm start comes up and ${how} ends every part of it`, async () => {
    test.setTimeout(180_000);
    const dataDir = mkdtempSync(join(tmpdir(), "earshot-start-"));
    chmodSync(dataDir, 0o711);
    const { launcher, up } = launch(dataDir);
    try {
      expect((await fetch(`${await up}/sign-in`)).status).toBe(200);
      const parts = childrenOf(launcher.pid ?? 0);
      expect(parts.length).toBeGreaterThanOrEqual(3);
      launcher.kill(signal);
      await expect.poll(() => parts.filter(isRunning), { timeout: 40_000 }).toEqual([]);
    } finally {
      launcher.kill("SIGKILL");
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
