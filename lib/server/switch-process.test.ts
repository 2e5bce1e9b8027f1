import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseEnv } from "@/lib/platform/env";
import { silentLogger } from "@/lib/platform/logger";
import { eventually } from "@/lib/telephony/testing/eventually";
import { SwitchProcess } from "./switch-process";

/** Guards what becomes of a switch that does not come up, or dies. Its processes are real, and do only what is told here. */

const LISTENS = `process.send({ type: "listening", url: "ws://127.0.0.1:1" });`;
const DIES_WHEN_ASKED = `${LISTENS} process.on("message", () => process.exit(3)); process.on("SIGTERM", () => process.exit());`;

let dir: string;
let exchange: SwitchProcess;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "switch-"));
});
afterEach(async () => {
  await exchange.stop();
  await rm(dir, { recursive: true });
});

async function processOf(script: string): Promise<SwitchProcess> {
  const entry = join(dir, "switch.mjs");
  await writeFile(entry, script);
  exchange = new SwitchProcess({ env: parseEnv({}), logger: silentLogger, entry });
  return exchange;
}

it("leaves no listener behind, whether it came up or not", async () => {
  const broken = await processOf("process.exit(1);");
  for (let attempt = 0; attempt < 2; attempt++) await expect(broken.start()).rejects.toThrow("ended with code 1");
  expect(broken.listeners).toBe(0);
  const sound = await processOf(DIES_WHEN_ASKED);
  await sound.start();
  expect(sound.listeners).toBe(0);
});

it("tells at once that the process has ended, and comes up again", async () => {
  const sound = await processOf(DIES_WHEN_ASKED);
  let [ends, starts] = [0, 0];
  sound.onEnded(() => {
    ends += 1;
  });
  sound.onMessage(({ type }) => {
    if (type === "listening") starts += 1;
  });
  await sound.start();
  expect(sound.send({ type: "scenarios.list", requestId: "1" })).toBe(true);
  await eventually("it is up again", () => starts === 2);
  expect(ends).toBe(1);
  await sound.stop();
  expect(ends).toBe(1);
});
