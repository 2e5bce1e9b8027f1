import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mode } from "@/lib/contract/call";
import { encodeFrame } from "@/lib/contract/call-control";
import {
  CallClosedError,
  CallCommandError,
  CallCommandTimeoutError,
  GatewayConnectionError,
} from "@/lib/telephony/gateway-errors";
import { DriverRig } from "@/lib/telephony/testing/driver-rig";
import { eventually } from "@/lib/telephony/testing/eventually";
import { wireCall } from "@/lib/telephony/testing/scripted-server";

let rig: DriverRig;

beforeEach(async () => {
  rig = await DriverRig.start();
});
afterEach(() => rig.stop());

describe("commands", () => {
  it("carry the error code and whether trying again helps", async () => {
    const call = await rig.arrive();
    const asked = expect(call.setMode("barge")).rejects.toMatchObject({ code: "BUSY", retryable: true });
    const error = { code: "BUSY", message: "not now", retryable: true };
    rig.answer(await rig.command("barge"), { mode: "spy", error });
    await asked;
    expect(call.mode).toBe("spy");
  });

  it("have a time limit, after which the mode is not known until a late answer tells it", async () => {
    const call = await rig.arrive();
    const modes: (Mode | null)[] = [];
    call.on("mode", (mode) => modes.push(mode));
    const asked = expect(call.setMode("whisper")).rejects.toBeInstanceOf(CallCommandTimeoutError);
    const sent = await rig.command("whisper");
    await rig.clock.advance(10_000);
    await asked;
    expect(call.mode).toBeNull();
    expect(await call.play({ samples: new Int16Array(320), mode: "whisper" })).toMatchObject({
      code: "MODE_NOT_CONFIRMED",
    });
    rig.answer(sent, { mode: "whisper" });
    await eventually("the late answer", () => call.mode === "whisper");
    expect(modes).toEqual([null, "whisper"]);
  });

  it("give connect its ring time and a margin", async () => {
    rig.described = wireCall({ state: "ANSWERED" });
    const call = await rig.arrive();
    let error: unknown = null;
    call.connect({ ringTimeMs: 45_000 }).catch((reason: unknown) => {
      error = reason;
    });
    expect(await rig.command("connect")).toMatchObject({ ringTimeSeconds: 45 });
    await rig.clock.advance(54_000);
    expect(error).toBeNull();
    await rig.clock.advance(1_000);
    expect(error).toBeInstanceOf(CallCommandTimeoutError);
  });

  it("that are pending at a hang-up are all closed; those that asked for the end are fulfilled by it", async () => {
    const call = await rig.arrive();
    const pending = [call.setMode("barge"), call.answer(), call.connect({ ringTimeMs: 1_000 }), call.close()];
    const settled = Promise.allSettled(pending);
    await rig.command("close");
    const end = { type: "call.terminated", callId: "w1", at: 1, reason: "caller-hung-up", continuesWithoutUs: false };
    rig.tellControl(end);
    for (const result of await settled)
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(CallClosedError) });
    rig.calls.length = 0;
    const next = await rig.arrive();
    const leaving = next.close();
    await rig.command("close");
    rig.tell({ ...end, reason: "ended-by-supervisor", continuesWithoutUs: true });
    await expect(leaving).resolves.toBeUndefined();
  });

  it("that are pending when the connection breaks fail as retryable, without waiting for their limit", async () => {
    const call = await rig.arrive();
    const asked = expect(call.setMode("barge")).rejects.toMatchObject({ code: "CONNECTION_LOST", retryable: true });
    await rig.command("barge");
    for (const { socket } of rig.media()) socket.terminate();
    await asked;
    await expect(call.setMode("barge")).rejects.toBeInstanceOf(GatewayConnectionError);
  });

  it("answered with an error message instead of a result are failed by it", async () => {
    const call = await rig.arrive();
    const asked = expect(call.setMode("barge")).rejects.toBeInstanceOf(CallCommandError);
    const { id } = await rig.command("barge");
    const error = { code: "RATE_LIMITED", message: "slower", retryable: true };
    rig.tell({ type: "error", id, error });
    await asked;
  });

  it("without a confirmed mode in the answer are no confirmation", async () => {
    const call = await rig.arrive();
    const asked = expect(call.setMode("whisper")).rejects.toMatchObject({ code: "MODE_NOT_CONFIRMED" });
    rig.answer(await rig.command("whisper"), { mode: null });
    await asked;
    expect(call.mode).toBeNull();
  });
});

describe("the confirmed mode", () => {
  it("is not put back by the event of an own change that control tells late", async () => {
    const call = await rig.arrive();
    const modes: (Mode | null)[] = [];
    call.on("mode", (mode) => modes.push(mode));
    for (const mode of ["barge", "spy", "whisper"] as const) {
      const asked = call.setMode(mode);
      rig.answer(await rig.command(mode), { mode });
      await asked;
    }
    rig.modeChanged("barge", "spy");
    rig.modeChanged("spy", "barge");
    rig.modeChanged("whisper", "spy");
    rig.modeChanged("spy", "whisper");
    await eventually("the last is another's", () => call.mode === "spy");
    expect(modes).toEqual(["barge", "spy", "whisper", "spy"]);
  });

  it("is believed when a server tells nothing of own changes, once the echo is overdue", async () => {
    const call = await rig.arrive();
    const asked = call.setMode("whisper");
    rig.answer(await rig.command("whisper"), { mode: "whisper" });
    await asked;
    await rig.clock.advance(1_001);
    rig.modeChanged("barge", "whisper");
    await eventually("another's change", () => call.mode === "barge");
  });
});

describe("a resync", () => {
  it("tells the mode even while the echo of an own change is still due", async () => {
    const call = await rig.arrive();
    const asked = call.setMode("whisper");
    rig.answer(await rig.command("whisper"), { mode: "whisper" });
    await asked;
    rig.tellControl({ type: "calls", calls: [wireCall({ state: "CONNECTED", mode: "barge" })] });
    await eventually("the list's mode", () => call.mode === "barge");
    rig.modeChanged("spy", "barge");
    await eventually("nothing is overdue any more", () => call.mode === "spy");
  });

  it("that is older than the conference does not forget its mode", async () => {
    const call = await rig.arrive();
    const modes: (Mode | null)[] = [];
    call.on("mode", (mode) => modes.push(mode));
    rig.tellControl({ type: "calls", calls: [wireCall({ state: "ANSWERED" })] });
    rig.modeChanged("barge", "spy");
    await eventually("what came after it", () => call.mode === "barge");
    expect(modes).toEqual(["barge"]);
  });
});

describe("a ring that fails", () => {
  const error = { code: "CALL_UNANSWERED", message: "nobody", retryable: true } as const;
  const failed = { type: "call.connect_failed", callId: "w1", at: 1, error };

  it("is told where no connect of ours is pending, and only there", async () => {
    rig.described = wireCall({ state: "ANSWERED" });
    const call = await rig.arrive();
    const told: unknown[] = [];
    call.on("ringFailed", (failure) => told.push(failure.code));
    const asked = expect(call.connect({ ringTimeMs: 20_000 })).rejects.toMatchObject({ code: "CALL_UNANSWERED" });
    const sent = await rig.command("connect");
    rig.tellControl(failed);
    rig.tellControl({ ...failed, callId: "stranger" });
    await eventually("control was heard", () => rig.gateway.faults.outOfOrder === 1);
    expect(told).toEqual([]);
    rig.answer(sent, { state: "ANSWERED", error });
    await asked;
    rig.tellControl(failed);
    await eventually("told", () => told.length === 1);
    expect(told).toEqual(["CALL_UNANSWERED"]);
  });
});

describe("the media connection", () => {
  it("is announced as away when it cannot be opened in time, and commands wait for it", async () => {
    rig.server.onMessage = () => {};
    rig.tellControl({ type: "call.incoming", at: 1, call: wireCall() });
    await eventually("dialled", () => rig.media().length === 1);
    await eventually("our hello", () => rig.received("hello").length === 1);
    expect(rig.calls).toEqual([]);
    const reach: boolean[] = [];
    rig.gateway.on("call", (call) => call.on("reachable", (isReachable) => reach.push(isReachable)));
    await rig.clock.advance(1_000);
    expect(rig.calls).toHaveLength(1);
    expect(reach).toEqual([false]);
    const [call] = rig.calls;
    if (!call) throw new Error("no call");
    const answering = call.answer();
    await rig.clock.advance(100);
    expect(rig.received("command")).toEqual([]);
    rig.tell({ type: "call", call: wireCall() });
    rig.answer(await rig.command("answer"), { state: "ANSWERED" });
    await answering;
    expect(reach).toEqual([false, true]);
    expect(call.state).toBe("ANSWERED");
  });

  it("that the gateway knows nothing of means that the call ended; control's reason comes first", async () => {
    const call = await rig.arrive();
    const ends: unknown[] = [];
    call.on("terminated", (end) => ends.push(end));
    const error = { code: "CALL_CLOSED", message: "over", retryable: false };
    rig.tell({ type: "error", id: null, error });
    await eventually("away", () => call.mode === null);
    expect(ends).toEqual([]);
    await rig.clock.advance(1_000);
    expect(ends).toEqual([{ reason: "gateway-lost", continuesWithoutUs: false }]);
    rig.tellControl({
      ...{ type: "call.terminated", callId: "w1", at: 1, reason: "agent-hung-up", continuesWithoutUs: false },
    });
    await eventually("the late word is counted", () => rig.gateway.faults.outOfOrder === 1);
    expect(ends).toHaveLength(1);
  });

  it("keeps a call alive while control is away, and the resync ends and begins calls as listed", async () => {
    const call = await rig.arrive();
    const ends: unknown[] = [];
    call.on("terminated", (end) => ends.push(end));
    rig.tellControl({ type: "calls", calls: [wireCall({ state: "CONNECTED", mode: "barge" })] });
    await eventually("the list's mode", () => call.mode === "barge");
    for (const { socket } of rig.server.control) socket.terminate();
    await eventually("down", () => rig.gateway.status.state === "down");
    expect(call.state).toBe("CONNECTED");
    await eventually("up again", async () => {
      await rig.clock.advance(125);
      return rig.gateway.status.state === "up";
    });
    const over = wireCall({ callId: "w3", state: "DISCONNECTED" });
    rig.tellControl({ type: "calls", calls: [wireCall({ callId: "w2" }), over] });
    await eventually("the end", () => ends.length === 1);
    expect(ends).toEqual([{ reason: "gateway-lost", continuesWithoutUs: false }]);
    await rig.clock.advance(1_000);
    expect(rig.calls.map(({ description }) => description.callId)).toEqual(["w1", "w2"]);
  });

  it("announces a call even if it ended before anything else was known of it", async () => {
    rig.server.onMessage = () => {};
    const ends: unknown[] = [];
    rig.gateway.on("call", (call) => call.on("terminated", ({ reason }) => ends.push(reason)));
    rig.tellControl({ type: "call.incoming", at: 1, call: wireCall() });
    rig.tellControl({
      ...{ type: "call.terminated", callId: "w1", at: 1, reason: "caller-hung-up", continuesWithoutUs: false },
    });
    await eventually("the end", () => ends.length === 1);
    expect(rig.calls).toHaveLength(1);
  });
});

describe("a voice", () => {
  it("keeps its place on the audio clock over a gap, and is not heard twice", async () => {
    const call = await rig.arrive();
    const heard: [string, number, number][] = [];
    call.on("audio", ({ party, sequence, atMs }) => heard.push([party, sequence, atMs]));
    const say = (track: "caller" | "callee" | "mixed", position: number) =>
      rig.tell(
        Buffer.from(
          encodeFrame({ track, mode: "spy", sequence: 0, playId: 0, position, samples: new Int16Array(320).fill(9) }),
        ),
      );
    say("caller", 0);
    say("caller", 320);
    say("caller", 320);
    say("callee", 16_000);
    say("caller", 32_000);
    say("mixed", 0);
    await eventually("all heard", () => heard.length === 5);
    expect(heard).toEqual([
      ["caller", 0, 0],
      ["caller", 1, 20],
      ["agent", 0, 1_000],
      ["caller", 2, 2_000],
      ["mixed", 0, 0],
    ]);
    expect(rig.gateway.faults.outOfOrder).toBe(1);
  });
});
