import { describe, expect, it } from "vitest";
import { SPY_PAUSE_MS } from "./constants";
import { CALL_ID } from "./testing/calls-rig";
import { conflict, given, speaking, whisperOf } from "./testing/speaking-kit";

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

  it("who lets go again and again of what they do not have says and changes nothing", async () => {
    const { rig, call, nora, ben } = await speaking("whisper");
    await nora.stop();
    await rig.service.floor.release({ callId: CALL_ID, by: nora.by });
    const [told, done] = [rig.types(), call.commands.length];
    for (let at = 0; at < 20; at++) {
      await rig.service.floor.release({ callId: CALL_ID, by: nora.by });
      await rig.service.floor.release({ callId: CALL_ID, by: ben.by });
      await nora.stop();
      await ben.stop();
    }
    await rig.settle();
    expect(rig.types()).toEqual(told);
    expect(call.commands).toHaveLength(done);
  });

  it("a floor that is another's is not released, and nothing is said of the attempt", async () => {
    const { rig, nora, ben } = await speaking("whisper");
    const told = rig.types();
    for (let at = 0; at < 20; at++)
      await expect(rig.service.floor.release({ callId: CALL_ID, by: ben.by })).rejects.toMatchObject(conflict("Nora"));
    expect(rig.types()).toEqual(told);
    expect(nora.say()).toBeNull();
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
