import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { decodeFrame } from "@/lib/contract/call-control";
import type { GatewayCall, LiveVoice, PlayResult } from "@/lib/telephony/gateway";
import { DriverRig } from "@/lib/telephony/testing/driver-rig";
import { eventually } from "@/lib/telephony/testing/eventually";
import { wireCall } from "@/lib/telephony/testing/scripted-server";

const CAPABILITIES = { perPartyAudio: true, modes: ["spy", "whisper", "barge"], flush: true, mark: true };
const LIVE = { heartbeatMs: 60_000, capabilities: { ...CAPABILITIES, simulated: false, liveVoice: true } };

let rig: DriverRig;

beforeEach(async () => {
  rig = await DriverRig.start();
});
afterEach(() => rig.stop());

const frame = (value: number) => new Int16Array(FRAME_SAMPLES).fill(value);
const frames = () =>
  rig.media().flatMap((connection) =>
    connection.frames.map((bytes) => {
      const decoded = decodeFrame(bytes);
      if (!decoded.ok) throw new Error(decoded.reason);
      return decoded.frame;
    }),
  );

async function inWhisper(hello: Record<string, unknown> = LIVE): Promise<GatewayCall> {
  rig.server.hello = hello;
  rig.described = wireCall({ state: "CONNECTED", mode: "whisper" });
  return rig.arrive();
}

async function speaking(hello?: Record<string, unknown>) {
  const call = await inWhisper(hello);
  const results: PlayResult[] = [];
  let starts = 0;
  const voice: LiveVoice = call.speak({ mode: "whisper", onStarted: () => (starts += 1) });
  void voice.result.then((result) => results.push(result));
  await eventually("announced", () => rig.received("play").length === 1);
  return { call, voice, results, starts: () => starts };
}

/** Tells the driver of so many samples, and waits until it knows: the next push of silence is sent. */
async function credit(voice: LiveVoice, samples: number): Promise<void> {
  rig.tell({ type: "credit", playId: 1, samples });
  await eventually("credit", () => voice.push(frame(0)));
}

describe("a live voice", () => {
  it("is announced without a length, and sent as it is pushed, tagged with its mode", async () => {
    const { voice, starts } = await speaking();
    expect(rig.received("play")).toEqual([{ type: "play", playId: 1, mode: "whisper", live: true }]);
    await credit(voice, 6_400);
    expect(starts()).toBe(1);
    expect([voice.push(frame(1)), voice.push(frame(2))]).toEqual([true, true]);
    await eventually("three frames", () => frames().length === 3);
    expect(frames().map(({ sequence, samples }) => [sequence, samples.length, samples[0]])).toEqual([
      [0, 320, 0],
      [1, 320, 1],
      [2, 320, 2],
    ]);
    expect(new Set(frames().map(({ mode, playId, track }) => `${mode} ${playId} ${track}`))).toEqual(
      new Set(["whisper 1 outbound"]),
    );
    expect(starts()).toBe(1);
  });

  it("without credit is thrown away and not kept: what is said later is sent without a gap in the sequence", async () => {
    const { voice } = await speaking();
    expect(voice.push(frame(1))).toBe(false);
    await credit(voice, 700);
    expect([voice.push(frame(2)), voice.push(frame(3)), voice.push(frame(4))]).toEqual([true, false, false]);
    rig.tell({ type: "credit", playId: 1, samples: 260 });
    await eventually("credit", () => voice.push(frame(5)));
    await eventually("three frames", () => frames().length === 3);
    expect(frames().map(({ sequence, samples }) => [sequence, samples[0]])).toEqual([
      [0, 0],
      [1, 2],
      [2, 5],
    ]);
  });

  it("is played when we ended it and the server has drained it: as much as was heard", async () => {
    const { call, voice, results } = await speaking();
    await credit(voice, 6_400);
    voice.push(frame(1));
    voice.end();
    expect(voice.push(frame(2))).toBe(false);
    await eventually("the end", () => rig.received("end").length === 1);
    expect(results).toEqual([]);
    rig.tell({ type: "drained", playId: 1, playedSamples: 480 });
    await eventually("over", () => results.length === 1);
    expect(results).toEqual([{ outcome: "played", playedMs: 30, code: null, message: null }]);
    void call.play({ samples: frame(1), mode: "whisper" });
    await eventually("the next", () => rig.received("play").length === 2);
    expect(rig.received("play")[1]).toEqual({ type: "play", playId: 2, mode: "whisper", samples: 320 });
  });

  it("that the server ends because nothing came was not played, but interrupted", async () => {
    const { voice, results } = await speaking();
    await credit(voice, 6_400);
    rig.tell({ type: "drained", playId: 1, playedSamples: 320 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "interrupted", playedMs: 20, code: null }]);
    expect(voice.push(frame(1))).toBe(false);
  });

  it("that is cut sends nothing more, and is over when the server has flushed", async () => {
    const { voice, results } = await speaking();
    await credit(voice, 6_400);
    voice.push(frame(1));
    voice.cut();
    expect(voice.push(frame(2))).toBe(false);
    const { id } = await rig.command("interrupt");
    expect(results).toEqual([]);
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "whisper", flushedSamples: 320 });
    await eventually("over", () => results.length === 1);
    expect(results).toEqual([{ outcome: "interrupted", playedMs: 20, code: null, message: null }]);
  });

  it("may also be cut while its end is still to be heard", async () => {
    const { voice, results } = await speaking();
    await credit(voice, 6_400);
    voice.end();
    voice.cut();
    const { id } = await rig.command("interrupt");
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "whisper", flushedSamples: 320 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "interrupted", playedMs: 0 }]);
  });

  it("whose cut is not confirmed has failed", async () => {
    const { voice, results } = await speaking();
    voice.cut();
    await rig.command("interrupt");
    await rig.clock.advance(2_000);
    expect(results).toMatchObject([{ outcome: "failed", code: "INTERRUPT_FAILED" }]);
  });

  it("whose end the server does not answer is interrupted, and has failed", async () => {
    const { voice, results } = await speaking();
    voice.end();
    await rig.clock.advance(2_000);
    const { id } = await rig.command("interrupt");
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "whisper", flushedSamples: 0 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "failed", code: "TIMEOUT" }]);
  });

  it("is over when somebody else changes the mode, before another frame goes out", async () => {
    const { voice, results } = await speaking();
    await credit(voice, 6_400);
    rig.modeChanged("barge", "whisper");
    const { id } = await rig.command("interrupt");
    expect(voice.push(frame(1))).toBe(false);
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "barge", flushedSamples: 0 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "refused", code: "MODE_MISMATCH", playedMs: 20 }]);
    expect(frames()).toHaveLength(1);
  });

  it("that the server refuses is refused, with the server's reason", async () => {
    const { voice, results } = await speaking();
    rig.tell({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 0 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "refused", code: "MODE_MISMATCH", playedMs: 0 }]);
    expect(voice.push(frame(1))).toBe(false);
  });

  it("that is refused counts as heard nothing that was still under way to the server", async () => {
    const { voice, results } = await speaking();
    await credit(voice, 6_400);
    for (let at = 0; at < 4; at++) voice.push(frame(1));
    await rig.clock.advance(1_000);
    rig.tell({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 320 });
    const { id } = await rig.command("interrupt");
    expect(rig.received("end")).toHaveLength(1);
    expect(results).toEqual([]);
    rig.tell({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 1_280 });
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "spy", flushedSamples: 0 });
    await eventually("over", () => results.length === 1);
    expect(results).toMatchObject([{ outcome: "refused", code: "MODE_MISMATCH", playedMs: 20 }]);
  });

  it("is not for a server that does not say that it takes one: nothing is sent", async () => {
    const call = await inWhisper({ heartbeatMs: 60_000 });
    expect(rig.gateway.capabilities.liveVoice).toBe(false);
    const voice = call.speak({ mode: "whisper" });
    expect(await voice.result).toMatchObject({ outcome: "refused", code: "UNSUPPORTED" });
    expect(voice.push(frame(1))).toBe(false);
    expect(rig.received("play")).toEqual([]);
  });

  it("has the server's rate on the wire", async () => {
    const { voice } = await speaking({ ...LIVE, sampleRate: 8_000 });
    await credit(voice, 3_200);
    await eventually("a frame", () => frames().length === 1);
    expect(frames()[0]?.samples).toHaveLength(160);
  });
});

describe("holds and people", () => {
  it("tells who put the call on hold, once, and takes the list's word for what was missed", async () => {
    rig.described = wireCall({ state: "CONNECTED", mode: "spy", holding: ["caller"] });
    const told: unknown[] = [];
    rig.gateway.on("call", (call) => call.on("hold", (hold) => told.push(hold)));
    await rig.arrive();
    await eventually("the first", () => told.length === 1);
    const change = { type: "call.hold_changed", callId: "w1", at: 1 };
    rig.tellControl({ ...change, party: "callee", held: true });
    rig.tellControl({ ...change, party: "callee", held: true });
    rig.tellControl({ ...change, party: "caller", held: false });
    rig.tellControl({ type: "calls", calls: [rig.described] });
    const silent = wireCall({ state: "CONNECTED", mode: "spy" });
    rig.tellControl({ type: "calls", calls: [silent] });
    rig.tellControl({ type: "calls", calls: [wireCall({ state: "CONNECTED", mode: "spy", holding: [] })] });
    await eventually("all", () => told.length >= 6);
    expect(told).toEqual([
      { party: "caller", isHeld: true },
      { party: "agent", isHeld: true },
      { party: "caller", isHeld: false },
      { party: "caller", isHeld: true },
      { party: "agent", isHeld: false },
      { party: "caller", isHeld: false },
    ]);
  });

  it.each([true, false, undefined])("says of a call whose simulated is %s just that", async (simulated) => {
    rig.described = wireCall({ ...(simulated === undefined ? {} : { simulated }) });
    const call = await rig.arrive();
    expect(call.description.simulated).toBe(simulated);
  });
});
