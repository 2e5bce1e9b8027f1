import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { basename, join, resolve } from "node:path";
import { chromium } from "playwright";
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { findBrowser } from "../scripts/steps.mjs";
import { bundleForBrowser } from "./browser-bundle";
import { type ListenServer, startListenServer } from "./listen-server";

const root = resolve(import.meta.dirname, "..");
const SCRIPTS = ["audio-worker.js", "playback-worklet.js", "microphone-worklet.js"];
const BEEP_HZ = 800;
const BEEP_FRAMES = 5;
/** Longer than any delay that would be bearable, so that a beep is never taken for the one before. */
const BEEP_EVERY_FRAMES = 50;
/** The jitter buffer has found its size, and the browser its sound card. */
const WARM_UP_MS = 4000;

/** The page with the product's own headset, its worker and its worklets, as `npm start` would serve them. */
function servePage(): RequestListener {
  execFileSync(process.execPath, ["scripts/build-headset.mjs"], { cwd: root });
  const files = new Map<string, string>([
    ["page.js", bundleForBrowser("listen-page.ts")],
    ...SCRIPTS.map((name): [string, string] => [name, readFileSync(join(root, "public/headset", name), "utf8")]),
  ]);
  return (request, response) => {
    if (request.url?.startsWith("/socket.io")) return;
    const script = files.get(basename(request.url ?? ""));
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ?? "<!doctype html><title>Listening benchmark</title><script src='/page.js'></script>");
  };
}

/** The caller beeps once a second, in real time; the agent is silent. @returns when each beep's frame came in, epoch ms */
function startBeeps({ sockets, callIds: [callId] }: ListenServer): { beeps: number[]; stop: () => void } {
  const beeps: number[] = [];
  const startedAt = performance.now();
  let sequence = 0;
  const push = (party: "caller" | "agent", samples: Int16Array) => {
    if (callId) sockets.hear(callId, { party, sequence, atMs: sequence * FRAME_MS, samples });
  };
  let timer: NodeJS.Timeout;
  const speak = () => {
    const at = sequence % BEEP_EVERY_FRAMES;
    const amplitude = at < BEEP_FRAMES ? 16_000 : 0;
    const wave = (index: number) => Math.sin((2 * Math.PI * BEEP_HZ * (at * FRAME_SAMPLES + index)) / SAMPLE_RATE);
    if (at === 0) beeps.push(performance.timeOrigin + performance.now());
    push(
      "caller",
      Int16Array.from({ length: FRAME_SAMPLES }, (_, index) => amplitude * wave(index)),
    );
    push("agent", new Int16Array(FRAME_SAMPLES));
    sequence += 1;
    timer = setTimeout(speak, Math.max(0, startedAt + sequence * FRAME_MS - performance.now()));
  };
  speak();
  return { beeps, stop: () => clearTimeout(timer) };
}

/**
 * @returns milliseconds from a gateway's frame in at the server to its first sample at the loudspeaker of a real Chromium (its
 * AudioContext's own account of the output), a value a second. The 20 ms that the frame itself took to be spoken are not in it.
 */
export async function measureGlassToGlass({ seconds }: { seconds: number }): Promise<number[]> {
  const server = await startListenServer({ calls: 1, onRequest: servePage() });
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
  const source = startBeeps(server);
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(server.url);
    await page.evaluate((callId) => window.listenTo(callId), server.callIds[0] ?? "");
    await page.waitForTimeout(WARM_UP_MS);
    await page.evaluate(() => {
      window.heardAt.length = 0;
    });
    await page.waitForTimeout(seconds * 1000);
    const heardAt = await page.evaluate(() => window.heardAt);
    if (heardAt.length === 0)
      console.error("nothing heard:", await page.evaluate(() => JSON.stringify(window.headsetState())));
    return heardAt.flatMap((at) => {
      const beep = source.beeps.findLast((sent) => sent <= at);
      return beep === undefined ? [] : [at - beep];
    });
  } finally {
    source.stop();
    await browser.close();
    await server.close();
  }
}
