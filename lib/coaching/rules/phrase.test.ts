import { describe, expect, it } from "vitest";
import { causesOf, findingsOf, lastFindings, TalkScript } from "../testing/talk-script";
import { normalise, phraseMatcher } from "./phrases";

const talk = () => new TalkScript().agent("Hello, how can I help you?");

describe("phrases", () => {
  it.each([
    ["cancel", "I'd like to CANCEL, please.", true],
    ["cancel", "The cancellation policy is fine.", false],
    ["don't get it", "I don’t get it!", true],
    ["speak to ... manager", "Let me speak to your manager.", true],
    ["speak to ... manager", "Can I speak to, um, one of your managers?", false],
    ["speak to ... manager", "I want to speak to the most senior available manager", true],
    ["speak to ... manager", "I speak to you because the whole thing is odd, manager or not", false],
    ["a.c", "abc", false],
    ["how much", "", false],
  ])("%s in %s: %s", (phrase, text, expected) => {
    expect(phraseMatcher([phrase])(text)).toBe(expected);
  });

  it("matches nothing with an empty list", () => {
    expect(phraseMatcher([])("anything")).toBe(false);
    expect(normalise("  Well… “OK”—fine! ")).toBe("well ok fine");
  });
});

describe.each([
  {
    rule: "cancel-intent",
    yes: ["I want to cancel my contract.", "I am switching to another provider.", "Please close my account."],
    no: ["I don't want to cancel anything.", "My flight was cancelled.", "The noise cancellation is broken."],
  },
  {
    rule: "escalation-request",
    yes: ["Let me talk to your manager.", "I want a supervisor.", "Give me somebody in charge."],
    no: ["I am a property developer.", "I spoke to somebody last week.", "My managed account is empty."],
  },
  {
    rule: "refund-request",
    yes: ["I want a refund.", "Can I get my money back?", "Who will reimburse me?"],
    no: ["I need more funding.", "I put the money in the bank."],
  },
  {
    rule: "complaint-threat",
    yes: ["You will hear from my lawyer.", "I will take you to court.", "I want to make a complaint."],
    no: ["I have no complaints.", "I play tennis on the court."],
  },
  {
    rule: "buying-signal",
    yes: ["How much does the bigger plan cost?", "I'd like to upgrade.", "Okay, sign me up."],
    no: ["That cost me a day.", "The upgrade broke my phone."],
  },
  {
    rule: "has-to-repeat",
    yes: ["I already told you that.", "This is the third time I call.", "Like I said, it is broken."],
    no: ["You told me to call.", "He is third in line."],
  },
])("$rule", ({ rule, yes, no }) => {
  it.each(yes)("fires on: %s", (text) => {
    const script = talk().caller(text);
    expect(lastFindings({ rule, script })).toEqual([
      { cause: "u2", evidence: [{ utteranceId: "u2", quote: text, atMs: 3000 }], reason: expect.any(String) },
    ]);
  });

  it.each(no)("does not fire on: %s", (text) => {
    expect(causesOf({ rule, script: talk().caller(text) })).toEqual([]);
  });

  it("does not fire when the agent says it", () => {
    expect(causesOf({ rule, script: talk().agent(yes[0] ?? "") })).toEqual([]);
  });

  it("fires once per cause, and no longer when the talk has moved on", () => {
    const script = talk().caller(yes[0] ?? "");
    for (let turn = 0; turn < 20; turn += 1) script.agent("I see.").caller("Yes.");
    expect(causesOf({ rule, script })).toEqual(["u2"]);
    expect(findingsOf({ rule, script }).filter((found) => found.length > 0).length).toBeGreaterThan(5);
    expect(lastFindings({ rule, script })).toEqual([]);
    script.caller(yes[1] ?? "");
    expect(causesOf({ rule, script })).toEqual(["u2", "u43"]);
  });
});

describe("intents of the analysis", () => {
  it("count like words, when certain enough", () => {
    const sure = talk().caller("I am done with you people.", { intent: "cancel", confidence: 0.8 });
    expect(lastFindings({ rule: "cancel-intent", script: sure })).toHaveLength(1);
    const unsure = talk().caller("I am done with you people.", { intent: "cancel", confidence: 0.5 });
    expect(lastFindings({ rule: "cancel-intent", script: unsure })).toEqual([]);
    const other = talk().caller("I am done with you people.", { intent: "delivery", confidence: 0.9 });
    expect(lastFindings({ rule: "cancel-intent", script: other })).toEqual([]);
  });
});

describe("confusion", () => {
  it("fires at the second time within two minutes, with both as evidence", () => {
    const script = talk().caller("What do you mean?").agent("The plan renews itself.");
    expect(causesOf({ rule: "confusion", script })).toEqual([]);
    script.caller("I don't understand.");
    expect(lastFindings({ rule: "confusion", script })).toEqual([
      {
        cause: "u4",
        evidence: [
          { utteranceId: "u2", quote: "What do you mean?", atMs: 3000 },
          { utteranceId: "u4", quote: "I don't understand.", atMs: 9000 },
        ],
        reason: "Heard 2 times within 120 seconds.",
      },
    ]);
    script.agent("It goes on by itself.").caller("Fine.");
    expect(causesOf({ rule: "confusion", script })).toEqual(["u4"]);
  });

  it("does not fire when the first time is long ago", () => {
    const script = talk().caller("What do you mean?").wait(130_000).caller("I don't understand.");
    expect(causesOf({ rule: "confusion", script })).toEqual([]);
  });
});
