import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { concatSamples } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { parseWav } from "@/lib/audio/wav";
import { silentLogger } from "@/lib/platform/logger";
import type { CallSpec, PlacedCall } from "./call-spec";
import type { LegFrame } from "./conversation";
import { silentParty } from "./parties/party";
import { recordedParty } from "./parties/recorded";
import { createSwitch, type Switch, type SwitchOptions } from "./switch";
import { type ControlClient, greetControl, greetMedia, type MediaClient } from "./testing/wire-client";

const apiKey = "a key for tests";
const tone = (frequency: number, durationMs: number) =>
  sine({ frequency, durationMs, sampleRate: 16_000, amplitude: 0.3 });

let exchange: Switch;
let url: string;
let control: ControlClient;

async function setUp(options: Partial<SwitchOptions> = {}): Promise<void> {
  exchange = createSwitch({ apiKey, ...options }, { logger: silentLogger });
  ({ url } = await exchange.start());
  control = await greetControl({ url, apiKey });
}

const place = (spec: Partial<CallSpec> = {}): PlacedCall =>
  exchange.placeCall({
    caller: silentParty,
    callee: silentParty,
    callerNumber: "+44 20 7946 0000",
    callerName: "Jack",
    calleeNumber: "1001",
    calleeName: "Maya",
    ringMs: 20,
    ...spec,
  });

async function connected(spec: Partial<CallSpec> = {}): Promise<{ call: PlacedCall; media: MediaClient }> {
  const call = place(spec);
  const media = await greetMedia({ url, apiKey, callId: call.callId });
  await media.command("answer");
  await media.command("connect");
  return { call, media };
}

/** Keeps what a call's legs said and heard. */
function keepLegs(call: PlacedCall) {
  const frames: LegFrame[] = [];
  call.tap((frame) => {
    const { callerSaid, callerHeard, agentSaid, agentHeard, ours } = frame;
    const copies = [callerSaid, callerHeard, agentSaid, agentHeard].map((samples) => samples.slice());
    const [said, heard, answered, listened] = copies as [Int16Array, Int16Array, Int16Array, Int16Array];
    frames.push({
      ...frame,
      callerSaid: said,
      callerHeard: heard,
      agentSaid: answered,
      agentHeard: listened,
      ours: ours?.slice() ?? null,
    });
  });
  return {
    frames,
    lane: (name: "callerSaid" | "callerHeard" | "agentSaid" | "agentHeard") =>
      concatSamples(frames.map((frame) => frame[name])),
  };
}

/** What was heard minus what the other one said: all that we were allowed to add. */
function ourShare(heard: Int16Array, otherSaid: Int16Array): Int16Array {
  return heard.map((sample, at) => sample - (otherSaid[at] ?? 0));
}

function withoutSilence(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => sample !== 0);
  return first < 0 ? samples.slice(0, 0) : samples.slice(first, samples.findLastIndex((sample) => sample !== 0) + 1);
}

afterEach(async () => {
  control.close();
  await exchange.stop();
});

describe("a call", () => {
  beforeEach(() => setUp());

  test("from the first ring to the end, as the seed tells it", async () => {
    const call = place({ caller: recordedParty(tone(440, 4000)), callee: recordedParty(tone(1000, 4000)) });
    const legs = keepLegs(call);
    const incoming = await control.next("call.incoming");
    expect(incoming.call).toMatchObject({ callId: call.callId, state: "PENDING", mode: null, callerName: "Jack" });
    const media = await greetMedia({ url, apiKey, callId: call.callId });

    expect(await media.command("answer")).toMatchObject({ ok: true, state: "ANSWERED", mode: null });
    expect((await control.next("call.answered")).callId).toBe(call.callId);
    const greeting = tone(700, 400);
    expect(await media.play({ playId: 1, mode: null, samples: greeting })).toMatchObject({
      type: "drained",
      playedSamples: greeting.length,
    });
    expect(withoutSilence(legs.lane("callerHeard"))).toEqual(withoutSilence(greeting));
    expect(withoutSilence(legs.lane("agentHeard"))).toHaveLength(0);

    expect(await media.command("connect", { ringTimeSeconds: 5 })).toMatchObject({
      ok: true,
      state: "CONNECTED",
      mode: "barge",
    });
    expect((await control.next("call.ringing")).ringTimeSeconds).toBe(5);
    expect((await control.next("call.connected")).mode).toBe("barge");
    expect(await media.command("spy")).toMatchObject({ ok: true, mode: "spy" });
    expect(await control.next("call.mode_changed")).toMatchObject({ mode: "spy", previous: "barge" });

    expect(await media.command("whisper")).toMatchObject({ ok: true, mode: "whisper" });
    const clip = tone(2000, 600);
    expect(await media.play({ playId: 2, mode: "whisper", samples: clip })).toMatchObject({
      playedSamples: clip.length,
    });
    const connectedFrom = legs.frames.findIndex(({ mode }) => mode !== null);
    const agentShare = ourShare(legs.lane("agentHeard"), legs.lane("callerSaid")).slice(connectedFrom * 320);
    const callerShare = ourShare(legs.lane("callerHeard"), legs.lane("agentSaid")).slice(connectedFrom * 320);
    expect(withoutSilence(agentShare)).toEqual(withoutSilence(clip));
    expect(withoutSilence(callerShare)).toHaveLength(0);

    expect(await media.command("disconnect")).toMatchObject({ ok: true, state: "DISCONNECTED" });
    expect(await control.next("call.terminated")).toMatchObject({
      reason: "ended-by-supervisor",
      continuesWithoutUs: false,
    });
    expect((await media.whenClosed()).code).toBe(1000);
    expect(exchange.calls).toEqual([]);
  });

  test("both tracks arrive in order, in time with each other, and are what was said", async () => {
    const caller = tone(440, 500);
    const { call, media } = await connected({ caller: recordedParty(caller), callee: recordedParty(tone(1000, 500)) });
    const legs = keepLegs(call);
    await call.ended;
    await media.whenClosed();
    for (const track of ["caller", "callee"] as const) {
      const frames = media.frames.filter((frame) => frame.track === track);
      expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, at) => at));
      const positions = frames.map(({ position }) => position);
      expect(positions.map((position) => position - (positions[0] ?? 0))).toEqual(frames.map((_, at) => at * 320));
    }
    const heard = media.frames.filter((frame) => frame.track === "caller" && frame.mode !== "none");
    expect(concatSamples(heard.map(({ samples }) => samples)).slice(0, caller.length)).toEqual(caller);
    expect(legs.frames.length).toBeGreaterThan(0);
  });

  test("ends when both recordings have", async () => {
    const { call } = await connected({ caller: recordedParty(tone(440, 60)), callee: recordedParty(tone(440, 200)) });
    expect(await call.ended).toMatchObject({ reason: "caller-hung-up" });
    expect(await control.next("call.terminated")).toMatchObject({ reason: "caller-hung-up" });
  });

  test("nobody picks up: the call stays answered, and a second attempt may succeed", async () => {
    const call = place({ answers: (attempt) => attempt === 2 });
    const media = await greetMedia({ url, apiKey, callId: call.callId });
    await media.command("answer");
    expect(await media.command("connect", { ringTimeSeconds: 1 })).toMatchObject({
      ok: false,
      state: "ANSWERED",
      error: { code: "CALL_UNANSWERED", retryable: true },
    });
    expect((await control.next("call.connect_failed")).error.code).toBe("CALL_UNANSWERED");
    expect(await media.command("connect")).toMatchObject({ ok: true, state: "CONNECTED" });
  });

  test("a hang-up in the middle of a command ends the command", async () => {
    const call = place({ ringMs: 60_000 });
    const media = await greetMedia({ url, apiKey, callId: call.callId });
    await media.command("answer");
    const connecting = media.command("connect", { ringTimeSeconds: 60 });
    await control.next("call.ringing");
    call.hangUp("caller");
    expect(await connecting).toMatchObject({ ok: false, state: "DISCONNECTED", error: { code: "CALL_CLOSED" } });
    expect(await media.next("call.terminated")).toMatchObject({ reason: "caller-hung-up" });
    expect(await control.next("call.terminated")).toMatchObject({ callId: call.callId, reason: "caller-hung-up" });
  });

  test("an answer that fails leaves the call pending", async () => {
    const call = place({ answerable: false });
    const media = await greetMedia({ url, apiKey, callId: call.callId });
    expect(await media.command("answer")).toMatchObject({ ok: false, state: "PENDING" });
    expect((await control.next("call.answer_failed")).callId).toBe(call.callId);
  });

  test("a caller nobody answers gives up", async () => {
    const call = place({ patienceMs: 30 });
    expect((await call.ended).reason).toBe("caller-hung-up");
  });

  test("close leaves the two alone, and nothing of us is heard again", async () => {
    const { call, media } = await connected({ caller: recordedParty(tone(440, 1500)), callee: silentParty });
    const legs = keepLegs(call);
    media.send({ type: "play", playId: 1, mode: "barge", samples: 16_000 });
    await media.next("credit");
    for (let at = 0; at < 10; at++)
      media.sendFrame({ playId: 1, mode: "barge", sequence: at, samples: tone(2000, 20) });
    expect(await media.command("close")).toMatchObject({ ok: true, state: "DISCONNECTED" });
    expect(await control.next("call.terminated")).toMatchObject({ continuesWithoutUs: true });
    expect(exchange.calls).toEqual([]);
    const left = legs.frames.length;
    await vi.waitFor(() => expect(legs.frames.length).toBeGreaterThan(left + 10), { timeout: 5000 });
    expect(legs.frames.slice(left + 1).every(({ ours }) => ours === null)).toBe(true);
    expect(legs.frames.at(-1)?.agentHeard).toEqual(legs.frames.at(-1)?.callerSaid);
    call.hangUp("agent");
    expect((await call.ended).reason).toBe("agent-hung-up");
  });

  test("an interrupt is acknowledged with what it threw away", async () => {
    const { call, media } = await connected();
    const legs = keepLegs(call);
    await media.command("whisper");
    const clip = tone(2000, 800);
    media.send({ type: "play", playId: 1, mode: "whisper", samples: clip.length });
    await media.next("credit");
    for (let at = 0; at < 40; at++)
      media.sendFrame({ playId: 1, mode: "whisper", sequence: at, samples: clip.slice(at * 320, at * 320 + 320) });
    const result = await media.command("interrupt");
    const drained = await media.next("drained");
    expect(drained.playedSamples + (result.flushedSamples ?? 0)).toBe(clip.length);
    const heard = legs.frames.filter(({ ours }) => ours !== null).length * 320;
    expect(drained.playedSamples).toBe(heard);
  });

  test("a mode change while a clip plays refuses the rest of it", async () => {
    const { call, media } = await connected({ caller: recordedParty(tone(440, 5000)), callee: silentParty });
    const legs = keepLegs(call);
    await media.command("whisper");
    const clip = tone(2000, 3000);
    const playing = media.play({ playId: 1, mode: "whisper", samples: clip });
    await media.when(() => legs.frames.filter(({ ours }) => ours !== null).length > 3);
    await media.command("barge");
    expect(await playing).toMatchObject({ type: "refused", code: "MODE_MISMATCH" });
    expect(legs.frames.filter(({ mode, ours }) => mode !== "whisper" && ours !== null)).toEqual([]);
    expect(withoutSilence(legs.lane("callerHeard"))).toHaveLength(0);
  });

  test("a lost media connection silences us; a new one resumes the call by its id", async () => {
    const { call, media } = await connected();
    const legs = keepLegs(call);
    await media.command("whisper");
    media.send({ type: "play", playId: 1, mode: "whisper", samples: 16_000 });
    await media.next("credit");
    for (let at = 0; at < 40; at++)
      media.sendFrame({ playId: 1, mode: "whisper", sequence: at, samples: tone(2000, 20) });
    // Answered in order: by then all frames wait to be mixed.
    media.send({ type: "ping", id: "all there" });
    await media.next("pong");
    media.close();
    expect(await control.when(() => modes(control).at(-1) === "spy")).toBe(true);
    const silentFrom = legs.frames.length;
    const resumed = await greetMedia({ url, apiKey, callId: call.callId });
    expect(resumed.messages.find(({ type }) => type === "call")).toMatchObject({
      call: { state: "CONNECTED", mode: "spy" },
    });
    const first = await resumed.when(() => resumed.frames[0]);
    expect(first.position).toBeGreaterThanOrEqual((silentFrom - 1) * 320);
    expect(legs.frames.slice(silentFrom + 1).every(({ ours }) => ours === null)).toBe(true);
    expect(await resumed.command("whisper")).toMatchObject({ ok: true, mode: "whisper" });
  });
});

describe("other rates", () => {
  test.each([8000, 24_000] as const)("%i Hz on the wire: tracks and clips keep their time", async (sampleRate) => {
    await setUp({ sampleRate });
    const { call, media } = await connected({ caller: recordedParty(tone(440, 4000)), callee: silentParty });
    const legs = keepLegs(call);
    await media.command("whisper");
    const clip = sine({ frequency: 1500, durationMs: 500, sampleRate, amplitude: 0.3 });
    const end = await media.play({ playId: 1, mode: "whisper", samples: clip, frameSamples: sampleRate / 50 });
    expect(end).toMatchObject({ type: "drained", playedSamples: clip.length });
    const share = withoutSilence(ourShare(legs.lane("agentHeard"), legs.lane("callerSaid")));
    expect(Math.abs(share.length - 8000)).toBeLessThan(200);
    const [first, second] = media.frames.filter(({ track }) => track === "callee");
    expect(first?.samples).toHaveLength(sampleRate / 50);
    expect((second?.position ?? 0) - (first?.position ?? 0)).toBe(sampleRate / 50);
  });
});

describe("the record of the legs", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "earshot-legs-"));
    await setUp({ legsDir: dir });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test("is what the mixer sent, sample by sample, from the answer on", async () => {
    const { call, media } = await connected({
      caller: recordedParty(tone(440, 1400)),
      callee: recordedParty(tone(1000, 1400)),
      origin: "a test",
      outcomes: () => ({ moment: "coached" }),
    });
    await media.command("whisper");
    const clip = tone(2000, 300);
    await media.play({ playId: 7, mode: "whisper", samples: clip });
    await call.ended;
    await exchange.stop();
    const lane = async (name: string) => {
      const wav = parseWav(await readFile(join(dir, `${call.callId}.${name}.wav`)));
      expect(wav.sampleRate).toBe(16_000);
      return wav.channels[0] ?? new Int16Array(0);
    };
    const [callerSaid, callerHeard] = [await lane("caller-said"), await lane("caller-heard")];
    const [agentSaid, agentHeard] = [await lane("agent-said"), await lane("agent-heard")];
    expect(new Set([callerSaid, callerHeard, agentSaid, agentHeard].map(({ length }) => length)).size).toBe(1);
    expect(withoutSilence(ourShare(agentHeard, callerSaid))).toEqual(withoutSilence(clip));
    expect(callerHeard).toEqual(agentSaid);
    const record = JSON.parse(await readFile(join(dir, `${call.callId}.json`), "utf8"));
    expect(record).toMatchObject({ origin: "a test", reason: "caller-hung-up", outcomes: { moment: "coached" } });
    expect(record.frames * 320).toBe(callerSaid.length);
    expect(record.journal).toContainEqual(
      expect.objectContaining({ event: "clip", playId: 7, mode: "whisper", playedSamples: clip.length, refusal: null }),
    );
  });
});

const modes = (client: ControlClient) =>
  client.messages.flatMap((message) => (message.type === "call.mode_changed" ? [message.mode] : []));
