import { io, type Socket } from "socket.io-client";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/contract/socket-events";
import { silentLogger } from "@/lib/platform/logger";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import type { PlacedCall } from "@/lib/switch/call-spec";
import { createSwitch, type Switch } from "@/lib/switch/switch";
import { measureTree } from "./process-tree";
import { type Dialogue, frameOf, partyOf, type SpokenLine, speakDialogue } from "./spoken-dialogue";
import { percentile, wholeNumber } from "./statistics";

const API_KEY = "bench-key";
/** An utterance belongs to the line whose start or end it shares to within this. */
const MATCH_MS = 600;
const SETTLE_MS = 4000;

type Browser = Socket<ServerToClientEvents, ClientToServerEvents>;
type Heard = { event: DomainEvent; at: number };
/** A call with its truth: when each frame of its audio clock left the switch, and what was said in it. */
type RunningCall = { placed: PlacedCall; dialogue: Dialogue; frameTimes: number[]; connectedAt: number };

/** Monotonic within the process, and comparable with the server's clock on the same machine. */
const wallClock = () => performance.timeOrigin + performance.now();

async function startServer(exchangeUrl: string): Promise<EarshotProcess> {
  const server = new EarshotProcess({
    GATEWAY_URL: exchangeUrl,
    GATEWAY_API_KEY: API_KEY,
    DEMONSTRATION: "true",
    LOG_LEVEL: "warn",
  });
  await server.start();
  return server;
}

async function openBrowser(server: EarshotProcess): Promise<Browser> {
  const cookie = await server.signIn(server.user("admin"));
  const browser: Browser = io(server.url, { transports: ["websocket"], extraHeaders: { cookie, origin: server.url } });
  await new Promise<void>((resolve, reject) => {
    browser.on("connect", resolve);
    browser.on("connect_error", reject);
  });
  return browser;
}

async function placeCall(exchange: Switch, options: { index: number; seconds: number }): Promise<RunningCall> {
  const dialogue = await speakDialogue({ seconds: options.seconds, offset: options.index });
  const frameTimes: number[] = [];
  const placed = exchange.placeCall({
    caller: partyOf(dialogue.lanes.caller),
    callee: partyOf(dialogue.lanes.agent),
    callerNumber: `+44100${options.index}`,
    calleeNumber: String(1001 + options.index),
    ringMs: 500,
  });
  const call: RunningCall = { placed, dialogue, frameTimes, connectedAt: -1 };
  placed.tap((frame) => {
    frameTimes[frame.index] = wallClock();
    if (frame.mode && call.connectedAt < 0) call.connectedAt = frame.index;
  });
  return call;
}

/** Opens the call as soon as it is on the board, and notes every event with the time it reached the browser. */
async function follow(browser: Browser, call: RunningCall): Promise<Heard[]> {
  const heard: Heard[] = [];
  const { callId } = call.placed;
  browser.on("call:events", (message) => {
    const at = wallClock();
    if (message.callId === callId) for (const event of message.events) heard.push({ event, at });
  });
  for (let attempt = 0; attempt < 100; attempt++) {
    const result = await browser.emitWithAck("call:subscribe", { version: 1, callId });
    if (result.ok) return heard;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`call ${callId} never appeared`);
}

type Latencies = { partial: number[]; final: number[]; toBrowser: number[]; finals: number };

function evaluate(call: RunningCall, heard: Heard[]): Latencies {
  const result: Latencies = { partial: [], final: [], toBrowser: [], finals: 0 };
  const origin = call.connectedAt * FRAME_MS;
  const timeOf = (ms: number) => call.frameTimes[call.connectedAt + frameOf(ms)];
  const started = new Set<SpokenLine>();
  for (const { event, at } of heard) {
    result.toBrowser.push(at - event.occurredAt);
    if (event.type !== "utterance.partial" && event.type !== "utterance.final") continue;
    const { party, startMs, endMs } = event.utterance;
    const near = (line: SpokenLine, edge: "startMs" | "endMs") =>
      line.party === party && Math.abs(line[edge] + origin - (edge === "startMs" ? startMs : endMs)) < MATCH_MS;
    if (event.type === "utterance.partial") {
      const opening = call.dialogue.lines.find((line) => near(line, "startMs") && !started.has(line));
      const firstSound = opening && timeOf(opening.startMs);
      if (!opening || firstSound === undefined) continue;
      started.add(opening);
      result.partial.push(at - firstSound);
      continue;
    }
    result.finals += 1;
    const closing = call.dialogue.lines.find((line) => near(line, "endMs"));
    const lastSound = closing && timeOf(closing.endMs);
    if (lastSound !== undefined) result.final.push(at - lastSound);
  }
  return result;
}

/**
 * The whole product on K calls of S seconds: switch → driver → voice activity → recognition → bus → browser. First partial is
 * counted from the first sound of a line, final from the last sound; both at the browser's socket. `cores` and memory are the
 * server's with its database; switch and browser run in this process.
 */
export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const calls = wholeNumber(options.calls, { name: "calls", fallback: 4 });
  const seconds = wholeNumber(options.seconds, { name: "seconds", fallback: 60 });
  const exchange = createSwitch({ apiKey: API_KEY }, { logger: silentLogger });
  const { url } = await exchange.start();
  console.error("starting the server …");
  const server = await startServer(url);
  const browser = await openBrowser(server);
  console.error(`${calls} calls, ${seconds} s …`);
  const running: RunningCall[] = [];
  for (let index = 0; index < calls; index++) running.push(await placeCall(exchange, { index, seconds }));
  const followed = await Promise.all(running.map((call) => follow(browser, call)));
  const before = measureTree(server.pid);
  const startedAt = performance.now();
  let peakRssMb = 0;
  const watch = setInterval(() => {
    peakRssMb = Math.max(peakRssMb, measureTree(server.pid).rssMb);
  }, 1000);
  await Promise.race(running.map((call) => call.placed.ended));
  const elapsed = (performance.now() - startedAt) / 1000;
  const used = measureTree(server.pid).cpuSeconds - before.cpuSeconds;
  await Promise.all(running.map((call) => call.placed.ended));
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  clearInterval(watch);
  const all = running.map((call, index) => evaluate(call, followed[index] ?? []));
  browser.close();
  await server.dispose();
  await exchange.stop();
  const collect = (key: "partial" | "final" | "toBrowser") => all.flatMap((latencies) => latencies[key]);
  return {
    calls,
    seconds,
    cores: Math.round((used / elapsed) * 100) / 100,
    partialP50Ms: percentile(collect("partial"), 0.5),
    partialP95Ms: percentile(collect("partial"), 0.95),
    finalP50Ms: percentile(collect("final"), 0.5),
    finalP95Ms: percentile(collect("final"), 0.95),
    eventToBrowserP50Ms: percentile(collect("toBrowser"), 0.5),
    eventToBrowserP95Ms: percentile(collect("toBrowser"), 0.95),
    peakRssMb: Math.round(peakRssMb),
    finals: all.reduce((sum, { finals }) => sum + finals, 0),
    lines: running.reduce((sum, { dialogue }) => sum + dialogue.lines.length, 0),
  };
}
