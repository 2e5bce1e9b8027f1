import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { concatSamples } from "@/lib/audio/frame";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { encodeWav, wavHeader } from "@/lib/audio/wav";
import { greetControl, greetMedia } from "./testing/wire-client";

/** A process of its own takes seconds to start on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const apiKey = "process";
let dir: string;
let child: ChildProcess | null = null;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "earshot-switch-"));
  const caller = sine({ frequency: 440, durationMs: 1000, sampleRate: 8000, amplitude: 0.5 });
  // 8-bit samples at an odd rate, shorter than the other side.
  const agent = sine({ frequency: 1000, durationMs: 500, sampleRate: 11_025, amplitude: 0.5 });
  await writeFile(join(dir, "shop-caller.wav"), encodeWav({ sampleRate: 8000, channels: [caller] }));
  await writeFile(join(dir, "shop-agent.wav"), eightBit(agent, 11_025));
  await writeFile(join(dir, "lonely-caller.wav"), encodeWav({ sampleRate: 8000, channels: [caller] }));
  await writeFile(join(dir, "shop.json"), JSON.stringify({ callerName: "Jack", calleeNumber: "1003", ringMs: 50 }));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(dir, { recursive: true, force: true });
});

function eightBit(samples: Int16Array, sampleRate: number): Uint8Array {
  const header = wavHeader({ sampleRate, channelCount: 1, dataBytes: samples.length });
  const view = new DataView(header.buffer);
  view.setUint32(28, sampleRate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  return Buffer.concat([header, Uint8Array.from(samples, (sample) => sample / 256 + 128)]);
}

async function startProcess(args: string[] = []) {
  const started = spawn(process.execPath, ["--import", "tsx", "lib/switch/main.ts", ...args], {
    env: { ...process.env, SWITCH_API_KEY: apiKey, LOG_LEVEL: "warn" },
    stdio: ["pipe", "pipe", "inherit", "ipc"],
  });
  child = started;
  const exited = new Promise<number | null>((resolve) => started.once("exit", resolve));
  const told = new Promise<unknown>((resolve) => started.once("message", resolve));
  const lines: string[] = [];
  const output = started.stdout;
  if (!output) throw new Error("the process has no standard output");
  const line = new Promise<string>((resolve) => {
    createInterface({ input: output }).on("line", (text) => {
      lines.push(text);
      resolve(text);
    });
  });
  const message = JSON.parse(await line);
  expect(message).toEqual({ type: "listening", url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/) });
  expect(await told).toEqual(message);
  return { process: started, url: String(message.url), exited, lines };
}

test("replays a pair of recordings as a call, once, and ends with a signal", async () => {
  const legs = join(dir, "legs");
  const { process, url, exited, lines } = await startProcess([
    ...["--recordings-dir", dir, "--recordings-times", "1", "--calls", "1", "--record-legs-dir", legs],
  ]);
  const control = await greetControl({ url, apiKey });
  const { call } = await control.next("call.incoming");
  expect(call).toMatchObject({ callerName: "Jack", calleeNumber: "1003", calleeName: null, state: "PENDING" });
  const media = await greetMedia({ url, apiKey, callId: call.callId });
  await media.command("answer");
  await media.command("connect");
  expect(await control.next("call.terminated")).toMatchObject({ reason: "caller-hung-up" });
  const heard = (track: "caller" | "callee") =>
    concatSamples(media.frames.filter((f) => f.track === track && f.mode !== "none").map(({ samples }) => samples));
  const level = (samples: Int16Array, frequency: number) => toneAmplitude(samples, { frequency, sampleRate: 16_000 });
  expect(heard("caller").length).toBe(heard("callee").length);
  // The same time on both sides: a second of the caller, half a second of the agent.
  expect(level(heard("caller").slice(1600, 14_400), 440)).toBeCloseTo(0.5, 1);
  expect(level(heard("callee").slice(1600, 6400), 1000)).toBeCloseTo(0.5, 1);
  expect(
    heard("callee")
      .slice(8800)
      .every((sample) => sample === 0),
  ).toBe(true);
  expect(level(heard("callee"), 440)).toBeLessThan(0.01);
  process.kill("SIGTERM");
  expect(await exited).toBe(0);
  expect((await readdir(legs)).sort()).toEqual(
    ["agent-heard.wav", "agent-said.wav", "caller-heard.wav", "caller-said.wav", "json"].map(
      (end) => `${call.callId}.${end}`,
    ),
  );
  expect(lines).toHaveLength(1);
});

test("ends when its parent lets go of it", async () => {
  const { process, exited } = await startProcess(["--calls", "0"]);
  process.stdin?.end();
  expect(await exited).toBe(0);
  const second = await startProcess(["--calls", "0"]);
  second.process.disconnect();
  expect(await second.exited).toBe(0);
});

test("says what is wrong with its options and does not start", async () => {
  const started = spawn(process.execPath, ["--import", "tsx", "lib/switch/main.ts", "--port", "99999"], {
    env: { ...process.env, SWITCH_API_KEY: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  child = started;
  let said = "";
  started.stderr.on("data", (part) => {
    said += String(part);
  });
  expect(await new Promise((resolve) => started.once("exit", resolve))).toBe(1);
  expect(said).toContain("SWITCH_PORT");
});
