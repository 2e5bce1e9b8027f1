import { describe, expect, it } from "vitest";
import { anna, CoachingBench, callId } from "./testing/coaching-bench";
import { FakeAdvisor, makeAdvice } from "./testing/fake-advisor";

async function hear(bench: CoachingBench, text = "Hm.") {
  bench.say("caller", text);
  await bench.settle();
}
const proposals = (bench: CoachingBench) => bench.events.filter((event) => event.type === "suggestion.proposed");

describe("proposing", () => {
  it("says what, why, on which evidence and until when, then adds the clip", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    const evidence = [
      { utteranceId: bench.say("caller", "I want to cancel."), quote: "I want to cancel.", atMs: 5000 },
    ];
    bench.advisor.advice = [makeAdvice({ urgency: "urgent", evidence })];
    bench.measure();
    await bench.settle();
    expect(bench.last()).toMatchObject({
      rule: "cancel-intent",
      urgency: "urgent",
      state: "proposed",
      evidence,
      expiresAt: bench.clock.now() + 30_000,
    });
    expect(proposals(bench)[0]).toMatchObject({ suggestion: { clip: null } });
    expect(bench.last().clip?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("asks nobody while there is no conference or while the call is not heard", async () => {
    const bench = new CoachingBench();
    bench.advisor.advice = [makeAdvice()];
    bench.arrive({ state: "PENDING" });
    await hear(bench);
    expect(bench.advisor.asked).toHaveLength(0);
    bench.publish({ type: "call.connected", callId, attempt: 1 });
    bench.publish({
      type: "call.monitoring_changed",
      callId,
      monitoring: "lost",
      by: { kind: "gateway" },
      detail: null,
    });
    await hear(bench);
    expect(bench.advisor.asked).toHaveLength(0);
    bench.publish({
      type: "call.monitoring_changed",
      callId,
      monitoring: "monitored",
      by: { kind: "gateway" },
      detail: null,
    });
    await hear(bench);
    expect(proposals(bench)).toHaveLength(1);
  });

  it("throws away an answer that comes after the call has ended, and aborts the question", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.advisor.answer = () => new Promise((resolve) => bench.clock.after(500, () => resolve([makeAdvice()])));
    await hear(bench);
    bench.end();
    await bench.clock.advance(1000);
    expect(bench.advisor.signals[0]?.aborted).toBe(true);
    expect(proposals(bench)).toHaveLength(0);
  });

  it("never asks one advisor twice at once, and catches up with one question on what happened meanwhile", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.advisor.answer = () => new Promise((resolve) => bench.clock.after(500, () => resolve([])));
    for (const text of ["One.", "Two.", "Three."]) await hear(bench, text);
    await bench.clock.advance(2000);
    expect(bench.advisor.mostActive).toBe(1);
    expect(bench.advisor.asked.map((picture) => picture.utterances.length)).toEqual([1, 3]);
  });

  it("proposes one cause once, however often it is named", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    for (let minute = 0; minute < 5; minute += 1) {
      await hear(bench);
      await bench.clock.advance(61_000);
    }
    expect(proposals(bench)).toHaveLength(1);
  });

  it("lets a rule rest for a minute", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    let cause = 0;
    bench.advisor.answer = async () => [makeAdvice({ cause: String(++cause), text: `Words ${cause}.` })];
    await hear(bench);
    await bench.clock.advance(59_999);
    await hear(bench);
    expect(proposals(bench)).toHaveLength(1);
    await bench.clock.advance(1);
    await hear(bench);
    expect(proposals(bench)).toHaveLength(2);
  });

  it("keeps at most three open, the urgent before the rest, and no two with the same words", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.advisor.advice = [
      makeAdvice({ rule: "a", urgency: "low" }),
      makeAdvice({ rule: "b", urgency: "normal" }),
      makeAdvice({ rule: "c", urgency: "urgent" }),
      makeAdvice({ rule: "d", urgency: "urgent", text: "COACH ON c. " }),
      makeAdvice({ rule: "e", urgency: "normal" }),
    ];
    await hear(bench);
    expect([...bench.suggestions().values()].map((suggestion) => suggestion.rule)).toEqual(["c", "b", "e"]);
    await bench.service.reject({ callId, suggestionId: bench.last().suggestionId, by: anna });
    await hear(bench);
    expect(bench.last().rule).toBe("a");
  });

  it("makes no more a minute than the team wants", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "approve", expiryMs: 5000, maxPerMinute: 2 };
    bench.arrive();
    let rule = 0;
    bench.advisor.answer = async () => [makeAdvice({ rule: `rule-${++rule}` })];
    for (let round = 0; round < 5; round += 1) {
      await hear(bench);
      await bench.clock.advance(10_000);
    }
    expect(proposals(bench)).toHaveLength(2);
    await bench.clock.advance(10_000);
    await hear(bench);
    expect(proposals(bench)).toHaveLength(3);
  });

  it("survives advisors that fail or answer nonsense, and hears the others at once", async () => {
    const failing = new FakeAdvisor({ name: "failing" });
    failing.answer = async () => {
      throw new Error("no model");
    };
    const slow = new FakeAdvisor({ name: "slow" });
    slow.answer = () => new Promise(() => undefined);
    const nonsense = new FakeAdvisor({ name: "nonsense" });
    nonsense.advice = [makeAdvice({ rule: "n", text: "x".repeat(501) })];
    const good = new FakeAdvisor({ name: "good" });
    good.advice = [makeAdvice()];
    const bench = new CoachingBench({ advisor: failing, others: [slow, nonsense, good] });
    bench.arrive();
    await hear(bench);
    await hear(bench);
    expect(proposals(bench)).toHaveLength(1);
    expect(failing.asked.length).toBeGreaterThanOrEqual(2);
  });

  it("asks an advisor of words only after words, and not more often than it can bear", async () => {
    const model = new FakeAdvisor({ name: "model", wakesOn: "words", minIntervalMs: 5000 });
    const bench = new CoachingBench({ advisor: model });
    bench.arrive();
    bench.measure();
    await bench.settle();
    expect(model.asked).toHaveLength(0);
    for (let turn = 0; turn < 4; turn += 1) {
      await hear(bench);
      await bench.clock.advance(1000);
    }
    expect(model.asked).toHaveLength(1);
    await bench.clock.advance(1000);
    expect(model.asked.map((picture) => picture.utterances.length)).toEqual([1, 4]);
  });
});

describe("going stale", () => {
  it("happens four final utterances after the evidence", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    const utteranceId = bench.say("caller", "I want to cancel.");
    bench.advisor.advice = [makeAdvice({ evidence: [{ utteranceId, quote: "I want to cancel.", atMs: 0 }] })];
    for (let turn = 0; turn < 3; turn += 1) await hear(bench);
    expect(bench.last()).toMatchObject({ state: "proposed", stale: false });
    await hear(bench);
    expect(bench.last()).toMatchObject({ state: "proposed", stale: true });
    expect(
      (await bench.service.approve({ callId, suggestionId: bench.last().suggestionId, by: anna, force: false })).state,
    ).toBe("approved");
  });

  it("happens at once when an advisor that restates its causes no longer names it", async () => {
    const bench = new CoachingBench({ advisor: new FakeAdvisor({ restates: true }) });
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    bench.advisor.advice = [];
    bench.measure();
    await bench.settle();
    expect(bench.last().stale).toBe(true);
  });

  it("is no matter of a model that merely says something else", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    bench.advisor.advice = [];
    await hear(bench);
    expect(bench.last().stale).toBe(false);
  });

  it("keeps advice from being proposed at all when the talk has moved on already", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    const utteranceId = bench.say("caller", "I want to cancel.");
    for (let turn = 0; turn < 4; turn += 1) await hear(bench);
    bench.advisor.advice = [makeAdvice({ evidence: [{ utteranceId, quote: "I want to cancel.", atMs: 0 }] })];
    bench.measure();
    await bench.settle();
    expect(proposals(bench)).toHaveLength(0);
  });
});

describe("policy of the team", () => {
  it("automatic: approved by the system as soon as proposed, and spoken", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "automatic", expiryMs: 30_000, maxPerMinute: 6 };
    bench.arrive();
    bench.clips.delayMs = 300;
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    expect(bench.last().steps.map((step) => [step.state, step.actor.kind])).toEqual([
      ["proposed", "system"],
      ["approved", "system"],
    ]);
    await bench.clock.advance(20_000);
    expect(bench.last().state).toBe("spoken");
    expect(bench.whispers.requests[0]?.by).toEqual({ kind: "system" });
  });

  it("automatic: without a clip it fails, and nothing is sent", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "automatic", expiryMs: 30_000, maxPerMinute: 6 };
    bench.arrive();
    bench.clips.failAll = true;
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    expect(bench.last().state).toBe("failed");
    expect(bench.last().steps.at(-1)?.detail).toContain("could not be turned into speech");
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("off: nothing is proposed; switched on, the next one is", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "off", expiryMs: 30_000, maxPerMinute: 6 };
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    expect(proposals(bench)).toHaveLength(0);
    expect(bench.clips.asked).toHaveLength(0);
    bench.policy = { whisperPolicy: "approve", expiryMs: 30_000, maxPerMinute: 6 };
    await hear(bench);
    expect(bench.last().state).toBe("proposed");
  });

  it("of nobody's team is to ask, whatever the port says", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "automatic", expiryMs: 30_000, maxPerMinute: 6 };
    bench.arrive({ team: null });
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    expect(bench.last().state).toBe("proposed");
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("unknown: nothing is proposed until it is known again", async () => {
    const bench = new CoachingBench();
    bench.policy = new Error("database away");
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    await hear(bench);
    expect(proposals(bench)).toHaveLength(0);
    bench.policy = { whisperPolicy: "approve", expiryMs: 30_000, maxPerMinute: 6 };
    await hear(bench);
    expect(proposals(bench)).toHaveLength(1);
  });
});
