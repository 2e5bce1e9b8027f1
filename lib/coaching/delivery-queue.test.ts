import { describe, expect, it } from "vitest";
import { anna, ben, CoachingBench, callId } from "./testing/coaching-bench";
import { makeAdvice } from "./testing/fake-advisor";

async function benchWith(count = 1) {
  const bench = new CoachingBench();
  bench.arrive();
  bench.advisor.advice = Array.from({ length: count }, (_, index) => makeAdvice({ rule: `rule-${index + 1}` }));
  bench.say("caller", "I want to cancel.");
  await bench.settle();
  const on = [...bench.suggestions().values()].map(({ suggestionId }) => ({ callId, suggestionId, by: anna }));
  const [first] = on;
  if (!first) throw new Error("nothing was proposed");
  return { bench, on, first, second: on[1] ?? first };
}
const states = (bench: CoachingBench) => [...bench.suggestions().values()].map((suggestion) => suggestion.state);

describe("waiting for a gap in the agent's speech", () => {
  it("waits until the agent has been silent for 250 ms, and says that it waits", async () => {
    const { bench, first } = await benchWith();
    bench.voice("agent", true);
    expect(await bench.service.approve({ ...first, force: false })).toMatchObject({ waitingForPause: true });
    await bench.clock.advance(1000);
    bench.voice("agent", false);
    await bench.clock.advance(249);
    expect(bench.whispers.requests).toHaveLength(0);
    await bench.clock.advance(1);
    expect(bench.whispers.requests).toHaveLength(1);
    expect(bench.last().waitingForPause).toBe(false);
  });

  it("starts over when the agent goes on after a breath", async () => {
    const { bench, first } = await benchWith();
    bench.voice("agent", true);
    void bench.service.approve({ ...first, force: false });
    bench.voice("agent", false);
    await bench.clock.advance(200);
    bench.voice("agent", true);
    await bench.clock.advance(500);
    expect(bench.whispers.requests).toHaveLength(0);
    bench.voice("agent", false);
    await bench.clock.advance(250);
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("counts a silence that has only just begun", async () => {
    const { bench, first } = await benchWith();
    bench.voice("agent", true);
    bench.voice("agent", false);
    await bench.clock.advance(100);
    void bench.service.approve({ ...first, force: false });
    await bench.clock.advance(149);
    expect(bench.whispers.requests).toHaveLength(0);
    await bench.clock.advance(1);
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("speaks after four seconds although the agent does not stop", async () => {
    const { bench, first } = await benchWith();
    bench.voice("agent", true);
    void bench.service.approve({ ...first, force: false });
    await bench.clock.advance(3999);
    expect(bench.whispers.requests).toHaveLength(0);
    await bench.clock.advance(1);
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("does not wait when forced, nor for the caller", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.voice("caller", true);
    void bench.service.approve({ ...first, force: false });
    expect(bench.whispers.requests).toHaveLength(1);
    await bench.clock.advance(10_000);
    bench.voice("agent", true);
    void bench.service.approve({ ...second, force: true });
    expect(bench.whispers.requests).toHaveLength(2);
  });
});

describe("delivering", () => {
  it("speaks two approvals one after the other, in the order of approval", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.whispers.script.push({ confirmMs: 100, playMs: 2000 }, { confirmMs: 100, playMs: 2000 });
    await bench.service.approve({ ...second, force: false });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(1000);
    expect(states(bench)).toEqual(["approved", "speaking"]);
    await bench.clock.advance(1500);
    expect(states(bench)).toEqual(["speaking", "spoken"]);
    await bench.clock.advance(5000);
    expect(states(bench)).toEqual(["spoken", "spoken"]);
    expect(bench.whispers.mostActive).toBe(1);
    expect(bench.whispers.requests.map((request) => request.by)).toEqual([anna, anna]);
  });

  it("records why a whisper failed, with its proof, and goes on with the next", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.whispers.script.push({ confirmMs: 50, failure: "Whisper mode was not confirmed." });
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: false });
    await bench.clock.advance(10_000);
    expect(states(bench)).toEqual(["failed", "spoken"]);
    const failed = [...bench.suggestions().values()][0];
    expect(failed?.steps.map((step) => step.state)).toEqual(["proposed", "approved", "failed"]);
    expect(failed?.steps.at(-1)?.detail).toBe("Whisper mode was not confirmed.");
    expect(failed?.proof).toMatchObject({ modeDuring: null, playedMs: 0 });
  });

  it("survives a port that breaks its promise", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.whispers.script.push({ confirmMs: 0, rejects: true });
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: false });
    await bench.clock.advance(10_000);
    expect(states(bench)).toEqual(["failed", "spoken"]);
  });

  it("gives up on a port that never reports, and goes on", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.whispers.script.push({ confirmMs: 0, hangs: true });
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: false });
    await bench.clock.advance(60_000);
    expect(states(bench)).toEqual(["failed", "spoken"]);
    expect([...bench.suggestions().values()][0]?.steps.at(-1)?.detail).toBe(
      "The telephone system did not finish in time.",
    );
  });
});

describe("interrupting", () => {
  it("stops what is being spoken; the step names who did it and how much was heard", async () => {
    const { bench, first } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, playMs: 3000 });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(1000);
    const stopped = await bench.service.interrupt({ ...first, by: ben });
    expect(stopped.state).toBe("interrupted");
    expect(stopped.steps.at(-1)).toMatchObject({ actor: ben, detail: "Stopped by a supervisor." });
    expect(stopped.proof?.playedMs).toBe(1000);
  });

  it("stops one that waits for a pause, or for its turn, before any audio", async () => {
    const { bench, first, second } = await benchWith(2);
    bench.voice("agent", true);
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: false });
    expect((await bench.service.interrupt(second)).state).toBe("interrupted");
    expect((await bench.service.interrupt(first)).state).toBe("interrupted");
    await bench.clock.advance(10_000);
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("stops one whose mode is being asked for", async () => {
    const { bench, first } = await benchWith();
    bench.whispers.script.push({ confirmMs: 5000 });
    await bench.service.approve({ ...first, force: false });
    expect((await bench.service.interrupt(first)).state).toBe("interrupted");
    expect(bench.last().steps.map((step) => step.state)).toEqual(["proposed", "approved", "interrupted"]);
  });

  it("answers in time although the telephone system dawdles, and records the failure then", async () => {
    const { bench, first } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, hangs: true });
    await bench.service.approve({ ...first, force: false });
    const answer = bench.service.interrupt(first);
    await bench.clock.advance(2000);
    expect((await answer).state).toBe("approved");
    await bench.clock.advance(10_000);
    expect(bench.last()).toMatchObject({ state: "failed", proof: null });
  });

  it("again and again is recorded once, while it comes to an end and afterwards", async () => {
    const { bench, first } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, hangs: true });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(100);
    const told = bench.events.length;
    const attempts = Array.from({ length: 20 }, () => bench.service.interrupt(first));
    expect(bench.events).toHaveLength(told);
    await bench.clock.advance(20_000);
    await Promise.all(attempts);
    expect(bench.events).toHaveLength(told + 1);
    for (let at = 0; at < 20; at++)
      await expect(bench.service.interrupt(first)).rejects.toMatchObject({ code: "WRONG_STATE" });
    expect(bench.events).toHaveLength(told + 1);
  });

  it("is refused where nothing is going on", async () => {
    const { bench, first } = await benchWith();
    await expect(bench.service.interrupt(first)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(10_000);
    await expect(bench.service.interrupt(first)).rejects.toMatchObject({ code: "WRONG_STATE" });
  });
});
