import { describe, expect, it } from "vitest";
import type { Mode } from "@/lib/contract/call";
import { SILENT_LINE_MS } from "./constants";
import { CALL_ID } from "./testing/calls-rig";
import { Speaker } from "./testing/speaker";
import { type Given, given, pressedAgain, samplesAt, speaking } from "./testing/speaking-kit";

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
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 100, reason: "earshot-stopped", callerClear: true }]);
    expect(nora.closed).toMatchObject([{ message: "Your microphone was closed: Earshot was stopped." }]);
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
