import { describe, expect, it } from "vitest";
import type { Mode, SpeakingMode } from "@/lib/contract/call";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { DRAIN_LIMIT_MS, FLOOR_KEPT_MS, SILENT_LINE_MS, SPY_PAUSE_MS } from "./constants";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./testing/calls-rig";
import { Speaker } from "./testing/speaker";

type Options = ConstructorParameters<typeof CallsRig>[0];
type Given = { rig: CallsRig; call: FakeCall; nora: Speaker; ben: Speaker };

async function given(options: Options & { mode?: Mode } = {}): Promise<Given> {
  const rig = new CallsRig(options);
  const call = await rig.inMode(options.mode ?? "spy");
  rig.events.length = 0;
  call.heard.caller.length = 0;
  return { rig, call, nora: new Speaker(rig), ben: new Speaker(rig, { name: "Ben Ode" }) };
}

async function speaking(mode: SpeakingMode, options: Options & { mode?: Mode } = {}): Promise<Given> {
  const all = await given(options);
  await all.nora.start(mode);
  for (let at = 0; at < 5; at++) all.nora.say();
  return all;
}

/** Ten frames of whisper, of which three are heard; the key is let go, and pressed again at once. */
async function pressedAgain(): Promise<Given & { over: Promise<unknown> }> {
  const all = await given();
  const { rig, call, nora } = all;
  call.voiceClock = rig.clock;
  await nora.start("whisper");
  for (let at = 0; at < 10; at++) nora.say();
  await rig.clock.advance(60);
  const stopped = nora.stop();
  const again = expect(nora.start("whisper")).rejects.toMatchObject({ code: "CONFLICT" });
  await rig.settle();
  return { ...all, over: Promise.all([stopped, again]) };
}

const whisperOf = (rig: CallsRig) =>
  rig.service.whisper({
    ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, signal: new AbortController().signal },
    onSpeaking: () => {},
  });
const samplesAt = (call: FakeCall, party: "caller" | "agent") =>
  call.heard[party].reduce((total, { samples }) => total + samples.length, 0);
const conflict = (words: string) => ({
  code: "CONFLICT",
  userMessage: expect.stringContaining(words),
  retryable: true,
});

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

describe("an open microphone is closed at once", () => {
  it.each<[string, string, Mode | null, boolean | null, (all: Given) => void]>([
    ["the gateway changes the mode", "mode-changed", "spy", null, ({ call }) => call.changeMode("barge")],
    ["contact is lost", "gateway", null, null, ({ call }) => call.loseContact()],
    ["the agent puts the call on hold", "gateway", "spy", true, ({ call }) => call.hold("agent", true)],
    ["the call ends", "call-ended", null, true, ({ call }) => call.callerHangsUp()],
    ["the connection is dropped", "disconnected", "barge", true, ({ nora }) => nora.drop()],
    ["its rights are gone", "rights-changed", "barge", true, ({ nora }) => nora.drop("rights-changed")],
  ])("when %s", async (_, reason, modeAfter, callerClear, happen) => {
    const all = await speaking("whisper", { mode: "barge" });
    const { rig, call, nora } = all;
    happen(all);
    expect(nora.say()).toBe("NOT_SPEAKING");
    expect(nora.closed).toMatchObject([{ reason, message: expect.stringMatching(/^Your microphone (was|is) closed/) }]);
    await rig.settle();
    expect(rig.of("speaking.ended")).toMatchObject([{ reason, spokenMs: 100, callerClear }]);
    expect(call.mode).toBe(modeAfter);
    await rig.clock.advance(60_000);
    expect(nora.closed).toHaveLength(1);
    expect(rig.of("speaking.ended")).toHaveLength(1);
    expect(samplesAt(call, "caller")).toBe(0);
  });

  it("when no frame came for 5 s, and not before", async () => {
    const { rig, call, nora } = await speaking("whisper");
    await rig.clock.advance(SILENT_LINE_MS - 1);
    nora.say();
    await rig.clock.advance(SILENT_LINE_MS - 1);
    expect(nora.closed).toEqual([]);
    await rig.clock.advance(1);
    expect(rig.of("speaking.ended")).toMatchObject([{ reason: "silent-line", spokenMs: 120 }]);
    expect(call.mode).toBe("spy");
  });

  it("and its end is told before the call's", async () => {
    const { rig, call } = await speaking("barge");
    call.callerHangsUp();
    await rig.settle();
    expect(rig.types().slice(-3)).toEqual(["speaking.ended", "floor.changed", "call.ended"]);
    expect(rig.service.live()).toEqual([]);
  });

  it("and what is still being heard when the key is pressed again is told before the call's end", async () => {
    const { rig, call, over } = await pressedAgain();
    call.callerHangsUp();
    await rig.clock.advance(1_000);
    await over;
    expect(rig.types().filter((type) => type.startsWith("speaking."))).toEqual(["speaking.started", "speaking.ended"]);
    expect(rig.types().at(-1)).toBe("call.ended");
  });

  it("and what is still being heard when the key is pressed again is told when the service stops", async () => {
    const { rig, over } = await pressedAgain();
    rig.service.stop();
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 200, reason: "released" }]);
    await rig.clock.advance(60_000);
    await over;
    expect(rig.types().at(-1)).toBe("speaking.ended");
  });

  it("when the service stops: the record is closed, and nothing else is said", async () => {
    const { rig, nora } = await speaking("whisper");
    const before = rig.events.length;
    rig.service.stop();
    expect(rig.types().slice(before)).toEqual(["speaking.ended"]);
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 100, reason: "disconnected" }]);
    expect(nora.closed).toHaveLength(1);
    await rig.clock.advance(60_000);
    expect(rig.events).toHaveLength(before + 1);
  });

  it("and frees the floor that was held from its connection, for who asked if anybody did", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    rig.service.floor.ask({ callId: CALL_ID, by: ben.by });
    nora.drop();
    expect(rig.of("floor.changed").at(-1)).toMatchObject({ holder: ben.by, askedBy: null });
  });
});

describe("a person who is gone", () => {
  it("speaks no more, on whatever call, asks no more, and holds nothing that they claimed from a page", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    rig.service.floor.ask({ callId: CALL_ID, by: ben.by });
    rig.service.floor.leave({ userId: ben.userId, reason: "disconnected" });
    expect(rig.of("floor.changed").at(-1)).toMatchObject({ holder: nora.by, askedBy: null });
    expect(nora.say()).toBeNull();
    rig.service.floor.ask({ callId: CALL_ID, by: ben.by });
    rig.service.floor.leave({ userId: nora.userId, reason: "rights-changed" });
    expect(nora.say()).toBe("NOT_SPEAKING");
    expect(nora.closed).toMatchObject([{ reason: "rights-changed" }]);
    // Claimed on no connection: the dashboard's is another one than the microphone's.
    expect(rig.of("floor.changed").at(-1)).toMatchObject({ holder: ben.by, askedBy: null });
    rig.service.floor.leave({ userId: ben.userId, reason: "rights-changed" });
    expect(rig.of("floor.changed").at(-1)).toMatchObject({ holder: null, askedBy: null });
    await rig.settle();
    expect(rig.of("speaking.ended")).toMatchObject([{ reason: "rights-changed", spokenMs: 120 }]);
    await new Speaker(rig, { name: "Ida Moss" }).start("barge");
  });

  it("before their microphone is open gets none", async () => {
    const { rig, call, nora } = await given();
    call.holdBack("setMode");
    const started = expect(nora.start("whisper")).rejects.toMatchObject({ code: "CONFLICT" });
    await rig.settle();
    rig.service.floor.leave({ userId: nora.userId, reason: "rights-changed" });
    call.release();
    await started;
    expect(call.commands).not.toContain("speak:whisper");
    expect(call.mode).toBe("spy");
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

describe("while somebody speaks", () => {
  it("another supervisor's mode is a conflict that names the speaker; spy is not, and closes the microphone", async () => {
    const { rig, call, nora, ben } = await speaking("whisper", { mode: "barge" });
    const by = ben.by;
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "barge", by })).rejects.toMatchObject(
      conflict("Nora Keller is speaking to the agent."),
    );
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "whisper", by })).rejects.toMatchObject(conflict("Nora"));
    expect(nora.say()).toBeNull();
    expect(await rig.service.setMode({ callId: CALL_ID, mode: "spy", by })).toBe("spy");
    expect(rig.of("speaking.ended")).toMatchObject([
      { reason: "mode-changed", detail: "Ben Ode asked for spy.", callerClear: true, spokenMs: 120 },
    ]);
    // Straight to spy, without a detour by the mode from before.
    expect(rig.modeStory().slice(-2)).toEqual(["asked spy user", "is spy user"]);
    expect(call.commands.filter((command) => command === "setMode:barge")).toHaveLength(1);
  });

  it("their own change closes it as well, and is where the call goes", async () => {
    const { rig, call, nora } = await speaking("whisper");
    expect(await rig.service.setMode({ callId: CALL_ID, mode: "barge", by: nora.by })).toBe("barge");
    expect(nora.closed).toMatchObject([{ reason: "mode-changed" }]);
    await rig.clock.advance(5_000);
    expect(call.mode).toBe("barge");
  });

  it("the mode of their voice, asked for as the call's mode, stays when they end", async () => {
    const { rig, call, nora } = await speaking("whisper");
    await rig.service.setMode({ callId: CALL_ID, mode: "whisper", by: nora.by });
    expect(nora.say()).toBeNull();
    await nora.stop();
    await rig.clock.advance(5_000);
    expect(call.mode).toBe("whisper");
  });

  it("an AI whisper fails and says who speaks; once the voice ended it is spoken", async () => {
    const { rig, call, nora } = await speaking("whisper");
    expect(await whisperOf(rig)).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("Nora Keller is speaking to the agent."),
      proof: { playedMs: 0 },
    });
    expect(call.commands).not.toContain("play:whisper");
    // As coaching does: at the very event that says that it is over.
    const later = new Promise((resolve) => rig.bus.on("speaking.ended", () => resolve(whisperOf(rig))));
    await nora.stop();
    expect(await later).toMatchObject({ outcome: "spoken", proof: { modeBefore: "spy", modeAfter: "spy" } });
  });

  it("an earlier attempt to bring the call into spy does not take the mode from them", async () => {
    const { rig, call, nora } = await given();
    call.loseContact();
    call.failNext("setMode");
    call.regainContact({ mode: "barge" });
    await rig.settle();
    expect(rig.of("mode.failed")).toHaveLength(1);
    await nora.start("whisper");
    await rig.clock.advance(SPY_PAUSE_MS * 3);
    expect(nora.say()).toBeNull();
    // Barge was nobody's wish: it is not where the call goes back to for good.
    await nora.stop();
    await rig.clock.advance(5_000);
    expect(call.mode).toBe("spy");
  });

  it("who asked is next, and speaks only after the first one ended", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    const floor = { callId: CALL_ID, by: nora.by };
    await expect(rig.service.floor.handOver(floor)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(nora.say()).toBeNull();
    rig.service.floor.ask({ callId: CALL_ID, by: ben.by });
    const handedOver = rig.service.floor.handOver(floor);
    const started = ben.start("barge");
    expect(await handedOver).toEqual({ holder: ben.by, askedBy: null });
    await started;
    expect(nora.closed).toMatchObject([{ reason: "handed-over" }]);
    const story = rig.types().filter((type) => type.startsWith("speaking."));
    expect(story).toEqual(["speaking.started", "speaking.ended", "speaking.started"]);
    await expect(nora.start("whisper")).rejects.toMatchObject(conflict("Ben Ode is speaking to both"));
  });
});
