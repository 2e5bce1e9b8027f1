import { describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { CallCommandTimeoutError } from "@/lib/telephony/gateway-errors";
import { SPY_ATTEMPTS } from "./constants";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./testing/calls-rig";

const whisperOf = (signal = new AbortController().signal) => ({
  ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, signal },
  onSpeaking: () => {},
});

describe("setMode", () => {
  it("is asked and confirmed under one request id, by whoever asked", async () => {
    const rig = new CallsRig();
    await rig.inSpy();
    rig.events.length = 0;
    expect(await rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR })).toBe("barge");
    const [asked, confirmed] = [rig.of("mode.requested")[0], rig.of("mode.confirmed")[0]];
    expect(confirmed).toMatchObject({ requestId: asked?.requestId, previous: "spy", mode: "barge", by: SUPERVISOR });
    expect(rig.events).toHaveLength(2);
  });

  it("to the mode it is in already is confirmed as well", async () => {
    const rig = new CallsRig();
    await rig.inMode("barge");
    rig.events.length = 0;
    await rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR });
    expect(rig.modeStory()).toEqual(["asked barge user", "is barge user"]);
  });

  it("runs one after the other, in the order asked", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    rig.events.length = 0;
    call.holdBack("setMode");
    const changes = (["whisper", "barge", "spy"] as const).map((mode) =>
      rig.service.setMode({ callId: CALL_ID, mode, by: SUPERVISOR }),
    );
    await rig.settle();
    expect(rig.modeStory()).toEqual(["asked whisper user"]);
    call.release();
    expect(await Promise.all(changes)).toEqual(["whisper", "barge", "spy"]);
    expect(rig.modeStory()).toEqual([
      ...["asked whisper user", "is whisper user"],
      ...["asked barge user", "is barge user"],
      ...["asked spy user", "is spy user"],
    ]);
  });

  it("that fails says so, says what the gateway still confirms, and rejects in people's words", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    rig.events.length = 0;
    call.failNext("setMode", new CallCommandTimeoutError("TIMEOUT", { message: "no answer" }));
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR })).rejects.toMatchObject({
      code: "TIMEOUT",
      retryable: true,
    });
    expect(rig.modeStory()).toEqual(["asked barge user", "failed barge TIMEOUT", "is spy gateway"]);
  });

  it("confirmed as another mode than asked is a failure, and the truth is shown", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    rig.events.length = 0;
    call.confirmInstead("barge");
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "whisper", by: SUPERVISOR })).rejects.toMatchObject({
      code: "GATEWAY",
    });
    expect(rig.modeStory().slice(0, 3)).toEqual([
      "asked whisper user",
      "is barge gateway",
      "failed whisper MODE_NOT_CONFIRMED",
    ]);
    expect(rig.service.get(CALL_ID)?.mode).toBe("barge");
  });

  it("is refused before there is an agent, for an unknown call, and while out of reach", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.holdBack("connect");
    await rig.settle();
    const barge = { callId: CALL_ID, mode: "barge", by: SUPERVISOR } as const;
    await expect(rig.service.setMode(barge)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await expect(rig.service.setMode({ ...barge, callId: callIdSchema.parse("x") })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    call.agentAnswers();
    await rig.settle();
    call.loseContact();
    await expect(rig.service.setMode(barge)).rejects.toMatchObject({ code: "GATEWAY", retryable: true });
    expect(rig.of("mode.failed").at(-1)).toMatchObject({ code: "CONNECTION_LOST" });
  });

  it("is a conflict during a whisper, before and after it is not", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.playback = "manual";
    const spoken = rig.service.whisper(whisperOf());
    await rig.settle();
    expect(rig.service.get(CALL_ID)?.whispering).toBe(true);
    const barge = { callId: CALL_ID, mode: "barge", by: SUPERVISOR } as const;
    await expect(rig.service.setMode(barge)).rejects.toMatchObject({ code: "CONFLICT", retryable: true });
    call.advancePlayback(300);
    expect((await spoken).outcome).toBe("spoken");
    expect(await rig.service.setMode(barge)).toBe("barge");
  });

  it("by somebody else is shown as the gateway's, and not fought", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    rig.events.length = 0;
    call.changeMode("whisper");
    await rig.clock.advance(10_000);
    expect(rig.modeStory()).toEqual(["is whisper gateway"]);
    expect(rig.of("mode.confirmed")[0]?.requestId).toBeNull();
  });
});

describe("spy after connect", () => {
  it("is asked for again until it is confirmed", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.failNext("setMode");
    call.failNext("setMode");
    await rig.clock.advance(5_000);
    expect(rig.of("mode.failed")).toHaveLength(2);
    expect(call.mode).toBe("spy");
    expect(rig.of("call.faulted")).toEqual([]);
  });

  it("that is never confirmed is given up after a bound, said, and nothing is played", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    for (let at = 0; at < SPY_ATTEMPTS + 3; at++) call.failNext("setMode");
    await rig.clock.advance(60_000);
    expect(rig.of("mode.failed")).toHaveLength(SPY_ATTEMPTS);
    expect(rig.of("call.faulted")).toMatchObject([{ code: "SPY_NOT_CONFIRMED" }]);
    expect(rig.service.get(CALL_ID)?.mode).toBe("barge");
    expect(call.heard.agent).toEqual([]);
  });

  it("does not take back what a supervisor chose meanwhile", async () => {
    const rig = new CallsRig();
    const call = rig.gateway.arrive();
    call.failNext("setMode");
    await rig.settle();
    await rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR });
    await rig.clock.advance(60_000);
    expect(call.mode).toBe("barge");
  });
});

describe("contact lost", () => {
  it("is shown as lost with no known mode, and as monitored when back", async () => {
    const rig = new CallsRig();
    const call = await rig.inMode("barge");
    rig.events.length = 0;
    call.loseContact();
    expect(rig.service.get(CALL_ID)).toMatchObject({ monitoring: "lost", mode: null, state: "CONNECTED" });
    call.regainContact();
    await rig.clock.advance(10_000);
    expect(rig.of("call.monitoring_changed").map(({ monitoring, by }) => [monitoring, by.kind])).toEqual([
      ["lost", "gateway"],
      ["monitored", "gateway"],
    ]);
    // A supervisor wanted barge before: it is left alone.
    expect(rig.modeStory()).toEqual(["is null gateway", "is barge gateway"]);
  });

  it("and found in a mode that nobody here wants, the call is brought into spy", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.loseContact();
    call.regainContact({ mode: "barge" });
    await rig.settle();
    expect(call.mode).toBe("spy");
    expect(rig.modeStory().slice(-2)).toEqual(["asked spy system", "is spy system"]);
  });

  it("and the call ended meanwhile is told as it is", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.loseContact();
    call.end("gateway-lost");
    expect(rig.of("call.ended")).toMatchObject([{ reason: "gateway-lost", by: { kind: "gateway" } }]);
  });
});
