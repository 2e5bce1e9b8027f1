import { describe, expect, it } from "vitest";
import type { Mode } from "@/lib/contract/call";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./testing/calls-rig";
import type { CallWhisperOutcome } from "./types";

type Whispering = { rig: CallsRig; call: FakeCall; abort: AbortController; starts: number[] };

function whisper({ rig, abort, starts }: Whispering): Promise<CallWhisperOutcome> {
  return rig.service.whisper({
    ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, signal: abort.signal },
    onSpeaking: () => starts.push(rig.events.length),
  });
}

async function inMode(mode: Mode, options: ConstructorParameters<typeof CallsRig>[0] = {}): Promise<Whispering> {
  const rig = new CallsRig(options);
  const call = await rig.inMode(mode);
  rig.events.length = 0;
  // What the caller heard before there was an agent is not the whisper's.
  call.heard.caller.length = 0;
  return { rig, call, abort: new AbortController(), starts: [] };
}

const samplesHeard = (call: FakeCall) => ({
  caller: call.heard.caller.reduce((total, { samples }) => total + samples.length, 0),
  agent: call.heard.agent.reduce((total, { samples }) => total + samples.length, 0),
});

describe("a whisper", () => {
  it.each(["spy", "barge", "whisper"] as const)(
    "from %s: confirmed, spoken to the agent only, and back",
    async (mode) => {
      const given = await inMode(mode);
      expect(await whisper(given)).toEqual({
        outcome: "spoken",
        detail: null,
        proof: { modeBefore: mode, modeDuring: "whisper", modeAfter: mode, callerClear: true, playedMs: 300 },
      });
      expect(samplesHeard(given.call)).toEqual({ caller: 0, agent: CLIP.length });
      const there = ["asked whisper user", "is whisper user"];
      const back = mode === "whisper" ? [] : [`asked ${mode} system`, `is ${mode} system`];
      expect(given.rig.modeStory()).toEqual([...there, ...back]);
      // Speaking begins after the confirmation and before the way back.
      expect(given.starts).toEqual([2]);
      await given.rig.clock.advance(10_000);
      expect(given.call.mode).toBe(mode);
    },
  );

  it("waits for no timer between the request and the first frame", async () => {
    const given = await inMode("spy");
    given.call.playback = "manual";
    void whisper(given);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(given.call.isPlaying).toBe(true);
  });

  it("stopped by its signal is interrupted, and the mode goes back", async () => {
    const given = await inMode("spy");
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.advancePlayback(100);
    given.abort.abort();
    expect(await told).toMatchObject({
      outcome: "interrupted",
      proof: { modeDuring: "whisper", modeAfter: "spy", callerClear: true, playedMs: 100 },
    });
  });

  it("stopped before it begins changes nothing", async () => {
    const given = await inMode("barge");
    given.abort.abort();
    expect(await whisper(given)).toMatchObject({ outcome: "interrupted", proof: { modeBefore: "barge", playedMs: 0 } });
    expect(given.rig.events).toEqual([]);
  });

  it("is one at a time", async () => {
    const given = await inMode("spy");
    given.call.playback = "manual";
    const first = whisper(given);
    await given.rig.settle();
    expect(await whisper(given)).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("Another whisper"),
    });
    given.call.advancePlayback(1_000);
    expect((await first).outcome).toBe("spoken");
    given.call.playback = "instant";
    expect((await whisper(given)).outcome).toBe("spoken");
  });

  it("waits for a mode change that is under way, and goes back to that mode", async () => {
    const given = await inMode("spy");
    given.call.holdBack("setMode");
    const change = given.rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR });
    const told = whisper(given);
    await given.rig.settle();
    given.call.release();
    await change;
    expect((await told).proof).toMatchObject({ modeBefore: "barge", modeAfter: "barge", callerClear: true });
  });

  it("on a call that is not there, not connected, or out of reach sends nothing", async () => {
    const rig = new CallsRig();
    const given = { rig, call: rig.gateway.arrive(), abort: new AbortController(), starts: [] };
    given.call.holdBack("connect");
    await rig.settle();
    expect(await whisper(given)).toMatchObject({ outcome: "failed", detail: expect.stringContaining("not connected") });
    const away = await inMode("spy");
    away.call.loseContact();
    expect(await whisper(away)).toMatchObject({ outcome: "failed", proof: { playedMs: 0, callerClear: null } });
    away.call.callerHangsUp();
    expect(await whisper(away)).toMatchObject({ outcome: "failed", detail: "The call has ended." });
    expect([...given.call.commands, ...away.call.commands]).not.toContain("play:whisper");
  });
});

describe("a whisper in doubt", () => {
  it("that is not confirmed sends nothing and asks for spy", async () => {
    const given = await inMode("barge");
    given.call.failNext("setMode");
    const told = await whisper(given);
    expect(told).toMatchObject({
      outcome: "failed",
      proof: { modeBefore: "barge", modeDuring: null, modeAfter: "spy", callerClear: null, playedMs: 0 },
    });
    expect(told.detail).toContain("not confirmed");
    expect(given.call.commands).not.toContain("play:whisper");
    expect(given.starts).toEqual([]);
  });

  it("confirmed as barge instead sends nothing and asks for spy", async () => {
    const given = await inMode("spy");
    given.call.confirmInstead("barge");
    expect(await whisper(given)).toMatchObject({ outcome: "failed", proof: { modeAfter: "spy", playedMs: 0 } });
    expect(given.call.commands).not.toContain("play:whisper");
    expect(samplesHeard(given.call)).toEqual({ caller: 0, agent: 0 });
  });

  it("confirmed, but changed before the first word, sends nothing", async () => {
    const given = await inMode("spy");
    given.call.on("mode", (mode) => {
      if (mode === "whisper") given.call.changeMode("barge");
    });
    const told = await whisper(given);
    expect(told).toMatchObject({ outcome: "failed", proof: { modeDuring: "barge", playedMs: 0 } });
    expect(samplesHeard(given.call)).toEqual({ caller: 0, agent: 0 });
  });

  it("whose mode changes meanwhile stops there: not one sample to the caller", async () => {
    const given = await inMode("spy");
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.advancePlayback(100);
    given.call.changeMode("barge");
    given.call.advancePlayback(1_000);
    expect(await told).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("changed to barge"),
      proof: { modeDuring: "barge", modeAfter: "spy", callerClear: null, playedMs: 100 },
    });
    expect(samplesHeard(given.call).caller).toBe(0);
  });

  it("from barge, taken out of whisper by somebody else, does not climb back: spy", async () => {
    const given = await inMode("barge");
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.advancePlayback(100);
    given.call.changeMode("spy");
    expect(await told).toMatchObject({ outcome: "failed", proof: { modeBefore: "barge", modeAfter: "spy" } });
    expect(given.call.commands.filter((command) => command === "setMode:barge")).toHaveLength(1);
  });

  it("is known not to be clear where the gateway does not enforce modes and barge came in the middle", async () => {
    const given = await inMode("spy", { capabilities: { serverSideModes: false } });
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.advancePlayback(100);
    given.call.changeMode("barge");
    expect((await told).proof.callerClear).toBe(false);
  });

  it("spoken where the gateway does not enforce modes is not known to be clear", async () => {
    const given = await inMode("spy", { capabilities: { serverSideModes: false } });
    expect(await whisper(given)).toMatchObject({ outcome: "spoken", proof: { callerClear: null, playedMs: 300 } });
  });

  it.each(["spoken", "taken to barge", "lost"] as const)(
    "that goes to the agent's own channel only is clear: %s",
    async (what) => {
      const given = await inMode("spy", { capabilities: { serverSideModes: false, perPartyInjection: true } });
      given.call.playback = "manual";
      const told = whisper(given);
      await given.rig.settle();
      given.call.advancePlayback(100);
      if (what === "taken to barge") given.call.changeMode("barge");
      if (what === "lost") given.call.loseContact();
      given.call.advancePlayback(1_000);
      const outcome = what === "spoken" ? "spoken" : "failed";
      expect(await told).toMatchObject({ outcome, proof: { callerClear: true } });
    },
  );

  it("of which nothing was sent claims nothing, whoever would have heard it", async () => {
    const given = await inMode("spy", { capabilities: { serverSideModes: false, perPartyInjection: true } });
    given.call.failNext("setMode");
    expect((await whisper(given)).proof).toMatchObject({ callerClear: null, playedMs: 0 });
  });

  it("is not sent to an agent who has the call on hold, and stops when one puts it on hold", async () => {
    const given = await inMode("spy");
    given.call.hold("agent", true);
    expect(await whisper(given)).toMatchObject({ outcome: "failed", detail: expect.stringContaining("on hold") });
    expect(given.call.commands).not.toContain("play:whisper");
    given.call.hold("agent", false);
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.advancePlayback(100);
    given.call.hold("agent", true);
    expect(await told).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("on hold"),
      proof: { modeDuring: "whisper", modeAfter: "spy", callerClear: true, playedMs: 100 },
    });
  });

  it("is spoken while the caller has the agent on hold: the agent hears it", async () => {
    const given = await inMode("spy");
    given.call.hold("caller", true);
    expect((await whisper(given)).outcome).toBe("spoken");
  });

  it("that cannot go back to barge goes down to spy", async () => {
    const given = await inMode("barge");
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.failNext("setMode");
    given.call.advancePlayback(1_000);
    expect(await told).toMatchObject({ outcome: "spoken", proof: { modeAfter: "spy", callerClear: true } });
  });

  it("that cannot go back at all is settled into spy afterwards", async () => {
    const given = await inMode("spy");
    given.call.playback = "manual";
    const told = whisper(given);
    await given.rig.settle();
    given.call.failNext("setMode");
    given.call.advancePlayback(1_000);
    expect(await told).toMatchObject({ outcome: "spoken", proof: { modeAfter: "whisper" } });
    await given.rig.clock.advance(5_000);
    expect(given.call.mode).toBe("spy");
  });
});

const PHASES = ["asking for whisper", "before the first frame", "while speaking", "going back"] as const;

async function reach(
  phase: (typeof PHASES)[number],
  given: Whispering,
): Promise<{ told: Promise<CallWhisperOutcome> }> {
  const { call, rig } = given;
  call.playback = "manual";
  if (phase === "asking for whisper") call.holdBack("setMode");
  const told = whisper(given);
  await rig.settle();
  if (phase === "while speaking") call.advancePlayback(100);
  if (phase === "going back") {
    call.holdBack("setMode");
    call.advancePlayback(1_000);
    await rig.settle();
  }
  return { told };
}

describe.each(PHASES)("%s", (phase) => {
  const isSpoken = phase === "going back";

  it("contact is lost: it fails or was spoken, nothing more is sent, and spy is asked for on the way back", async () => {
    const given = await inMode("spy");
    const reached = await reach(phase, given);
    given.call.loseContact();
    const told = await reached.told;
    expect(told.outcome).toBe(isSpoken ? "spoken" : "failed");
    expect(told.proof).toMatchObject({ modeAfter: null, callerClear: isSpoken ? true : null });
    const heard = samplesHeard(given.call);
    given.call.regainContact({ mode: "barge" });
    given.call.advancePlayback(1_000);
    await given.rig.clock.advance(5_000);
    expect(given.call.mode).toBe("spy");
    expect(samplesHeard(given.call)).toEqual({ ...heard, caller: 0 });
  });

  it("the caller hangs up: it fails or was spoken, and the call ends", async () => {
    const given = await inMode("spy");
    const reached = await reach(phase, given);
    given.call.callerHangsUp();
    expect((await reached.told).outcome).toBe(isSpoken ? "spoken" : "failed");
    await given.rig.clock.advance(60_000);
    expect(given.rig.of("call.ended")).toMatchObject([{ reason: "caller-hung-up" }]);
    expect(samplesHeard(given.call).caller).toBe(0);
    expect(given.rig.service.live()).toEqual([]);
  });
});
