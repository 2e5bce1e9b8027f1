import { describe, expect, it } from "vitest";
import type { PlayResult } from "@/lib/telephony/gateway";
import { DRAIN_LIMIT_MS, FLOOR_KEPT_MS } from "./constants";
import { CALL_ID, CallsRig, SUPERVISOR } from "./testing/calls-rig";
import { Speaker } from "./testing/speaker";
import { conflict, given, samplesAt, speaking, whisperOf } from "./testing/speaking-kit";

describe("a supervisor's own voice", () => {
  it.each([
    ["whisper", "spy"],
    ["barge", "spy"],
    ["whisper", "barge"],
    ["barge", "whisper"],
  ] as const)("in %s, from %s: confirmed, heard by whom it is for, told, and back", async (mode, before) => {
    const { rig, call, nora } = await speaking(mode, { mode: before });
    expect(rig.service.get(CALL_ID)?.speaker).toEqual(nora.by);
    await nora.stop();
    expect(rig.types()).toEqual([
      ...["floor.changed", "mode.requested", "mode.confirmed", "speaking.started", "speaking.ended"],
      ...["mode.requested", "mode.confirmed"],
    ]);
    const callerClear = mode === "whisper" ? true : null;
    expect(rig.of("speaking.ended")).toMatchObject([
      { mode, by: nora.by, spokenMs: 100, reason: "released", detail: null, callerClear },
    ]);
    expect([samplesAt(call, "caller"), samplesAt(call, "agent")]).toEqual([mode === "barge" ? 1_600 : 0, 1_600]);
    expect(call.mode).toBe(before);
    expect(nora.closed).toMatchObject([{ reason: "released" }]);
    expect(rig.service.get(CALL_ID)?.speaker).toBeNull();
    await nora.stop();
    expect(nora.closed).toHaveLength(1);
  });

  it("keeps the floor for a while after it ended", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    await nora.stop();
    await expect(ben.start("whisper")).rejects.toMatchObject(conflict("Nora Keller holds the floor"));
    await rig.clock.advance(FLOOR_KEPT_MS);
    await ben.start("whisper");
    expect(rig.of("floor.changed").map(({ holder }) => holder)).toEqual([nora.by, null, ben.by]);
  });

  it("gets numbers that rise, and in the record an id that no process gives to another one", async () => {
    const ids = new Set<string>();
    // The second one is the process after a restart, in the same second.
    for (const { rig, nora } of [await given(), await given()]) {
      const first = await nora.start("whisper");
      await nora.stop();
      expect(await nora.start("barge")).toBe(first + 1);
      await nora.stop();
      const [started, ended] = [rig.of("speaking.started"), rig.of("speaking.ended")];
      expect(ended.map(({ speakingId }) => speakingId)).toEqual(started.map(({ speakingId }) => speakingId));
      for (const { speakingId } of started) ids.add(speakingId);
      expect(nora.closed.map(({ speakingId }) => speakingId)).toEqual([first, first + 1]);
    }
    expect(ids.size).toBe(4);
  });

  it("that is stopped waits for its own end, and for nobody else's", async () => {
    const { rig, call, nora, ben } = await given();
    call.voiceClock = rig.clock;
    await ben.stop();
    await nora.start("whisper");
    for (let at = 0; at < 20; at++) nora.say();
    const floor = { callId: CALL_ID, by: nora.by };
    rig.service.floor.ask({ callId: CALL_ID, by: ben.by });
    const handedOver = rig.service.floor.handOver(floor);
    let isBack = false;
    void nora.stop().then(() => {
      isBack = true;
    });
    await ben.stop();
    await rig.settle();
    expect(isBack).toBe(false);
    expect(rig.of("speaking.ended")).toEqual([]);
    const started = ben.start("barge");
    await rig.clock.advance(1_000);
    await Promise.all([handedOver, started]);
    expect(isBack).toBe(true);
    await nora.stop();
    expect(rig.service.get(CALL_ID)?.speaker).toEqual(ben.by);
  });

  it("let go before the mode is confirmed sends nothing, says nothing, and the mode goes back", async () => {
    const { rig, call, nora } = await given({ mode: "barge" });
    call.holdBack("setMode");
    const started = expect(nora.start("whisper")).rejects.toMatchObject({ code: "CONFLICT", retryable: true });
    await rig.settle();
    const stopped = nora.stop();
    call.release();
    await Promise.all([started, stopped]);
    expect(call.commands).not.toContain("speak:whisper");
    expect(rig.of("speaking.started")).toEqual([]);
    expect(call.mode).toBe("barge");
    expect(nora.closed).toEqual([]);
  });

  it("that is still queued when it is let go is heard to its end; a gateway that never says is not waited for", async () => {
    const { rig, call, nora } = await given();
    const cuts: string[] = [];
    call.speak = () => ({
      ...{ push: () => true, end: () => cuts.push("end"), cut: () => cuts.push("cut") },
      result: new Promise(() => {}),
    });
    await nora.start("whisper");
    nora.say();
    const stopped = nora.stop();
    await rig.clock.advance(DRAIN_LIMIT_MS - 1);
    expect(cuts).toEqual(["end"]);
    await rig.clock.advance(1_000);
    await stopped;
    expect(cuts).toEqual(["end", "cut"]);
    // What was sent counts, and the mode goes to spy: nobody knows what was heard.
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 20, reason: "released" }]);
    expect(call.mode).toBe("spy");
  });
});

describe("what counts as spoken", () => {
  it.each<[string, number, number]>([
    ["as much as the gateway says was heard", 60, 60],
    ["no more than the gateway took, whatever it says", 5_000, 80],
  ])("%s", async (_, playedMs, spokenMs) => {
    const { rig, call, nora } = await given();
    let refuse: (result: PlayResult) => void = () => {};
    const result = new Promise<PlayResult>((resolve) => {
      refuse = resolve;
    });
    let pushed = 0;
    call.speak = () => ({ push: () => ++pushed > 1, end: () => {}, cut: () => {}, result });
    await nora.start("whisper");
    for (let at = 0; at < 5; at++) nora.say();
    refuse({ outcome: "refused", playedMs, code: "MODE_MISMATCH", message: "another mode" });
    await rig.clock.advance(1_000);
    expect(rig.of("speaking.ended")).toMatchObject([{ reason: "mode-changed", spokenMs }]);
  });
});

describe("a start is refused", () => {
  it("while somebody else speaks, and while the same person does from another window", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    await expect(ben.start("barge")).rejects.toMatchObject(conflict("Nora Keller is speaking to the agent."));
    const otherTab = new Speaker(rig, { tab: 2 });
    await expect(otherTab.start("whisper")).rejects.toMatchObject(conflict("already speaking"));
    await expect(nora.start("barge")).rejects.toMatchObject(conflict("open already"));
    expect(otherTab.say()).toBe("NOT_SPEAKING");
    expect(nora.say()).toBeNull();
  });

  it("while an AI whisper is being delivered, and the floor stays free", async () => {
    const { rig, call, nora } = await given();
    call.playback = "manual";
    const told = whisperOf(rig);
    await rig.settle();
    await expect(nora.start("whisper")).rejects.toMatchObject(conflict("A whisper is being spoken"));
    call.advancePlayback(1_000);
    expect((await told).outcome).toBe("spoken");
    expect(rig.of("floor.changed")).toEqual([]);
  });

  it("for whisper while the agent has the call on hold; not for barge", async () => {
    const { call, nora } = await given();
    call.hold("agent", true);
    await expect(nora.start("whisper")).rejects.toMatchObject({ code: "WRONG_STATE", retryable: true });
    await nora.start("barge");
  });

  it("for whisper when the agent puts the call on hold while the mode is being confirmed, and the floor stays free", async () => {
    const { rig, call, nora } = await given();
    call.holdBack("setMode");
    const started = expect(nora.start("whisper")).rejects.toMatchObject({ code: "WRONG_STATE", retryable: true });
    await rig.settle();
    call.hold("agent", true);
    call.release();
    await started;
    expect(call.commands).not.toContain("speak:whisper");
    expect(rig.of("speaking.started")).toEqual([]);
    expect(rig.of("floor.changed").map(({ holder }) => holder)).toEqual([nora.by, null]);
    expect(call.mode).toBe("spy");
  });

  it("where the gateway takes no live voice, out of reach, without an agent, and for a call that is not there", async () => {
    const deaf = await given({ capabilities: { liveVoice: false } });
    await expect(deaf.nora.start("whisper")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const away = await given();
    away.call.loseContact();
    await expect(away.nora.start("whisper")).rejects.toMatchObject({ code: "GATEWAY", retryable: true });
    away.call.callerHangsUp();
    await expect(away.nora.start("whisper")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await away.nora.stop();
    const rig = new CallsRig();
    rig.gateway.arrive().holdBack("connect");
    await rig.settle();
    await expect(new Speaker(rig).start("whisper")).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(() => rig.service.floor.claim({ callId: CALL_ID, by: SUPERVISOR })).toThrow(
      expect.objectContaining({ code: "WRONG_STATE" }),
    );
  });

  it.each(["refused", "another mode", "voice refused"])("by the gateway (%s): spy, and a free floor", async (how) => {
    const { rig, call, nora } = await given({ mode: "barge" });
    if (how === "refused") call.failNext("setMode");
    if (how === "another mode") call.confirmInstead("barge");
    if (how === "voice refused")
      call.speak = () => ({
        ...{ push: () => false, end: () => {}, cut: () => {} },
        result: Promise.resolve({ outcome: "refused", playedMs: 0, code: "BUSY", message: "taken" }),
      });
    await expect(nora.start("whisper")).rejects.toMatchObject({ code: "GATEWAY" });
    expect(call.mode).toBe("spy");
    expect(rig.of("floor.changed").map(({ holder }) => holder)).toEqual([nora.by, null]);
    expect(rig.of("speaking.started")).toEqual([]);
    expect(nora.closed).toEqual([]);
  });
});

describe("frames", () => {
  it("for another mode than the one that is spoken and confirmed are refused", async () => {
    const { call, nora, ben } = await speaking("barge");
    expect(nora.say("whisper")).toBe("MODE_MISMATCH");
    expect(ben.say()).toBe("NOT_SPEAKING");
    expect(samplesAt(call, "caller")).toBe(1_600);
  });

  it("that come between a change of the mode and its news are refused before the gateway sees them", async () => {
    const { rig, call, nora } = await given();
    const pushed: number[] = [];
    const cut = () => {};
    call.speak = () => ({
      ...{ end: cut, cut, result: new Promise(() => {}) },
      push: (samples) => {
        pushed.push(samples.length);
        return true;
      },
    });
    await nora.start("whisper");
    const faults: unknown[] = [];
    // The first to hear of it, before the microphone itself.
    rig.bus.on("mode.confirmed", () => faults.push(nora.say()));
    call.changeMode("barge");
    expect(faults[0]).toBe("MODE_MISMATCH");
    expect(pushed).toEqual([]);
  });
});
