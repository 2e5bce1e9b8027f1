import type { Party } from "@/lib/contract/call";
import { utteranceIdSchema } from "@/lib/contract/ids";
import type { SentimentPoint, TalkMetrics, TopicMention } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";
import type { CallPicture } from "../advisor";
import { defaultPlaybook } from "../playbook";
import { compileRule } from "../rules/compile";
import type { Finding } from "../rules/finding";
import { quiet } from "./coaching-bench";

type Line = {
  /** Length of the utterance. */
  ms?: number;
  /** Begins so long before the last one has ended. */
  overlapMs?: number;
  score?: number;
  rolling?: number;
  trend?: SentimentPoint["trend"];
  confidence?: number;
  intent?: string;
};

/** A conversation written down turn by turn; keeps the picture of the call after each turn. */
export class TalkScript {
  readonly pictures: CallPicture[] = [];
  readonly #utterances: Utterance[] = [];
  readonly #sentiment: SentimentPoint[] = [];
  readonly #topics: TopicMention[] = [];
  #elapsedMs = 0;
  #complete = true;

  joinedLate(): this {
    this.#complete = false;
    return this;
  }

  caller(text: string, line: Line = {}): this {
    return this.#say("caller", text, line);
  }

  agent(text: string, line: Line = {}): this {
    return this.#say("agent", text, line);
  }

  /** Time goes on; `talk` is what the meter says then. */
  wait(ms: number, talk: Partial<TalkMetrics> = {}): this {
    this.#elapsedMs += ms;
    return this.#keep(talk);
  }

  #say(party: Party, text: string, line: Line): this {
    const utteranceId = utteranceIdSchema.parse(`u${this.#utterances.length + 1}`);
    const startMs = Math.max(0, this.#elapsedMs - (line.overlapMs ?? 0));
    const endMs = startMs + (line.ms ?? 3000);
    this.#utterances.push({ utteranceId, party, text, startMs, endMs, final: true });
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
    const { score, confidence = 0.9, trend = "steady", intent } = line;
    if (score !== undefined)
      this.#sentiment.push({
        utteranceId,
        party,
        atMs: endMs,
        score,
        confidence,
        rolling: line.rolling ?? score,
        trend,
      });
    if (intent)
      this.#topics.push({ utteranceId, party, atMs: endMs, key: intent, label: intent, kind: "intent", confidence });
    return this.#keep();
  }

  #keep(talk: Partial<TalkMetrics> = {}): this {
    this.pictures.push({
      nowMs: this.#elapsedMs,
      elapsedMs: this.#elapsedMs,
      mode: "spy",
      utterances: [...this.#utterances],
      complete: this.#complete,
      sentiment: [...this.#sentiment],
      topics: [...this.#topics],
      talk: { ...quiet, elapsedMs: this.#elapsedMs, ...talk },
    });
    return this;
  }
}

/** What a rule of the default playbook finds after each turn. */
export function findingsOf({ rule, script }: { rule: string; script: TalkScript }): Finding[][] {
  const found = defaultPlaybook.rules.find(({ key }) => key === rule);
  if (!found) throw new Error(`no rule ${rule}`);
  return script.pictures.map(compileRule(found));
}

/** What it finds after the last turn. */
export function lastFindings(given: { rule: string; script: TalkScript }): Finding[] {
  return findingsOf(given).at(-1) ?? [];
}

/** All causes it ever names, in the order of their first mention. */
export function causesOf(given: { rule: string; script: TalkScript }): string[] {
  return [
    ...new Set(
      findingsOf(given)
        .flat()
        .map(({ cause }) => cause),
    ),
  ];
}
