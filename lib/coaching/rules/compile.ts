import type { PlaybookRule } from "../schema";
import { agentMonologue } from "./agent-monologue";
import { fastTalk } from "./fast-talk";
import type { Check } from "./finding";
import { interruptions } from "./interruptions";
import { longSilence } from "./long-silence";
import { missingApology } from "./missing-apology";
import { missingOpening } from "./missing-opening";
import { missingStatement } from "./missing-statement";
import { moodFalling } from "./mood-falling";
import { phrase } from "./phrase";

/** @returns the rule made ready: its phrases compiled once, not at every question. */
export function compileRule(rule: PlaybookRule): Check {
  switch (rule.kind) {
    case "mood-falling":
      return moodFalling(rule);
    case "phrase":
      return phrase(rule);
    case "long-silence":
      return longSilence(rule);
    case "agent-monologue":
      return agentMonologue(rule);
    case "interruptions":
      return interruptions(rule);
    case "missing-opening":
      return missingOpening(rule);
    case "missing-statement":
      return missingStatement(rule);
    case "missing-apology":
      return missingApology(rule);
    case "fast-talk":
      return fastTalk(rule);
  }
}
