import { describe, expect, it } from "vitest";
import { causesOf, lastFindings, TalkScript } from "../testing/talk-script";

describe("missing-greeting", () => {
  const rule = "missing-greeting";
  const curt = () => new TalkScript().agent("Yeah?").caller("My phone is broken.");

  it("fires at the agent's second turn without a greeting, once", () => {
    const script = curt();
    expect(causesOf({ rule, script })).toEqual([]);
    script.agent("What model?");
    expect(lastFindings({ rule, script })).toMatchObject([
      { cause: "opening", evidence: [{ utteranceId: "u1" }, { utteranceId: "u3" }] },
    ]);
    script.caller("The new one.").agent("Right.");
    expect(causesOf({ rule, script })).toEqual(["opening"]);
  });

  it.each(["Hi there.", "Thanks for calling Platinum Motors.", "This is Michelle speaking."])(
    "not after: %s",
    (text) => {
      const script = new TalkScript().agent(text).caller("My phone is broken.").agent("What model?");
      expect(causesOf({ rule, script })).toEqual([]);
    },
  );

  it("is over once the greeting was made good, or a minute has passed", () => {
    const script = curt().agent("What model?").agent("My name is Tom, by the way.");
    expect(lastFindings({ rule, script })).toEqual([]);
    expect(causesOf({ rule, script: curt().wait(60_000).agent("What model?") })).toEqual([]);
  });

  it("does not judge a beginning that was not heard", () => {
    expect(causesOf({ rule, script: curt().joinedLate().agent("What model?") })).toEqual([]);
  });
});

describe("missing-verification", () => {
  const rule = "missing-verification";
  const asked = () => new TalkScript().agent("Hello.").caller("How much do I owe you?");

  it("fires when the agent speaks of the account unchecked, once a call", () => {
    const script = asked().agent("Your balance is forty dollars.");
    expect(lastFindings({ rule, script })).toMatchObject([
      { cause: "once", evidence: [{ utteranceId: "u3", quote: "Your balance is forty dollars.", atMs: 6000 }] },
    ]);
    script.caller("Why?").agent("Your last payment, from your account, was late.");
    expect(causesOf({ rule, script })).toEqual(["once"]);
  });

  it("does not fire after a check, however long ago", () => {
    const script = asked()
      .agent("Can I have your date of birth?")
      .wait(600_000)
      .agent("Your balance is forty dollars.");
    expect(causesOf({ rule, script })).toEqual([]);
  });

  it("does not fire when the customer speaks of the account, nor where the check may have gone unheard", () => {
    expect(causesOf({ rule, script: asked().caller("Is your account number one two?") })).toEqual([]);
    expect(causesOf({ rule, script: asked().joinedLate().agent("Your balance is forty dollars.") })).toEqual([]);
  });
});

describe("missing-recap", () => {
  const rule = "missing-recap";
  const nearEnd = () => new TalkScript().agent("Hello.").wait(60_000).agent("A new router is on its way.");

  it("fires when the talk closes without one, once a call", () => {
    const script = nearEnd().agent("Is there anything else?");
    expect(lastFindings({ rule, script })).toMatchObject([{ cause: "once", evidence: [{ utteranceId: "u3" }] }]);
    expect(causesOf({ rule, script: script.caller("No, thanks for your help.").agent("Bye.") })).toEqual(["once"]);
  });

  it("does not fire after a recap, in a short call, or in the middle of one", () => {
    expect(causesOf({ rule, script: nearEnd().agent("To recap, it comes on Friday.").caller("Bye.") })).toEqual([]);
    expect(causesOf({ rule, script: new TalkScript().agent("Hello.").caller("Wrong number, bye.") })).toEqual([]);
    expect(causesOf({ rule, script: nearEnd().caller("Okay, and the cable?") })).toEqual([]);
  });

  it("wants a recap of the last three minutes, not of the last matter but one", () => {
    const script = nearEnd().agent("To recap, it comes on Friday.").wait(181_000).caller("Goodbye.");
    expect(causesOf({ rule, script })).toEqual(["once"]);
  });
});
