import { describe, expect, it } from "vitest";
import { adviceSchema } from "./advisor";
import { MAX_WHISPER_WORDS } from "./constants";
import { defaultPlaybook } from "./playbook";
import { PlaybookAdvisor } from "./playbook-advisor";
import { playbookSchema } from "./schema";
import { CoachingBench, callId } from "./testing/coaching-bench";
import { TalkScript } from "./testing/talk-script";

const angry = () =>
  new TalkScript().agent("Yeah?").caller("I want to cancel, and I want a refund.").agent("Your account shows nothing.");

describe("default playbook", () => {
  it("is valid and has every rule that was asked for, each with words fit to be whispered", () => {
    expect(playbookSchema.parse(defaultPlaybook)).toEqual(defaultPlaybook);
    expect(defaultPlaybook.rules.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        "mood-falling",
        "cancel-intent",
        "long-silence",
        "agent-monologue",
        "interruptions",
        "escalation-request",
        "missing-greeting",
        "missing-verification",
        "missing-apology",
        "missing-recap",
        "buying-signal",
      ]),
    );
    for (const { text } of defaultPlaybook.rules) expect(text.split(" ").length).toBeLessThanOrEqual(MAX_WHISPER_WORDS);
  });

  const [rule] = defaultPlaybook.rules;
  it.each([
    ["a key Earshot uses itself", { rules: [{ ...rule, key: "supervisor" }] }],
    ["two rules of one key", { rules: [rule, rule] }],
    ["words too many to whisper", { rules: [{ ...rule, text: "so ".repeat(15) }] }],
    ["words no synthesiser speaks", { rules: [{ ...rule, text: "Offer 20 % off → now" }] }],
    ["an unknown kind", { rules: [{ ...rule, kind: "magic" }] }],
    ["a phrase without letters", { rules: [{ ...rule, params: { ...rule?.params, phrases: ["..."] } }] }],
    ["a parameter out of range", { rules: [{ ...rule, params: { ...rule?.params, minCount: 0 } }] }],
  ])("refuses %s", (_, changes) => {
    expect(playbookSchema.safeParse({ ...defaultPlaybook, ...changes }).success).toBe(false);
  });
});

describe("playbook advisor", () => {
  it("names every cause that holds, with rule, words, reason and evidence", async () => {
    const picture = angry().pictures.at(-1);
    if (!picture) throw new Error("no picture");
    const advice = await new PlaybookAdvisor({ playbook: defaultPlaybook }).advise(picture);
    expect(advice.map(({ rule, evidence }) => [rule, evidence.map((item) => item.utteranceId)])).toEqual([
      ["cancel-intent", ["u2"]],
      ["refund-request", ["u2"]],
      ["missing-greeting", ["u1", "u3"]],
      ["missing-verification", ["u3"]],
    ]);
    for (const item of advice) expect(adviceSchema.parse(item)).toEqual(item);
  });

  it("leaves out rules that are switched off", async () => {
    const rules = defaultPlaybook.rules.map((rule) => ({ ...rule, enabled: rule.key === "refund-request" }));
    const picture = angry().pictures.at(-1);
    if (!picture) throw new Error("no picture");
    const advice = await new PlaybookAdvisor({ playbook: { ...defaultPlaybook, rules } }).advise(picture);
    expect(advice.map(({ rule }) => rule)).toEqual(["refund-request"]);
  });
});

describe("playbook in a live call", () => {
  const rulesOf = (bench: CoachingBench) => [...bench.suggestions().values()].map(({ rule, stale }) => [rule, stale]);

  it("proposes each happening once, and calls it stale when it has passed", async () => {
    const bench = new CoachingBench({ others: [new PlaybookAdvisor({ playbook: defaultPlaybook })] });
    bench.arrive({ state: "PENDING" });
    bench.publish({ type: "call.connected", callId, attempt: 1 });
    bench.say("agent", "Good morning, how can I help?");
    bench.say("caller", "I want to cancel my contract.");
    await bench.settle();
    expect(rulesOf(bench)).toEqual([["cancel-intent", false]]);

    for (let second = 10; second < 20; second += 1) {
      bench.measure({ currentSilenceMs: second * 1000, elapsedMs: 13_000 + second * 1000 });
      await bench.clock.advance(1000);
    }
    expect(rulesOf(bench)).toEqual([
      ["cancel-intent", false],
      ["long-silence", false],
    ]);
    bench.measure({ currentSilenceMs: 0, elapsedMs: 33_000 });
    await bench.settle();
    expect(rulesOf(bench)).toEqual([
      ["cancel-intent", false],
      ["long-silence", true],
    ]);
  });
});
