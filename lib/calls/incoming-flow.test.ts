import { describe, expect, it } from "vitest";
import { agentIdSchema, teamIdSchema } from "@/lib/contract/ids";
import { CallCommandError } from "@/lib/telephony/gateway-errors";
import { CALL_ID, CallsRig, CLIP } from "./testing/calls-rig";

describe("an incoming call", () => {
  it("is answered, greeted, connected and put into spy, in this order", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    expect(call.commands).toEqual(["answer", "play:none", "connect", "setMode:spy"]);
    expect(rig.types()).toEqual([
      "call.arrived",
      "call.answered",
      "call.greeted",
      "call.ringing",
      "call.connected",
      "mode.confirmed",
      "mode.requested",
      "mode.confirmed",
    ]);
    expect(rig.of("call.arrived")[0]).toMatchObject({ state: "PENDING", mode: null, info: { callId: CALL_ID } });
    expect(rig.of("call.greeted")[0]).toMatchObject({ text: "Please hold.", playedMs: 300 });
    expect(rig.of("call.ringing")[0]).toMatchObject({ attempt: 1, ringTimeMs: 20_000 });
    expect(rig.modeStory()).toEqual(["is barge gateway", "asked spy system", "is spy system"]);
    expect(rig.of("mode.confirmed")[1]?.requestId).toBe(rig.of("mode.requested")[0]?.requestId);
    expect(rig.events.map((event) => event.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(call.heard.caller.map(({ mode }) => mode)).toEqual([null]);
    expect(call.heard.agent).toEqual([]);
    expect(rig.service.get(CALL_ID)).toMatchObject({ state: "CONNECTED", mode: "spy", monitoring: "monitored" });
    expect(rig.service.live()).toHaveLength(1);
  });

  it("carries the agent whose extension was called", async () => {
    const agent = {
      agentId: agentIdSchema.parse("a1"),
      agentName: "Kim",
      teamId: teamIdSchema.parse("t1"),
      teamName: "Billing",
    };
    const rig = new CallsRig({
      deps: { agents: { byExtension: async (number) => (number === "201" ? agent : null) } },
    });
    await rig.inSpy();
    expect(rig.of("call.arrived")[0]?.info).toMatchObject({ ...agent, simulated: true, gateway: "fake" });
  });

  it.each([
    ["fails", () => Promise.reject(new Error("database away"))],
    ["hangs", () => new Promise<null>(() => {})],
  ])("does not wait for a lookup of the agent that %s", async (_how, byExtension) => {
    const rig = new CallsRig({ deps: { agents: { byExtension } } });
    const call = rig.gateway.arrive();
    await rig.clock.advance(2_000);
    expect(rig.of("call.arrived")[0]?.info.agentId).toBeNull();
    expect(call.mode).toBe("spy");
  });

  it("that hangs up while its agent is looked up has arrived before it ends", async () => {
    const rig = new CallsRig({ deps: { agents: { byExtension: () => new Promise<null>(() => {}) } } });
    const call = rig.gateway.arrive();
    call.callerHangsUp();
    await rig.settle();
    expect(rig.types()).toEqual(["call.arrived", "call.ended"]);
    expect(rig.service.live()).toEqual([]);
    expect(call.commands).toEqual([]);
  });

  it("hands every frame on at once, from the first", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.say("caller");
    call.say("agent");
    expect(rig.audio).toEqual(["call-1:caller:0", "call-1:agent:0"]);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("no voice"))],
    ["hangs", () => new Promise<{ samples: Int16Array; durationMs: number }>(() => {})],
  ])("is connected without a greeting when the synthesis %s", async (_how, clipFor) => {
    const rig = new CallsRig({ deps: { clips: { clipFor } } });
    const call = rig.gateway.arrive();
    await rig.clock.advance(4_100);
    expect(call.commands).toEqual(["answer", "connect", "setMode:spy"]);
    expect(rig.of("call.faulted").map(({ code }) => code)).toEqual(["SYNTHESIS_FAILED"]);
    expect(rig.of("call.greeted")).toEqual([]);
  });

  it("ends when it cannot be answered, without a second try", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.failNext("answer");
    await rig.settle();
    expect(call.commands).toEqual(["answer", "disconnect"]);
    expect(rig.types()).toEqual(["call.arrived", "call.answer_failed", "call.ended"]);
    expect(rig.of("call.ended")[0]).toMatchObject({ reason: "answer-failed", by: { kind: "system" } });
  });

  it("is over for us when the gateway can neither answer nor end it", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.failNext("answer");
    for (let at = 0; at < 3; at++) call.failNext("disconnect", new CallCommandError("WRONG_STATE", { message: "no" }));
    await rig.clock.advance(5_000);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "answer-failed" }]);
    call.callerHangsUp();
    expect(rig.of("call.ended")).toHaveLength(1);
  });

  it("rings again as configured when nobody picks up, and connects", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.agentIgnoresRinging(1);
    await rig.settle();
    await rig.settle();
    expect(rig.of("call.connect_failed")).toMatchObject([{ attempt: 1, code: "CALL_UNANSWERED", willRetry: true }]);
    expect(rig.of("call.ringing").map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(rig.of("call.connected")).toMatchObject([{ attempt: 2 }]);
    expect(call.mode).toBe("spy");
  });

  it("hears an apology after the last attempt and is ended as unanswered", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.agentIgnoresRinging(5);
    await rig.settle();
    await rig.settle();
    expect(call.commands).toEqual(["answer", "play:none", "connect", "connect", "play:none", "disconnect"]);
    expect(rig.of("call.connect_failed").map(({ willRetry }) => willRetry)).toEqual([true, false]);
    expect(rig.spoken).toEqual(["Please hold.", "Sorry."]);
    expect(call.heard.caller.map(({ samples }) => samples.length)).toEqual([CLIP.length, CLIP.length]);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "unanswered", by: { kind: "system" } }]);
    expect(rig.service.get(CALL_ID)).toBeNull();
  });

  it("is not retried where the gateway says that it is of no use", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.failNext("connect", new CallCommandError("INTERNAL", { message: "no such extension" }));
    await rig.clock.advance(1_000);
    expect(rig.of("call.connect_failed")).toMatchObject([{ code: "INTERNAL", willRetry: false }]);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "error" }]);
    expect(call.commands.at(-1)).toBe("disconnect");
  });

  it("that cannot be ended stays, and its end is not invented", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.agentIgnoresRinging(5);
    for (let at = 0; at < 3; at++) call.failNext("disconnect");
    await rig.clock.advance(10_000);
    expect(rig.of("call.ended")).toEqual([]);
    expect(rig.service.get(CALL_ID)?.state).toBe("ANSWERED");
    call.callerHangsUp();
    expect(rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up", by: { kind: "gateway" } }]);
  });

  it("found ANSWERED is greeted and connected; found CONNECTED it is only brought into spy", async () => {
    const rig = new CallsRig();
    const answered = rig.gateway.arrive({ callId: "x1", state: "ANSWERED" });
    const connected = rig.gateway.arrive({ callId: "x2", state: "CONNECTED", mode: "barge" });
    const spied = rig.gateway.arrive({ callId: "x3", state: "CONNECTED", mode: "spy" });
    await rig.settle();
    await rig.settle();
    expect(answered.commands).toEqual(["play:none", "connect", "setMode:spy"]);
    expect(connected.commands).toEqual(["setMode:spy"]);
    expect(spied.commands).toEqual([]);
    expect(rig.of("call.arrived").map(({ state, mode }) => [state, mode])).toEqual([
      ["ANSWERED", null],
      ["CONNECTED", "barge"],
      ["CONNECTED", "spy"],
    ]);
    expect(rig.spoken).toEqual(["Please hold."]);
  });
});

describe("a hang-up", () => {
  it.each([
    ["answer", ["answer"]],
    ["connect", ["answer", "play:none", "connect"]],
    ["setMode", ["answer", "play:none", "connect", "setMode:spy"]],
  ] as const)("in the middle of %s ends the flow there, once", async (command, commands) => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack(command);
    await rig.settle();
    call.callerHangsUp();
    await rig.clock.advance(60_000);
    expect(call.commands).toEqual(commands);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up", by: { kind: "gateway" } }]);
    expect(rig.types().at(-1)).toBe(command === "setMode" ? "mode.failed" : "call.ended");
    expect(rig.of("call.faulted")).toEqual([]);
    expect(rig.service.live()).toEqual([]);
  });

  it("in the middle of the greeting or of the apology ends the flow there", async () => {
    for (const ignored of [0, 5]) {
      const rig = new CallsRig();
      const call = rig.gateway.arrive();
      call.playback = "manual";
      call.agentIgnoresRinging(ignored);
      await rig.settle();
      if (ignored > 0) {
        call.advancePlayback(300);
        await rig.settle();
      }
      expect(call.isPlaying).toBe(true);
      const before = call.commands.length;
      call.callerHangsUp();
      await rig.clock.advance(60_000);
      expect(call.commands).toHaveLength(before);
      expect(rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up" }]);
      expect(rig.of("call.faulted")).toEqual([]);
    }
  });

  it("while our own hang-up is under way has the caller's reason", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.agentIgnoresRinging(5);
    call.holdBack("disconnect");
    await rig.settle();
    await rig.settle();
    expect(call.commands.at(-1)).toBe("disconnect");
    call.callerHangsUp();
    await rig.clock.advance(60_000);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up" }]);
    expect(call.commands.filter((command) => command === "disconnect")).toHaveLength(1);
  });
});
