import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concatSamples } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { encodeFrame, MAX_BINARY_BYTES, MAX_TEXT_BYTES, PROTOCOL, type WireFrame } from "@/lib/contract/call-control";
import { silentLogger } from "@/lib/platform/logger";
import { silentParty } from "./parties/party";
import { recordedParty } from "./parties/recorded";
import { type Random, seededRandom } from "./random";
import { createSwitch, type Switch } from "./switch";
import { greetControl, greetMedia, openControl, openMedia } from "./testing/wire-client";

const MESSAGES = 102_000;
const BATCH = 250;
const SEED = 20_261_122;
const apiKey = "fuzz";

type Draw = { random: Random; pick: <T>(items: readonly T[]) => T; int: (below: number) => number };

function drawOf(seed: number): Draw {
  const random = seededRandom(seed);
  const int = (below: number) => Math.floor(random() * below);
  return {
    random,
    int,
    pick: (items) => {
      const item = items[int(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
}

const COMMANDS = ["answer", "connect", "spy", "whisper", "barge", "close", "disconnect", "interrupt"];

/** Messages that are right by themselves, in any order. */
function wellFormed({ pick, int }: Draw): Record<string, unknown> {
  const modes = [null, "spy", "whisper", "barge"];
  return pick([
    () => ({ type: "hello", protocol: PROTOCOL, version: 1, sampleRate: 16_000, name: "fuzz" }),
    () => ({ type: "command", id: `f${int(50)}`, command: pick(COMMANDS) }),
    () => ({ type: "command", id: `f${int(50)}`, command: "connect", ringTimeSeconds: 1 + int(600) }),
    () => ({ type: "play", playId: 1 + int(20), mode: pick(modes), samples: 1 + int(50_000) }),
    () => ({ type: "play", playId: 1 + int(20), mode: pick(modes), live: true }),
    () => ({ type: "end", playId: 1 + int(20) }),
    () => ({ type: "ping", id: "fuzz" }),
    () => ({ type: "pong", id: "fuzz" }),
  ])();
}

const NONSENSE: unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    "",
    "x".repeat(200),
    [],
    {},
    "__proto__",
    "\u0000",
    "\ud800",
    "9".repeat(40),
  ],
  ...[[[[[]]]], { type: { type: "command" } }, "call.terminated", "2147483648", 4_294_967_296, Number.MAX_SAFE_INTEGER],
];

function text(draw: Draw): string {
  const { pick, int, random } = draw;
  const message = wellFormed(draw);
  const keys = Object.keys(message);
  return pick([
    () => JSON.stringify(message),
    () => JSON.stringify({ ...message, [pick(keys)]: pick(NONSENSE) }),
    () => JSON.stringify({ ...message, [pick(keys)]: undefined }),
    () => JSON.stringify(Object.fromEntries(keys.map((key) => [key, pick(NONSENSE)]))),
    () =>
      JSON.stringify({ ...message, type: pick(["credit", "drained", "calls", "result", "refused", "error", "nope"]) }),
    () => JSON.stringify(pick(NONSENSE)),
    () => JSON.stringify(message).slice(0, int(40)),
    () => `${"[".repeat(int(2000))}${JSON.stringify(message)}`,
    () => Array.from({ length: int(60) }, () => String.fromCodePoint(int(0xd7ff))).join(""),
    () => (random() < 0.01 ? " ".repeat(MAX_TEXT_BYTES + 1) : "{"),
  ])();
}

function binary(draw: Draw): Uint8Array {
  const { pick, int, random } = draw;
  const frame: WireFrame = {
    track: pick(["outbound", "outbound", "caller", "callee", "mixed"]),
    mode: pick(["none", "spy", "whisper", "barge"]),
    sequence: int(4),
    playId: int(21),
    position: int(2 ** 32),
    samples: new Int16Array(1 + int(640)).fill(int(30_000)),
  };
  const bytes = encodeFrame(frame);
  return pick([
    () => bytes,
    () => bytes.subarray(0, int(bytes.length)),
    () => bytes.map((byte, at) => (at < 16 && random() < 0.3 ? int(256) : byte)),
    () => Uint8Array.from({ length: int(100) }, () => int(256)),
    () => new Uint8Array(random() < 0.01 ? MAX_BINARY_BYTES + 1 + int(20_000) : 1),
  ])();
}

describe("the switch under fire", () => {
  let exchange: Switch;
  let url: string;
  const codes = new Map<string, number>();
  let sent = 0;

  beforeAll(async () => {
    // What a flood is is tested elsewhere; here every message has to be handled.
    exchange = createSwitch({ apiKey, rateLimit: { burst: 1e9, perSecond: 1e9 } }, { logger: silentLogger });
    ({ url } = await exchange.start());
  });
  afterAll(() => exchange.stop());

  const placeVictim = () =>
    exchange.placeCall({ caller: silentParty, callee: silentParty, callerNumber: "1", calleeNumber: "2", ringMs: 5 });

  /** One attacker: batches on one connection after another, waiting each time until the server has worked through them. */
  async function attack(options: { kind: "control" | "media"; messages: number; draw: Draw }): Promise<void> {
    const { kind, draw } = options;
    let left = options.messages;
    let call = placeVictim();
    while (left > 0) {
      if (call.wire.state === "DISCONNECTED") call = placeVictim();
      const peer =
        kind === "control" ? await openControl({ url, apiKey }) : await openMedia({ url, apiKey, callId: call.callId });
      if (draw.random() < 0.9) peer.hello();
      while (left > 0 && !peer.closed) {
        for (let at = 0; at < Math.min(BATCH, left); at++) {
          const isBinary = draw.random() < (kind === "media" ? 0.4 : 0.1);
          if (isBinary) peer.socket.send(binary(draw));
          else peer.send(text(draw));
          sent += 1;
        }
        left -= BATCH;
        const id = `sync ${left}`;
        peer.send({ type: "ping", id });
        await peer.when(() => peer.closed !== null || peer.messages.some((m) => m.type === "pong" && m.id === id));
        for (const message of peer.messages.splice(0))
          if (message.type === "error") codes.set(message.error.code, (codes.get(message.error.code) ?? 0) + 1);
        peer.frames.splice(0);
      }
      peer.close();
    }
    call.hangUp("caller");
    await call.ended;
  }

  test(`${MESSAGES} malformed and out-of-order messages: coded errors, and the other call does not notice`, async () => {
    const speech = sine({ frequency: 440, durationMs: 120_000, sampleRate: 16_000, amplitude: 0.3 });
    const call = exchange.placeCall({
      caller: recordedParty(speech),
      callee: recordedParty(speech),
      callerNumber: "1",
      calleeNumber: "2",
      ringMs: 5,
    });
    const control = await greetControl({ url, apiKey });
    const media = await greetMedia({ url, apiKey, callId: call.callId });
    await media.command("connect");
    await media.command("spy");

    const kinds = ["media", "media", "media", "media", "control", "control"] as const;
    await Promise.all(
      kinds.map((kind, at) => attack({ kind, messages: MESSAGES / kinds.length, draw: drawOf(SEED + at) })),
    );
    expect(sent).toBeGreaterThanOrEqual(100_000);
    for (const code of ["BAD_MESSAGE", "BAD_FRAME", "WRONG_STATE", "TOO_LARGE"])
      expect(codes.get(code), code).toBeGreaterThan(0);
    expect(codes.get("INTERNAL")).toBeUndefined();

    expect(await media.command("whisper")).toMatchObject({ ok: true, mode: "whisper" });
    expect(control.closed).toBeNull();
    expect(exchange.calls.map(({ callId }) => callId)).toEqual([call.callId]);
    for (const track of ["caller", "callee"] as const) {
      const frames = media.frames.filter((frame) => frame.track === track);
      expect(frames.length).toBeGreaterThan(50);
      expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, at) => at));
      const heard = concatSamples(frames.map(({ samples }) => samples));
      expect(Buffer.compare(Buffer.from(heard.buffer), Buffer.from(speech.buffer, 0, heard.byteLength))).toBe(0);
    }
    control.close();
    media.close();
  }, 240_000);
});
