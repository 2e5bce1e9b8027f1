import { describe, expect, it } from "vitest";
import { CallCommandError, GatewayConnectionError } from "@/lib/telephony/gateway-errors";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { CALL_ID, CallsRig, CLIP } from "./testing/calls-rig";

const BUSY = new CallCommandError("BUSY", { message: "connect is under way", retryable: true });
const LOST = new GatewayConnectionError("CONNECTION_LOST", { message: "contact was lost", retryable: true });

describe("contact lost in the flow", () => {
  it("during answer: what is found on the way back decides", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("answer");
    await rig.settle();
    call.loseContact();
    await rig.settle();
    call.regainContact({ state: "ANSWERED" });
    await rig.settle();
    await rig.settle();
    expect(rig.of("call.answer_failed")).toEqual([]);
    expect(call.mode).toBe("spy");
  });

  it("during connect: found CONNECTED it is brought into spy, not rung again", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    call.loseContact();
    await rig.settle();
    call.regainContact({ state: "CONNECTED", mode: "barge" });
    await rig.clock.advance(100);
    expect(call.commands.filter((command) => command === "connect")).toHaveLength(1);
    expect(call.mode).toBe("spy");
    expect(rig.of("call.monitoring_changed").map(({ monitoring }) => monitoring)).toEqual(["lost", "monitored"]);
  });

  it("during connect: found still ANSWERED it is rung again", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    call.loseContact();
    await rig.settle();
    call.regainContact();
    await rig.clock.advance(2_000);
    expect(rig.of("call.connect_failed")).toEqual([]);
    expect(rig.of("call.connected")).toMatchObject([{ attempt: 1 }]);
    expect(call.commands.filter((command) => command === "connect")).toHaveLength(2);
    expect(call.mode).toBe("spy");
  });

  it("during connect, again and again: the attempts are used up in the end", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    for (let at = 0; at < 500; at++) call.failNext("connect", LOST);
    await rig.clock.advance(120_000);
    expect(rig.of("call.connect_failed")).toMatchObject([{ code: "CONNECTION_LOST" }, { willRetry: false }]);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "error" }]);
  });
});

describe("a phone that rings on without us", () => {
  /** The answer to connect is lost, the switch still rings: asked again, it is busy. */
  async function ringingOn(): Promise<{ rig: CallsRig; call: FakeCall }> {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    call.loseContact();
    await rig.settle();
    call.failNext("connect", BUSY);
    call.regainContact();
    await rig.clock.advance(3_000);
    return { rig, call };
  }

  it("is waited for, and no attempt is counted; picked up, the call is brought into spy", async () => {
    const { rig, call } = await ringingOn();
    await rig.clock.advance(10_000);
    expect(rig.spoken).toEqual(["Please hold."]);
    expect(rig.of("call.connect_failed")).toEqual([]);
    call.agentPicksUp();
    await rig.clock.advance(60_000);
    expect(call.commands).toEqual(["answer", "play:none", "connect", "connect", "setMode:spy"]);
    expect(rig.of("call.connected")).toMatchObject([{ attempt: 1 }]);
    expect(rig.of("call.ended")).toEqual([]);
  });

  it("and is not picked up is rung again, as after any ring in vain", async () => {
    const { rig, call } = await ringingOn();
    call.ringFails();
    await rig.settle();
    expect(rig.of("call.connect_failed")).toMatchObject([{ attempt: 1, code: "CALL_UNANSWERED", willRetry: true }]);
    expect(rig.of("call.connected")).toMatchObject([{ attempt: 2 }]);
    expect(call.mode).toBe("spy");
  });

  it("stops ringing while we are away: it is known on the way back, and rung again at once", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    call.loseContact();
    await rig.settle();
    call.ringFails();
    call.regainContact();
    await rig.settle();
    expect(rig.of("call.connect_failed")).toMatchObject([{ attempt: 1, code: "CALL_UNANSWERED", willRetry: true }]);
    expect(rig.of("call.connected")).toMatchObject([{ attempt: 2 }]);
  });

  it("is found by a restarted process, which waits for it too", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive({ state: "ANSWERED" });
    call.failNext("connect", BUSY);
    await rig.clock.advance(19_000);
    expect(call.commands).toEqual(["play:none", "connect"]);
    call.agentPicksUp();
    await rig.clock.advance(60_000);
    expect(call.commands).toEqual(["play:none", "connect", "setMode:spy"]);
    expect(rig.of("call.ended")).toEqual([]);
  });

  it("is not waited for longer than a ring, if nothing is heard of it", async () => {
    const { rig, call } = await ringingOn();
    call.failNext("connect", BUSY);
    await rig.clock.advance(30_000);
    expect(rig.of("call.connect_failed")).toMatchObject([{ attempt: 1, code: "BUSY", willRetry: true }]);
    await rig.clock.advance(30_000);
    expect(rig.of("call.connect_failed")).toMatchObject([{ attempt: 1 }, { attempt: 2, willRetry: false }]);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "error" }]);
    expect(rig.spoken).toEqual(["Please hold.", "Sorry."]);
  });

  it("is not waited for when the caller hangs up", async () => {
    const { rig, call } = await ringingOn();
    const before = call.commands.length;
    call.callerHangsUp();
    await rig.clock.advance(60_000);
    expect(call.commands).toHaveLength(before);
    expect(rig.of("call.connect_failed")).toEqual([]);
  });

  it.each(["the synthesis of the apology", "the apology", "the hang-up"] as const)(
    "and is picked up during %s is never hung up on",
    async (moment) => {
      let giveClip = () => {};
      const clipFor = async (text: string) => {
        if (text === "Sorry." && moment === "the synthesis of the apology")
          await new Promise<void>((resolve) => {
            giveClip = resolve;
          });
        return { samples: CLIP, durationMs: 300 };
      };
      const rig = new CallsRig({ deps: { clips: { clipFor } } });
      const call = rig.gateway.arrive();
      call.agentIgnoresRinging(2);
      if (moment === "the hang-up") call.holdBack("disconnect");
      if (moment === "the apology") call.playback = "manual";
      await rig.settle();
      call.advancePlayback(300);
      await rig.settle();
      call.advancePlayback(100);
      if (moment === "the hang-up") call.loseContact();
      call.agentPicksUp();
      if (moment === "the hang-up") call.regainContact();
      giveClip();
      await rig.clock.advance(60_000);
      const asked = call.commands.filter((command) => command === "disconnect");
      expect(asked).toHaveLength(moment === "the hang-up" ? 1 : 0);
      expect(call.commands.at(-1)).toBe("setMode:spy");
      expect(rig.of("call.apologised")).toHaveLength(moment === "the hang-up" ? 1 : 0);
      expect(rig.of("call.faulted").filter(({ code }) => code !== "CONNECTION_LOST")).toEqual([]);
      expect(rig.service.get(CALL_ID)).toMatchObject({ state: "CONNECTED", mode: "spy" });
      call.end("gateway-ended");
      expect(rig.of("call.ended")).toMatchObject([{ reason: "gateway-ended", by: { kind: "gateway" } }]);
    },
  );
});
