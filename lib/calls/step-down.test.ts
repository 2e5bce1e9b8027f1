import { describe, expect, it } from "vitest";
import { CallCommandTimeoutError } from "@/lib/telephony/gateway-errors";
import { CALL_ID, CallsRig, SUPERVISOR } from "./testing/calls-rig";

describe("a step down to spy", () => {
  const stepDown = (rig: CallsRig) => rig.service.setMode({ callId: CALL_ID, mode: "spy", by: SUPERVISOR });
  const asked = (call: { commands: string[] }) => call.commands.filter((command) => command === "setMode:spy").length;

  it("where spy is confirmed asks for nothing and writes nothing, however often", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    rig.events.length = 0;
    const before = call.commands.length;
    for (let at = 0; at < 50; at++) expect(await stepDown(rig)).toBe("spy");
    expect(await Promise.all(Array.from({ length: 50 }, () => stepDown(rig)))).toEqual(Array(50).fill("spy"));
    expect(rig.events).toEqual([]);
    expect(call.commands).toHaveLength(before);
  });

  it("from another mode is asked for once, by however many at once", async () => {
    const rig = new CallsRig();
    await rig.inMode("barge");
    rig.events.length = 0;
    await Promise.all([stepDown(rig), stepDown(rig), stepDown(rig)]);
    expect(rig.modeStory()).toEqual(["asked spy user", "is spy user"]);
  });

  it("behind a change that is under way is asked for after it", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.holdBack("setMode");
    const barge = rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR });
    await rig.settle();
    const spy = stepDown(rig);
    call.release();
    expect([await barge, await spy, call.mode]).toEqual(["barge", "spy", "spy"]);
  });

  it("is asked for where the last change failed: the gateway may still carry it out", async () => {
    const rig = new CallsRig();
    const call = await rig.inSpy();
    call.failNext("setMode", new CallCommandTimeoutError("TIMEOUT", { message: "no answer" }));
    await expect(rig.service.setMode({ callId: CALL_ID, mode: "barge", by: SUPERVISOR })).rejects.toThrow();
    const before = asked(call);
    call.failNext("setMode");
    await expect(stepDown(rig)).rejects.toThrow();
    await stepDown(rig);
    expect(asked(call)).toBe(before + 2);
    await stepDown(rig);
    expect(asked(call)).toBe(before + 2);
  });

  it("is asked for where somebody here wanted another mode for good, or the gateway is out of reach", async () => {
    const rig = new CallsRig();
    const call = await rig.inMode("barge");
    call.changeMode("spy");
    const before = asked(call);
    await stepDown(rig);
    expect(asked(call)).toBe(before + 1);
    call.loseContact();
    await expect(stepDown(rig)).rejects.toMatchObject({ code: "GATEWAY" });
    expect(rig.of("mode.failed")).toHaveLength(1);
    // Nobody wants barge any more, so it is not left in it.
    call.regainContact({ mode: "barge" });
    await rig.settle();
    expect(call.mode).toBe("spy");
  });
});
