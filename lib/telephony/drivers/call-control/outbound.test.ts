import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeFrame } from "@/lib/contract/call-control";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { GatewayCall, PlayResult } from "@/lib/telephony/gateway";
import { DriverRig } from "@/lib/telephony/testing/driver-rig";
import { eventually } from "@/lib/telephony/testing/eventually";
import { wireCall } from "@/lib/telephony/testing/scripted-server";
import { OutboundClip } from "./outbound";

let rig: DriverRig;

beforeEach(async () => {
  rig = await DriverRig.start();
});
afterEach(() => rig.stop());

describe("a clip", () => {
  const SAMPLES = Int16Array.from({ length: 1_000 }, (_, index) => index + 1);
  const frames = () =>
    rig.media().flatMap((connection) =>
      connection.frames.map((bytes) => {
        const decoded = decodeFrame(bytes);
        if (!decoded.ok) throw new Error(decoded.reason);
        return decoded.frame;
      }),
    );
  const sentSamples = () => frames().reduce((total, { samples }) => total + samples.length, 0);
  async function playing(options: { signal?: AbortSignal } = {}): Promise<{ call: GatewayCall; result: PlayResult[] }> {
    rig.described = wireCall({ state: "CONNECTED", mode: "whisper" });
    const call = await rig.arrive();
    const result: PlayResult[] = [];
    void call.play({ samples: SAMPLES, mode: "whisper", ...options }).then((played) => result.push(played));
    await eventually("announced", () => rig.received("play").length === 1);
    expect(rig.received("play")).toEqual([{ type: "play", playId: 1, mode: "whisper", samples: 1_000 }]);
    return { call, result };
  }
  const credit = (samples: number) => rig.tell({ type: "credit", playId: 1, samples });

  it("goes out only as the server pulls, in order, tagged with its mode, and is played when drained", async () => {
    const { call, result } = await playing();
    expect(frames()).toEqual([]);
    credit(700);
    await eventually("700 samples", () => sentSamples() === 700);
    expect(frames().map(({ samples }) => samples.length)).toEqual([320, 320, 60]);
    expect(rig.received("end")).toEqual([]);
    credit(5_000);
    await eventually("the end", () => rig.received("end").length === 1);
    expect(frames().map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(new Set(frames().map(({ mode, playId, track }) => `${mode} ${playId} ${track}`))).toEqual(
      new Set(["whisper 1 outbound"]),
    );
    expect(frames().flatMap(({ samples }) => [...samples])).toEqual([...SAMPLES]);
    expect(result).toEqual([]);
    rig.tell({ type: "drained", playId: 1, playedSamples: 1_000 });
    await eventually("played", () => result.length === 1);
    expect(result[0]).toEqual({ outcome: "played", playedMs: 63, code: null, message: null });
    void call.play({ samples: SAMPLES, mode: "whisper" });
    await eventually("the next", () => rig.received("play").length === 2);
    expect(rig.received("play")[1]).toMatchObject({ playId: 2 });
  });

  it("sends no frame more once the mode is another one, whoever changed it", async () => {
    const { call, result } = await playing();
    credit(320);
    await eventually("a frame", () => sentSamples() === 320);
    rig.modeChanged("barge", "whisper");
    const interrupt = await rig.command("interrupt");
    credit(5_000);
    rig.tell({
      type: "result",
      id: interrupt.id,
      ok: true,
      state: "CONNECTED",
      mode: "barge",
      flushedSamples: 320,
    });
    await eventually("refused", () => result.length === 1);
    expect(result[0]).toMatchObject({ outcome: "refused", code: "MODE_MISMATCH", playedMs: 0 });
    expect(sentSamples()).toBe(320);
    expect(call.mode).toBe("barge");
  });

  it("sends nothing at all for a mode that is not confirmed", async () => {
    const call = await rig.arrive();
    expect(await call.play({ samples: SAMPLES, mode: "whisper" })).toMatchObject({ code: "MODE_MISMATCH" });
    expect(await call.play({ samples: SAMPLES, mode: null })).toMatchObject({ code: "WRONG_STATE" });
    expect(rig.received("play")).toEqual([]);
  });

  it("refused by the server is refused, with its code, and sends nothing more", async () => {
    const { result } = await playing();
    credit(320);
    await eventually("a frame", () => sentSamples() === 320);
    rig.tell({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 320 });
    credit(5_000);
    await eventually("refused", () => result.length === 1);
    expect(result[0]).toMatchObject({ outcome: "refused", code: "MODE_MISMATCH", playedMs: 0 });
    expect(sentSamples()).toBe(320);
  });

  it("aborted is interrupted on both sides, and says how much was heard", async () => {
    const abort = new AbortController();
    const { result } = await playing({ signal: abort.signal });
    credit(640);
    await eventually("two frames", () => sentSamples() === 640);
    abort.abort();
    const { id } = await rig.command("interrupt");
    credit(5_000);
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "whisper", flushedSamples: 160 });
    await eventually("interrupted", () => result.length === 1);
    expect(result[0]).toMatchObject({ outcome: "interrupted", playedMs: 30 });
    expect(sentSamples()).toBe(640);
  });

  it("whose interrupt is not confirmed has failed", async () => {
    const abort = new AbortController();
    const { result } = await playing({ signal: abort.signal });
    abort.abort();
    await rig.command("interrupt");
    await rig.clock.advance(2_000);
    expect(result).toMatchObject([{ outcome: "failed", code: "INTERRUPT_FAILED" }]);
  });

  it("that the server never finishes has failed, after its length and a margin", async () => {
    const { result } = await playing();
    await rig.clock.advance(10_063);
    const { id } = await rig.command("interrupt");
    rig.tell({ type: "result", id, ok: true, state: "CONNECTED", mode: "whisper", flushedSamples: 0 });
    await eventually("failed", () => result.length === 1);
    expect(result).toMatchObject([{ outcome: "failed", code: "TIMEOUT" }]);
  });

  it.each(["the connection", "the call"])("lost with %s has failed", async (what) => {
    const { result } = await playing();
    credit(320);
    await eventually("a frame", () => sentSamples() === 320);
    const end = { type: "call.terminated", callId: "w1", at: 1, reason: "caller-hung-up", continuesWithoutUs: false };
    if (what === "the call") rig.tellControl(end);
    else for (const { socket } of rig.media()) socket.terminate();
    await eventually("failed", () => result.length === 1);
    const code = what === "the call" ? "CALL_CLOSED" : "CONNECTION_LOST";
    expect(result).toMatchObject([{ outcome: "failed", code }]);
  });
});

it("asks before each frame, and not only when it is told of a change", async () => {
  let sent = 0;
  let interrupts = 0;
  const clip = new OutboundClip(
    { playId: 1, request: { samples: new Int16Array(3_200).fill(1), mode: "whisper" } },
    {
      ...{ clock: new FakeClock(), logger: silentLogger, wireRate: 16_000, frameMs: 20 },
      send: () => true,
      sendBinary: () => {
        sent += 1;
        return true;
      },
      doubt: () => (sent < 3 ? null : { code: "MODE_MISMATCH", message: "barge by now" }),
      interrupt: async () => {
        interrupts += 1;
        return 320;
      },
    },
  );
  clip.start();
  clip.receive({ type: "credit", playId: 1, samples: 3_200 });
  expect(await clip.result).toMatchObject({ outcome: "refused", code: "MODE_MISMATCH", playedMs: 40 });
  expect([sent, interrupts]).toEqual([3, 1]);
});
