import { describe, expect, it } from "vitest";
import type { Actor } from "@/lib/contract/call";
import { userIdSchema } from "@/lib/contract/ids";
import { anna, ben, CoachingBench, callId } from "./testing/coaching-bench";
import { makeAdvice } from "./testing/fake-advisor";

const mia: Actor = { kind: "user", userId: userIdSchema.parse("u-mia"), name: "Mia" };
const noah: Actor = { kind: "user", userId: userIdSchema.parse("u-noah"), name: "Noah" };

async function benchWith({ count = 1 } = {}) {
  const bench = new CoachingBench();
  bench.arrive();
  bench.advisor.advice = Array.from({ length: count }, (_, index) => makeAdvice({ rule: `rule-${index + 1}` }));
  bench.say("caller", "I want to cancel.");
  await bench.settle();
  const on = [...bench.suggestions().values()].map(({ suggestionId }) => ({ callId, suggestionId, by: anna }));
  const [first] = on;
  if (!first) throw new Error("nothing was proposed");
  const speak = (isOpen: boolean, speakingId = "v1") =>
    isOpen
      ? bench.publish({ type: "speaking.started", callId, speakingId, mode: "whisper", by: ben })
      : bench.publish({
          ...{ type: "speaking.ended", callId, speakingId, mode: "whisper", by: ben, spokenMs: 1000 },
          ...{ reason: "released", detail: null, callerClear: true },
        });
  const pause = (paused: boolean) => bench.service.pauseWhispers({ callId, paused, by: mia });
  const shown = () => [...bench.suggestions().values()].map(({ state, waitingFor }) => [state, waitingFor]);
  const told = (type: "whispers.paused" | "help.asked") => bench.events.filter((event) => event.type === type);
  return { bench, first, second: on[1] ?? first, speak, pause, shown, told };
}

describe("a whisper while a supervisor speaks", () => {
  it.each([true, false])("waits, also when forced (%s), says why, and is spoken afterwards", async (force) => {
    const { bench, first, speak, shown } = await benchWith();
    speak(true);
    await bench.service.approve({ ...first, force });
    await bench.clock.advance(60_000);
    expect(shown()).toEqual([["approved", "speaker"]]);
    expect(bench.last().waitingForPause).toBe(true);
    expect(bench.whispers.requests).toHaveLength(0);
    speak(false);
    await bench.clock.advance(10_000);
    expect(shown()).toEqual([["spoken", null]]);
  });

  it("waits on where the floor passes to another, whichever is told first", async () => {
    const { bench, first, speak } = await benchWith();
    speak(true, "v1");
    await bench.service.approve({ ...first, force: false });
    speak(true, "v2");
    speak(false, "v1");
    await bench.clock.advance(10_000);
    expect(bench.whispers.requests).toHaveLength(0);
    speak(false, "v2");
    await bench.clock.advance(10_000);
    expect(bench.last().state).toBe("spoken");
  });

  it("waits for one who is only about to speak, and tries again", async () => {
    const { bench, first, speak, shown } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, isBusy: true }, { confirmMs: 0, isBusy: true });
    await bench.service.approve({ ...first, force: true });
    await bench.clock.advance(700);
    expect(shown()).toEqual([["approved", "speaker"]]);
    speak(true);
    await bench.clock.advance(60_000);
    expect(shown()).toEqual([["approved", "speaker"]]);
    expect(bench.whispers.requests).toHaveLength(2);
    speak(false);
    await bench.clock.advance(10_000);
    expect(shown()).toEqual([["spoken", null]]);
    expect(bench.last().steps.map(({ state }) => state)).toEqual(["proposed", "approved", "speaking", "spoken"]);
  });

  it("can be taken back before its next try", async () => {
    const { bench, first, shown } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, isBusy: true });
    await bench.service.approve({ ...first, force: true });
    await bench.clock.advance(100);
    expect((await bench.service.interrupt(first)).state).toBe("interrupted");
    await bench.clock.advance(10_000);
    expect(shown()).toEqual([["interrupted", null]]);
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("does not hold up what comes after the connection was lost", async () => {
    const { bench, first, second, speak } = await benchWith({ count: 2 });
    speak(true);
    await bench.service.approve({ ...first, force: false });
    for (const monitoring of ["lost", "monitored"] as const)
      bench.publish({ type: "call.monitoring_changed", callId, monitoring, by: { kind: "gateway" }, detail: null });
    await bench.settle();
    await bench.service.compose({ callId, text: "We are back.", force: false, by: anna });
    await bench.clock.advance(10_000);
    expect(bench.last().state).toBe("spoken");
    await expect(bench.service.approve({ ...second, force: false })).rejects.toMatchObject({ code: "WRONG_STATE" });
  });

  it("holds one of the automatic policy as well", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "automatic", expiryMs: 5000, maxPerMinute: 6 };
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    bench.publish({ type: "speaking.started", callId, speakingId: "v1", mode: "barge", by: ben });
    await bench.proposeOne();
    await bench.clock.advance(60_000);
    expect(bench.last()).toMatchObject({ state: "approved", waitingFor: "speaker" });
  });
});

describe("whispers paused by the agent", () => {
  it("keeps all that is approved meanwhile, shows why, and speaks it in order afterwards", async () => {
    const { bench, first, second, pause, shown, told } = await benchWith({ count: 2 });
    await pause(true);
    await pause(true);
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: true });
    await bench.clock.advance(600_000);
    expect(shown()).toEqual([
      ["approved", "agent-paused"],
      ["approved", "agent-paused"],
    ]);
    expect(told("whispers.paused")).toMatchObject([{ isPaused: true, by: mia }]);
    await pause(false);
    await bench.clock.advance(20_000);
    expect(shown()).toEqual([
      ["spoken", null],
      ["spoken", null],
    ]);
    expect(told("whispers.paused")).toHaveLength(2);
  });

  it("lets a supervisor take one back, and the end of the call ends it all", async () => {
    const { bench, first, second, pause, shown } = await benchWith({ count: 2 });
    await pause(true);
    await bench.service.approve({ ...first, force: false });
    await bench.service.approve({ ...second, force: false });
    expect((await bench.service.interrupt(second)).state).toBe("interrupted");
    bench.end();
    await bench.settle();
    expect(shown()).toEqual([
      ["failed", null],
      ["interrupted", null],
    ]);
    await expect(pause(false)).rejects.toMatchObject({ code: "WRONG_STATE" });
    bench.arrive();
    bench.say("caller", "I want to cancel.");
    await bench.settle();
    await bench.service.approve({ ...first, suggestionId: bench.last().suggestionId, force: false });
    await bench.clock.advance(10_000);
    expect(bench.last().state).toBe("spoken");
  });
});

describe("an agent's answer to a whisper", () => {
  it("is kept with it, and only an approved one can be answered", async () => {
    const { bench, first } = await benchWith();
    const answer = { ...first, by: mia, response: "heard" as const };
    await expect(bench.service.respond(answer)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(10_000);
    await bench.service.respond(answer);
    expect(bench.last()).toMatchObject({ state: "spoken", agentResponse: "heard", agentResponseBy: mia });
  });

  it("is told with who gave the newest one", async () => {
    const { bench, first } = await benchWith();
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(10_000);
    await bench.service.respond({ ...first, by: mia, response: "heard" });
    await bench.service.respond({ ...first, by: noah, response: "heard" });
    expect(bench.last()).toMatchObject({ agentResponse: "heard", agentResponseBy: noah });
  });

  it("tells nothing of a rejected one but that there is none", async () => {
    const { bench, first } = await benchWith();
    await bench.service.reject(first);
    const answer = bench.service.respond({ ...first, by: mia, response: "heard" });
    await expect(answer).rejects.toMatchObject({ code: "WRONG_STATE", userMessage: "There is no such whisper." });
  });

  it("not now: takes back what waits, and leaves alone what was spoken", async () => {
    const { bench, first, second } = await benchWith({ count: 2 });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(10_000);
    bench.voice("agent", true);
    await bench.service.approve({ ...second, force: false });
    for (const one of [first, second]) await bench.service.respond({ ...one, by: mia, response: "not-now" });
    await bench.clock.advance(10_000);
    const [spoken, waiting] = [...bench.suggestions().values()];
    expect(spoken).toMatchObject({ state: "spoken", agentResponse: "not-now" });
    expect(waiting).toMatchObject({ state: "interrupted", agentResponse: "not-now" });
    expect(waiting?.steps.at(-1)).toMatchObject({ actor: mia, detail: "The agent said: not now." });
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("not now: stops at once what is being spoken, and says by whom and why", async () => {
    const { bench, first } = await benchWith();
    bench.whispers.script.push({ confirmMs: 0, playMs: 3_000 });
    await bench.service.approve({ ...first, force: false });
    await bench.clock.advance(600);
    expect(bench.last().state).toBe("speaking");
    const answered = bench.service.respond({ ...first, by: mia, response: "not-now" });
    expect(bench.whispers.requests[0]?.signal.aborted).toBe(true);
    await answered;
    const stopped = bench.last();
    expect(stopped).toMatchObject({ state: "interrupted", agentResponse: "not-now", agentResponseBy: mia });
    expect(stopped.steps.at(-1)).toMatchObject({ actor: mia, detail: "The agent said: not now." });
    expect(stopped.proof).toMatchObject({ playedMs: 600 });
  });

  it("repeat: delivers the same clip once more, approved by the agent", async () => {
    const { bench, first } = await benchWith();
    await bench.service.approve({ ...first, force: false, text: "Offer a refund." });
    const again = { ...first, by: mia, response: "repeat" as const };
    await expect(bench.service.respond(again)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.clock.advance(10_000);
    const asked = bench.clips.asked.length;
    bench.voice("agent", true);
    await bench.service.respond(again);
    await expect(bench.service.respond(again)).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.clock.advance(20_000);
    const [original, repeat, ...others] = [...bench.suggestions().values()];
    expect(others).toEqual([]);
    expect(original?.agentResponse).toBe("repeat");
    expect(repeat).toMatchObject({ rule: "repeat", text: "Offer a refund.", state: "spoken", clip: original?.clip });
    expect(repeat?.steps.map(({ state, actor }) => [state, actor.kind])).toEqual([
      ["proposed", "user"],
      ["approved", "user"],
      ["speaking", "gateway"],
      ["spoken", "gateway"],
    ]);
    expect(bench.clips.asked).toHaveLength(asked);
    expect(bench.whispers.requests.map(({ by }) => by)).toEqual([anna, mia]);
    expect(bench.whispers.requests[1]?.samples).toEqual(bench.whispers.requests[0]?.samples);
  });
});

describe("asking for help", () => {
  it("is said once, and again only after half a minute", async () => {
    const { bench, told } = await benchWith();
    const ask = () => bench.service.askHelp({ callId, by: mia });
    await ask();
    await bench.clock.advance(29_999);
    await expect(ask()).rejects.toMatchObject({ code: "WRONG_STATE" });
    await bench.clock.advance(1);
    await ask();
    expect(told("help.asked")).toMatchObject([{ by: mia }, { by: mia }]);
  });

  it("is possible while the connection is lost, not before the call stands nor after it", async () => {
    const { bench } = await benchWith();
    const ask = () => bench.service.askHelp({ callId, by: mia });
    bench.arrive({ state: "PENDING" });
    await expect(ask()).rejects.toMatchObject({ code: "WRONG_STATE" });
    bench.publish({ type: "call.connected", callId, attempt: 1 });
    bench.publish({ type: "call.monitoring_changed", callId, monitoring: "lost", by: anna, detail: null });
    await ask();
    bench.end();
    await bench.clock.advance(40_000);
    await expect(ask()).rejects.toMatchObject({ code: "WRONG_STATE" });
  });
});
