import { describe, expect, it } from "vitest";
import { LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./testing/calls-rig";

const whisperOf = (signal = new AbortController().signal) => ({
  ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, signal },
  onSpeaking: () => {},
});

describe("leave and end", () => {
  it("leaving lets the call go on, unmonitored; it is forgotten later and its end is never invented", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    await rig.service.leave({ callId: CALL_ID, by: SUPERVISOR });
    expect(call.commands.at(-1)).toBe("close");
    expect(rig.of("call.monitoring_changed")).toMatchObject([{ monitoring: "left", by: SUPERVISOR }]);
    expect(rig.service.get(CALL_ID)).toMatchObject({ state: "CONNECTED", monitoring: "left", mode: null });
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "spy", by: SUPERVISOR })).rejects.toMatchObject({
      code: "WRONG_STATE",
    });
    await expect(rig.service.end({ callId: CALL_ID, by: SUPERVISOR })).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(await rig.service.whisper(whisperOf())).toMatchObject({ outcome: "failed" });
    await rig.clock.advance(LEFT_CALL_KEPT_MS - 1);
    expect(rig.service.live()).toHaveLength(1);
    await rig.clock.advance(1);
    expect(rig.service.live()).toEqual([]);
    expect(rig.of("call.ended")).toEqual([]);
  });

  it("leaving again and again is told once", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.holdBack("close");
    rig.events.length = 0;
    const leave = () => rig.service.leave({ callId: CALL_ID, by: SUPERVISOR });
    const attempts = Promise.allSettled([leave(), leave(), leave()]);
    await rig.settle();
    call.release();
    await attempts;
    const told = rig.types();
    expect(told.filter((type) => type === "call.monitoring_changed")).toHaveLength(1);
    for (let at = 0; at < 20; at++) await expect(leave()).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(rig.types()).toEqual(told);
    expect(rig.of("call.monitoring_changed")).toMatchObject([{ monitoring: "left", by: SUPERVISOR }]);
  });

  it("left by the gateway's doing is shown as the gateway's", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.end("gateway-ended", { continuesWithoutUs: true });
    expect(rig.of("call.monitoring_changed")).toMatchObject([{ monitoring: "left", by: { kind: "gateway" } }]);
  });

  it("cannot be left before the agent is there: that would hang up on the caller", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    await expect(rig.service.leave({ callId: CALL_ID, by: SUPERVISOR })).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(call.state).toBe("ANSWERED");
  });

  it("ending is told as that supervisor's doing, with the duration", async () => {
    const rig = new CallsRig();
    await rig.inSpy();
    await rig.clock.advance(90_000);
    await rig.service.end({ callId: CALL_ID, by: SUPERVISOR });
    expect(rig.of("call.ended")).toMatchObject([{ reason: "ended-by-supervisor", by: SUPERVISOR, durationMs: 90_000 }]);
    expect(rig.service.get(CALL_ID)).toBeNull();
  });

  it("ending also stops a call that still rings", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    await rig.service.end({ callId: CALL_ID, by: SUPERVISOR });
    await rig.clock.advance(60_000);
    expect(rig.of("call.ended")).toMatchObject([{ reason: "ended-by-supervisor", by: SUPERVISOR }]);
    expect(rig.of("call.connect_failed")).toEqual([]);
  });

  it.each(["close", "disconnect"] as const)(
    "a hang-up in the middle of %s is told as the caller's",
    async (command) => {
      const rig = new CallsRig();
      const call = await rig.inSpy();
      call.holdBack(command);
      const asked =
        command === "close"
          ? rig.service.leave({ callId: CALL_ID, by: SUPERVISOR })
          : rig.service.end({ callId: CALL_ID, by: SUPERVISOR });
      const settled =
        command === "close"
          ? expect(asked).rejects.toMatchObject({ code: "WRONG_STATE" })
          : expect(asked).resolves.toBeUndefined();
      await rig.settle();
      call.callerHangsUp();
      await settled;
      expect(rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up", by: { kind: "gateway" } }]);
    },
  );

  it("a refused end is refused, and a later hang-up is not blamed on the supervisor", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.failNext("disconnect");
    await expect(rig.service.end({ callId: CALL_ID, by: SUPERVISOR })).rejects.toMatchObject({ code: "GATEWAY" });
    call.end("gateway-ended");
    expect(rig.of("call.ended")).toMatchObject([{ reason: "gateway-ended", by: { kind: "gateway" } }]);
  });
});

describe("the service", () => {
  it("ignores a second call under the id of a live one", async () => {
    const rig = new CallsRig();
    await rig.inSpy();
    const impostor = rig.gateway.arrive({ callId: "call-1" });
    await rig.settle();
    expect(impostor.commands).toEqual([]);
    expect(rig.of("call.arrived")).toHaveLength(1);
  });

  it("tells who has whom on hold, each change once", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    for (const isHeld of [true, true, false, false]) call.hold("agent", isHeld);
    call.hold("caller", true);
    expect(rig.of("call.hold_changed")).toMatchObject([
      { party: "agent", isHeld: true },
      { party: "agent", isHeld: false },
      { party: "caller", isHeld: true },
    ]);
  });

  it("carries the direction that the gateway tells", async () => {
    const rig = new CallsRig();
    rig.gateway.arrive({ direction: "outbound", state: "CONNECTED", mode: "spy" });
    await rig.settle();
    expect(rig.of("call.arrived")).toMatchObject([{ info: { direction: "outbound" } }]);
  });

  it("is simulated as its gateway is, unless the call itself says otherwise", async () => {
    const rig = new CallsRig();
    rig.gateway.arrive({ callId: "synthetic" });
    rig.gateway.arrive({ callId: "real", simulated: false });
    await rig.settle();
    const simulated = rig.of("call.arrived").map(({ callId, info }) => `${callId} ${info.simulated}`);
    expect(simulated.sort()).toEqual(["real false", "synthetic true"]);
  });

  it("takes calls of several gateways, and of two with one id the first", async () => {
    const gateways = ["one", "two"].map((name) => new FakeGateway({ name }));
    const rig = new CallsRig({ deps: { gateways } });
    for (const gateway of gateways) {
      gateway.arrive({ callId: `${gateway.name}-1` });
      gateway.arrive({ callId: "same" });
    }
    await rig.settle();
    const arrived = rig.of("call.arrived").map(({ callId, info }) => `${callId} of ${info.gateway}`);
    expect(arrived.sort()).toEqual(["one-1 of one", "same of one", "two-1 of two"]);
  });

  it("passes the gateway's faults on, cut to what an event may carry", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.fault({ code: "c".repeat(100), message: "m".repeat(1000) });
    expect(rig.of("call.faulted")[0]?.message).toHaveLength(300);
  });

  it("lets go of every call when it stops, and says nothing more about them", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    const before = rig.events.length;
    rig.service.stop();
    call.callerHangsUp();
    rig.gateway.arrive();
    await rig.clock.advance(60_000);
    expect(rig.events).toHaveLength(before);
    expect(rig.service.live()).toEqual([]);
  });
});
