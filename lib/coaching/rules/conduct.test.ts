import { describe, expect, it } from "vitest";
import { causesOf, lastFindings, TalkScript } from "../testing/talk-script";

const talk = () => new TalkScript().agent("Hello, how can I help you?");

describe("mood-falling", () => {
  const rule = "mood-falling";
  const falling = () =>
    talk()
      .caller("My phone is broken.", { score: -0.2, rolling: -0.1, trend: "steady" })
      .caller("It broke again.", { score: -0.5, rolling: -0.2, trend: "falling" });

  it("fires when the rolling mood is low and falling, and names what made it fall", () => {
    const script = falling();
    expect(causesOf({ rule, script })).toEqual([]);
    script.caller("This is awful.", { score: -0.8, rolling: -0.4, trend: "falling" });
    const [finding] = lastFindings({ rule, script });
    expect(finding?.cause).toBe("u4");
    expect(finding?.evidence.map((item) => item.quote)).toEqual([
      "My phone is broken.",
      "It broke again.",
      "This is awful.",
    ]);
    expect(finding?.reason).toContain("-0.4");
  });

  it.each([
    ["is low but steady", { score: -0.8, rolling: -0.4, trend: "steady" as const }],
    ["falls from high up", { score: -0.1, rolling: 0.1, trend: "falling" as const }],
  ])("does not fire when it %s", (_, line) => {
    expect(causesOf({ rule, script: falling().caller("Hm.", line) })).toEqual([]);
  });

  it("does not fire on the agent's mood, nor on the first words", () => {
    const low = { score: -0.9, rolling: -0.9, trend: "falling" as const };
    const agent = talk().agent("Bad.", low).agent("Worse.", low).agent("Worst.", low);
    expect(causesOf({ rule, script: agent })).toEqual([]);
    expect(causesOf({ rule, script: talk().caller("Awful.", low).caller("Awful.", low) })).toEqual([]);
  });

  it("fires once for one fall, and again for another", () => {
    const low = { score: -0.8, rolling: -0.5, trend: "falling" as const };
    const script = falling().caller("Awful.", low).agent("I see.").caller("Really awful.", low);
    expect(causesOf({ rule, script })).toEqual(["u4"]);
    script.caller("Thank you.", { score: 0.7, rolling: 0, trend: "rising" });
    expect(lastFindings({ rule, script })).toEqual([]);
    script.caller("Oh no.", low);
    expect(causesOf({ rule, script })).toEqual(["u4", "u8"]);
  });
});

describe("missing-apology", () => {
  const rule = "missing-apology";
  const upset = () => talk().caller("This is a disgrace.", { score: -0.8 });

  it("fires when the agent has had two turns and no word of regret", () => {
    const script = upset().agent("Okay.");
    expect(causesOf({ rule, script })).toEqual([]);
    script.agent("What is your number?");
    const [finding] = lastFindings({ rule, script });
    expect(finding?.cause).toBe("u2");
    expect(finding?.evidence.map((item) => item.utteranceId)).toEqual(["u2", "u4"]);
  });

  it.each(["I am so sorry about that.", "I apologize.", "That must be annoying."])(
    "does not fire after: %s",
    (text) => {
      expect(causesOf({ rule, script: upset().agent(text).agent("What is your number?") })).toEqual([]);
    },
  );

  it("does not fire on mild or doubtful displeasure, nor for an old one", () => {
    const mild = talk().caller("Not great.", { score: -0.3 }).agent("Okay.").agent("Go on.");
    const doubtful = talk().caller("Great job.", { score: -0.9, confidence: 0.3 }).agent("Okay.").agent("Go on.");
    const old = upset().wait(70_000).agent("Okay.").agent("Go on.");
    for (const script of [mild, doubtful, old]) expect(causesOf({ rule, script })).toEqual([]);
  });

  it("fires once per outburst, until the apology", () => {
    const script = upset().agent("Okay.").agent("Go on.").agent("And then?");
    expect(causesOf({ rule, script })).toEqual(["u2"]);
    script.agent("I am sorry.");
    expect(lastFindings({ rule, script })).toEqual([]);
  });
});

describe("long-silence", () => {
  const rule = "long-silence";

  it("fires after ten seconds, on the last words", () => {
    const script = talk().caller("And now?").wait(9000, { currentSilenceMs: 9999 });
    expect(causesOf({ rule, script })).toEqual([]);
    script.wait(1000, { currentSilenceMs: 10_000 });
    expect(lastFindings({ rule, script })).toEqual([
      {
        cause: "u2",
        evidence: [{ utteranceId: "u2", quote: "And now?", atMs: 3000 }],
        reason: "Nobody has spoken for 10 seconds.",
      },
    ]);
  });

  it("gives an announced hold forty seconds", () => {
    const script = talk()
      .agent("Let me check that for you.")
      .caller("Okay.")
      .wait(30_000, { currentSilenceMs: 30_000 });
    expect(causesOf({ rule, script })).toEqual([]);
    expect(causesOf({ rule, script: script.wait(10_000, { currentSilenceMs: 40_000 }) })).toEqual(["u3"]);
  });

  it("fires once for one silence, again for the next, and has no evidence where nothing was said", () => {
    const script = talk().wait(11_000, { currentSilenceMs: 11_000 }).wait(5000, { currentSilenceMs: 16_000 });
    expect(causesOf({ rule, script })).toEqual(["u1"]);
    script.caller("Hello?").wait(12_000, { currentSilenceMs: 12_000 });
    expect(causesOf({ rule, script })).toEqual(["u1", "u2"]);
    const silent = new TalkScript().wait(12_000, { currentSilenceMs: 12_000 });
    expect(lastFindings({ rule, script: silent })).toMatchObject([{ cause: "start", evidence: [] }]);
  });
});

describe("agent-monologue", () => {
  const rule = "agent-monologue";
  const long = () => talk().caller("Tell me.").agent("Well, it begins with this.").agent("And then comes that.");

  it("fires after 45 seconds of one turn, on what the agent says", () => {
    const script = long().wait(1000, { agentTurnMs: 44_999 });
    expect(causesOf({ rule, script })).toEqual([]);
    script.wait(1000, { agentTurnMs: 45_000 });
    const [finding] = lastFindings({ rule, script });
    expect(finding?.cause).toBe("u2");
    expect(finding?.evidence.map((item) => item.utteranceId)).toEqual(["u3", "u4"]);
  });

  it("fires once for one turn, and again for another", () => {
    const script = long().wait(40_000, { agentTurnMs: 46_000 }).wait(5000, { agentTurnMs: 51_000 });
    expect(causesOf({ rule, script })).toEqual(["u2"]);
    script.caller("Right.").agent("So.").wait(50_000, { agentTurnMs: 50_000 });
    expect(causesOf({ rule, script })).toEqual(["u2", "u5"]);
  });
});

describe("interruptions", () => {
  const rule = "interruptions";
  const cut = (script: TalkScript) =>
    script.caller("What I want to say is", { ms: 4000 }).agent("No no, listen to me.", { overlapMs: 2000 });

  it("fires at the third within a minute, with all three as evidence", () => {
    const script = cut(cut(talk()));
    expect(causesOf({ rule, script })).toEqual([]);
    cut(script);
    const [finding] = lastFindings({ rule, script });
    expect(finding?.cause).toBe("u7");
    expect(finding?.evidence.map((item) => item.utteranceId)).toEqual(["u3", "u5", "u7"]);
    script.caller("Fine.").agent("Good.");
    expect(causesOf({ rule, script })).toEqual(["u7"]);
  });

  it("counts neither listening noises, nor slips at a change of turns, nor the customer's own", () => {
    const noises = talk();
    const slips = talk();
    const own = talk();
    for (let turn = 0; turn < 4; turn += 1) {
      noises.caller("What I want to say is", { ms: 4000 }).agent("Uh-huh, I see.", { overlapMs: 2000 });
      slips.caller("What I want to say is", { ms: 4000 }).agent("No no, listen to me.", { overlapMs: 300 });
      own.agent("What I want to say is", { ms: 4000 }).caller("No no, listen to me.", { overlapMs: 2000 });
    }
    for (const script of [noises, slips, own]) expect(causesOf({ rule, script })).toEqual([]);
  });

  it("does not add up over minutes", () => {
    const script = cut(cut(talk())).wait(60_000);
    expect(causesOf({ rule, script: cut(script) })).toEqual([]);
  });
});

describe("fast-talk", () => {
  const rule = "fast-talk";

  it("fires once when the agent speaks 200 words a minute or more, not before there is enough of it", () => {
    const script = talk().wait(1000, { agentTalkMs: 29_000, agentWordsPerMinute: 230 });
    script.wait(1000, { agentTalkMs: 40_000, agentWordsPerMinute: 199 });
    expect(causesOf({ rule, script })).toEqual([]);
    script.wait(1000, { agentTalkMs: 41_000, agentWordsPerMinute: 204 });
    expect(lastFindings({ rule, script })).toMatchObject([
      { cause: "pace", evidence: [{ utteranceId: "u1" }], reason: "The agent speaks 204 words a minute." },
    ]);
    script.wait(1000, { agentTalkMs: 42_000, agentWordsPerMinute: 210 });
    expect(causesOf({ rule, script })).toEqual(["pace"]);
  });
});
