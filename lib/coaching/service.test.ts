import { describe, expect, it } from "vitest";
import { anna, CoachingBench, callId } from "./testing/coaching-bench";
import { makeAdvice } from "./testing/fake-advisor";
import { FakeClips } from "./testing/fake-clips";

async function benchWithOne() {
  const bench = new CoachingBench();
  bench.arrive();
  bench.advisor.advice = [makeAdvice()];
  const { suggestionId } = await bench.proposeOne();
  return { bench, on: { callId, suggestionId, by: anna } };
}

describe("a supervisor's own words", () => {
  it("are approved as they are sent, and spoken", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    const sent = await bench.service.compose({ callId, text: " Offer the upgrade. ", force: false, by: anna });
    expect(sent).toMatchObject({ rule: "supervisor", state: "approved", text: "Offer the upgrade.", evidence: [] });
    expect(sent.steps.map((step) => [step.state, step.actor])).toEqual([
      ["proposed", anna],
      ["approved", anna],
    ]);
    expect(sent.clip?.hash).toBe(FakeClips.clip("Offer the upgrade.").hash);
    await bench.clock.advance(10_000);
    expect(bench.last().state).toBe("spoken");
  });

  it("are welcome although the team has switched suggestions off", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "off", expiryMs: 30_000, maxPerMinute: 6 };
    bench.arrive();
    expect((await bench.service.compose({ callId, text: "Go on.", force: true, by: anna })).state).toBe("approved");
  });

  it("leave nothing behind where they cannot be spoken", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.clips.failAll = true;
    const sending = bench.service.compose({ callId, text: "Go on.", force: false, by: anna });
    await expect(sending).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(bench.suggestions().size).toBe(0);
    await expect(bench.service.compose({ callId, text: "  ", force: false, by: anna })).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  it("are refused where the agent is not on the line, or the call ended while the clip was made", async () => {
    const bench = new CoachingBench();
    bench.arrive({ state: "PENDING" });
    await expect(bench.service.compose({ callId, text: "Go on.", force: false, by: anna })).rejects.toMatchObject({
      code: "WRONG_STATE",
      userMessage: "The agent is not on the line yet.",
    });
    bench.publish({ type: "call.connected", callId, attempt: 1 });
    bench.clips.delayMs = 300;
    const sending = bench.service.compose({ callId, text: "Go on.", force: false, by: anna });
    bench.end();
    const outcome = expect(sending).rejects.toMatchObject({ code: "WRONG_STATE", userMessage: "The call has ended." });
    await bench.clock.advance(300);
    await outcome;
    expect(bench.suggestions().size).toBe(0);
  });
});

describe("the call ends", () => {
  it("while a suggestion is open: expired", async () => {
    const { bench, on } = await benchWithOne();
    bench.end();
    expect(bench.last().steps.at(-1)).toMatchObject({ state: "expired", detail: "The call has ended." });
    await expect(bench.service.approve({ ...on, force: false })).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.clock.advance(60_000);
    await expect(bench.service.approve({ ...on, force: false })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("while an approval waits for its clip: the approval is refused", async () => {
    const { bench, on } = await benchWithOne();
    bench.clips.delayMs = 300;
    const approval = bench.service.approve({ ...on, text: "Other words.", force: false });
    bench.end();
    const outcome = expect(approval).rejects.toMatchObject({ code: "WRONG_STATE", userMessage: "The call has ended." });
    await bench.clock.advance(300);
    await outcome;
    expect(bench.last().state).toBe("expired");
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("while an approved one waits for a pause: failed, nothing sent", async () => {
    const { bench, on } = await benchWithOne();
    bench.voice("agent", true);
    await bench.service.approve({ ...on, force: false });
    bench.end();
    await bench.clock.advance(10_000);
    expect(bench.last()).toMatchObject({ state: "failed", waitingForPause: false });
    expect(bench.last().steps.at(-1)?.detail).toBe("The call has ended.");
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("while one is spoken: aborted, failed, with the proof so far", async () => {
    const { bench, on } = await benchWithOne();
    await bench.service.approve({ ...on, force: false });
    await bench.clock.advance(100);
    expect(bench.last().state).toBe("speaking");
    bench.end();
    await bench.settle();
    expect(bench.last()).toMatchObject({ state: "failed", proof: { playedMs: 100 } });
    expect(bench.last().steps.at(-1)?.detail).toBe("The call has ended.");
  });

  it("while the telephone system no longer reports: failed within two seconds, without proof", async () => {
    const { bench, on } = await benchWithOne();
    bench.whispers.script.push({ confirmMs: 0, hangs: true });
    await bench.service.approve({ ...on, force: false });
    bench.end();
    await bench.clock.advance(2000);
    expect(bench.last()).toMatchObject({ state: "failed", proof: null });
  });
});

describe("the call is lost or left", () => {
  it.each([
    ["lost", "The connection to the call was lost."],
    ["left", "Earshot has left the call."],
  ] as const)("%s: what is open expires, what is spoken fails", async (monitoring, detail) => {
    const { bench, on } = await benchWithOne();
    bench.advisor.advice = [makeAdvice({ rule: "other" })];
    bench.say("caller", "Hm.");
    await bench.settle();
    await bench.service.approve({ ...on, force: false });
    await bench.clock.advance(100);
    bench.publish({ type: "call.monitoring_changed", callId, monitoring, by: { kind: "gateway" }, detail: null });
    await bench.settle();
    const [spoken, open] = [...bench.suggestions().values()];
    expect(spoken?.steps.at(-1)).toMatchObject({ state: "failed", detail });
    expect(open?.steps.at(-1)).toMatchObject({ state: "expired", detail });
    await expect(bench.service.compose({ callId, text: "Go on.", force: true, by: anna })).rejects.toMatchObject({
      userMessage: detail,
    });
  });
});

describe("stopping", () => {
  it("ends what is open and listens no more", async () => {
    const { bench } = await benchWithOne();
    bench.service.stop();
    expect(bench.last()).toMatchObject({ state: "expired" });
    const published = bench.events.length;
    bench.say("caller", "Hm.");
    await bench.clock.advance(60_000);
    expect(bench.events).toHaveLength(published + 1);
  });
});
