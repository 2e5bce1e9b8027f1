import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toFrames } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { type Mode, modeSchema } from "@/lib/contract/call";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { AsteriskRig, type Phones } from "@/lib/telephony/testing/asterisk-rig";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { eventually } from "@/lib/telephony/testing/eventually";
import { PHONE_RATE } from "@/lib/telephony/testing/phone-audio";
import type { SipPhone } from "@/lib/telephony/testing/sip-phone";
import { loudest, toneTrack } from "@/lib/telephony/testing/tones";

const OURS_HZ = 2_000;
const SAYS = { caller: { toneHz: 440 }, agent: { toneHz: 1_000 } };
const FULL_SCALE = 32_767;
/** Of 32767: what codecs make of two pure tones at a third frequency. */
const NOISE_OF_CODECS = 3;
/** Whole periods of every tone in play, so that none of them leaks into another one's bin. */
const WINDOW_MS = 250;
const SETTLE_MS = 400;
const CALLS = 4;
const WHISPERS = 200;
const KILLS = 10;

const tone = (durationMs: number) => sine({ frequency: OURS_HZ, sampleRate: SAMPLE_RATE, durationMs, amplitude: 0.3 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let server: AsteriskServer;
let rig: AsteriskRig;

beforeAll(async () => {
  server = await AsteriskServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  rig = await AsteriskRig.make(server);
});
afterEach(async () => {
  await rig.stopPhones();
  await rig.untilEmpty();
  await rig.stop();
});

/** Amplitude of our tone, of 32767, in the loudest window that the phone has heard since `from`. */
function ours(phone: SipPhone, from = 0): number {
  const windows = { frequency: OURS_HZ, sampleRate: PHONE_RATE, windowMs: WINDOW_MS, stepMs: WINDOW_MS / 2 };
  return loudest(toneTrack(phone.heard().subarray(from), windows)) * FULL_SCALE;
}

/** The tones have begun and the first packets, which may be cut, are past. @returns where to measure from, in samples. */
async function settled(phones: Phones): Promise<number> {
  await eventually("both talk", () => phones.caller.heard().length > 8_000 && phones.agent.heard().length > 8_000);
  return 6_000;
}

describe("who hears us, at the phones themselves", () => {
  beforeEach(() => rig.gateway.start());

  it.each([
    { mode: "spy", heardBy: [] },
    { mode: "whisper", heardBy: ["agent"] },
    { mode: "barge", heardBy: ["caller", "agent"] },
  ] as const)("in $mode: $heardBy", async ({ mode, heardBy }) => {
    const { call, phones } = await rig.attached(SAYS);
    const from = await settled(phones);
    await call.setMode(mode);
    const results = [];
    for (const wanted of ["whisper", "barge"] as const)
      results.push((await call.play({ samples: tone(600), mode: wanted })).outcome);
    expect(results).toEqual([mode === "whisper" ? "played" : "refused", mode === "barge" ? "played" : "refused"]);
    await pause(SETTLE_MS);
    for (const party of ["caller", "agent"] as const) {
      const isHeard = (heardBy as readonly string[]).includes(party);
      if (isHeard) expect(ours(phones[party], from)).toBeGreaterThan(8_000);
      else expect(ours(phones[party], from)).toBeLessThanOrEqual(NOISE_OF_CODECS);
    }
  });
});

/** Something of ours that is whispered now; `over` resolves with it. */
type Whisper = { hasStarted: () => boolean; over: Promise<unknown> };

function whisperClip(call: GatewayCall): Whisper {
  let hasStarted = false;
  const over = call.play({ samples: tone(250), mode: "whisper", onStarted: () => (hasStarted = true) });
  return { hasStarted: () => hasStarted, over };
}

function whisperLive(call: GatewayCall): Whisper {
  let hasStarted = false;
  const voice = call.speak({ mode: "whisper", onStarted: () => (hasStarted = true) });
  const frames = toFrames(tone(250));
  const timer = setInterval(() => {
    const frame = frames.shift();
    if (frame) voice.push(frame);
    else voice.end();
  }, FRAME_MS);
  return { hasStarted: () => hasStarted, over: voice.result.finally(() => clearInterval(timer)) };
}

/** Changes modes as fast as they are confirmed, for as long as the whisper lasts. */
async function underFire(
  call: GatewayCall,
  { whisper, round }: { whisper: (call: GatewayCall) => Whisper; round: number },
): Promise<boolean> {
  await call.setMode("whisper");
  const { hasStarted, over } = whisper(call);
  let isOver = false;
  void over.then(() => (isOver = true));
  await pause((round * 37) % 200);
  for (let step = 0; !isOver; step++) {
    const mode: Mode = modeSchema.options[(round + step) % 3] ?? "spy";
    await call.setMode(mode);
  }
  return hasStarted();
}

describe("a whisper never reaches the caller", () => {
  it.each([
    { what: "clips", whisper: whisperClip },
    { what: "live voices", whisper: whisperLive },
  ])(`in ${WHISPERS} $what with the modes switched as fast as possible meanwhile`, async ({ whisper }) => {
    await rig.gateway.start();
    const extensions = Array.from({ length: CALLS }, (_, at) => ({ caller: 100 + at, agent: 201 + at }));
    const placed = [];
    for (const pair of extensions) placed.push(await rig.attached(SAYS, pair));
    const starts = await Promise.all(placed.map(({ phones }) => settled(phones)));
    const whispered = await Promise.all(
      placed.map(async ({ call }) => {
        let count = 0;
        for (let round = 0; count < WHISPERS / CALLS; round++)
          if (await underFire(call, { whisper, round })) count += 1;
        return count;
      }),
    );
    await pause(SETTLE_MS);
    const atCallers = placed.map(({ phones }, at) => ours(phones.caller, starts[at]));
    const atAgents = placed.map(({ phones }, at) => ours(phones.agent, starts[at]));
    process.stderr.write(`2000 Hz at the callers: ${atCallers.map((value) => value.toFixed(2))} of 32767\n`);
    expect(whispered.reduce((sum, count) => sum + count, 0)).toBe(WHISPERS);
    expect(Math.max(...atCallers)).toBeLessThanOrEqual(NOISE_OF_CODECS);
    expect(Math.min(...atAgents)).toBeGreaterThan(4_000);
  });

  it(`with the driver killed in the middle of ${KILLS} of them, and the next one sweeps up`, async () => {
    const phones = await rig.phones(SAYS);
    await phones.caller.dial("201");
    const from = await settled(phones);
    const script = fileURLToPath(new URL("../../testing/asterisk-whisperer.ts", import.meta.url));
    const { url, username, password } = server.ari;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ["--import", "tsx", script, url, username, password], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      await pause(50 + ((kill * 53) % 400));
      const gone = once(child, "close");
      child.kill("SIGKILL");
      await gone;
    }
    await pause(SETTLE_MS);
    process.stderr.write(`2000 Hz at the caller: ${ours(phones.caller, from).toFixed(2)} of 32767\n`);
    expect(ours(phones.caller, from)).toBeLessThanOrEqual(NOISE_OF_CODECS);
    expect(ours(phones.agent, from)).toBeGreaterThan(8_000);
    expect([phones.caller.state, phones.agent.state]).toEqual(["established", "established"]);
    await rig.gateway.start();
    await rig.found(() => true);
    // Two phones, and of ours exactly two taps.
    await eventually("nothing else is left", async () => (await server.channels()).length === 6);
    expect(await server.bridges()).toHaveLength(3);
  });
});
