import { AGENT_HELP_RULE, type Alert } from "@/lib/contract/alert";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint, TalkMetrics } from "@/lib/contract/sentiment";
import {
  INTENT_MIN_CONFIDENCE,
  INTERRUPTIONS_CLEAR,
  INTERRUPTIONS_RAISE,
  LEGAL_WORDS,
  LONG_CALL_MS,
  MENTION_HOLD_MS,
  MOOD_CLEAR,
  MOOD_DANGER,
  MOOD_RAISE,
  PROFANITY,
  SILENCE_RAISE_MS,
  TALK_OVER_CLEAR_MS,
  TALK_OVER_RAISE_MS,
  TALK_OVER_WINDOW_MS,
} from "./constants";

type Mention = { atMs: number; utteranceId: UtteranceId; detail: string };

/** What the rules look at: the call so far, folded. Immutable. */
export type AlertWindow = {
  /** Latest position on the call's audio clock that anything was said about. */
  atMs: number;
  mood: SentimentPoint | null;
  /** Talk metrics of the last TALK_OVER_WINDOW_MS, oldest first. */
  talk: readonly TalkMetrics[];
  /** Last mention of each word list and watched intent, by rule. */
  mentions: Readonly<Record<string, Mention>>;
  /** The agent's last call for help. */
  help: { key: string; byName: string } | null;
};

export const EMPTY_WINDOW: AlertWindow = { atMs: 0, mood: null, talk: [], mentions: {}, help: null };

/** Why an alert stands. `key` tells one cause of a rule from the next: a dismissed one must not come back. */
export type AlertCause = { key: string } & Pick<Alert, "severity" | "detail" | "utteranceId">;

/** `check` is told whether the alert stands already: it ends at another threshold than it begins. */
export type AlertRule = {
  key: string;
  label: string;
  check(given: { window: AlertWindow; standing: boolean }): AlertCause | null;
};

const WATCHED_INTENTS: Readonly<Record<string, string>> = {
  cancel: "cancel-intent",
  escalation: "escalation-request",
  "speak-to-person": "escalation-request",
};

/** @returns the window after `event`; the same object where the event says nothing to the rules. */
export function foldWindow({ window, event }: { window: AlertWindow; event: DomainEvent }): AlertWindow {
  switch (event.type) {
    case "sentiment.measured":
      if (event.point.party !== "caller") return window;
      return { ...window, mood: event.point, atMs: Math.max(window.atMs, event.point.atMs) };
    case "talk.measured": {
      const since = event.metrics.elapsedMs - TALK_OVER_WINDOW_MS;
      const talk = [...window.talk.filter((one) => one.elapsedMs >= since), event.metrics];
      return { ...window, talk, atMs: Math.max(window.atMs, event.metrics.elapsedMs) };
    }
    case "topics.detected":
      return event.mentions.reduce((folded, { key, kind, party, confidence, label, ...mention }) => {
        const rule = kind === "intent" && party === "caller" && WATCHED_INTENTS[key];
        if (!rule || confidence < INTENT_MIN_CONFIDENCE) return folded;
        return withMention(folded, { rule, ...mention, detail: `The customer's words sound like: ${label}.` });
      }, window);
    case "utterance.final": {
      const { text, party, utteranceId, endMs: atMs } = event.utterance;
      const legal = party === "caller" ? LEGAL_WORDS.exec(text)?.[0] : undefined;
      const rude = PROFANITY.test(text);
      const who = party === "caller" ? "customer" : "agent";
      let folded = window;
      if (legal)
        folded = withMention(folded, {
          rule: "legal-threat",
          atMs,
          utteranceId,
          detail: `The customer said “${legal}”.`,
        });
      if (rude)
        folded = withMention(folded, { rule: `${who}-profanity`, atMs, utteranceId, detail: `The ${who} swore.` });
      return folded;
    }
    case "help.asked": {
      const byName = event.by.kind === "user" ? event.by.name : "The agent";
      return { ...window, help: { key: `help-${event.sequence}`, byName } };
    }
    default:
      return window;
  }
}

function withMention(window: AlertWindow, { rule, ...mention }: Mention & { rule: string }): AlertWindow {
  return {
    ...window,
    atMs: Math.max(window.atMs, mention.atMs),
    mentions: { ...window.mentions, [rule]: mention },
  };
}

/** A rule that stands for MENTION_HOLD_MS after the last mention. */
function mentionRule(rule: { key: string; label: string; severity: Alert["severity"] }): AlertRule {
  return {
    key: rule.key,
    label: rule.label,
    check({ window }) {
      const mention = window.mentions[rule.key];
      if (!mention || window.atMs - mention.atMs > MENTION_HOLD_MS) return null;
      const { utteranceId, detail } = mention;
      return { key: utteranceId, severity: rule.severity, detail, utteranceId };
    },
  };
}

const moodRule: AlertRule = {
  key: "mood-falling",
  label: "Customer getting unhappy",
  check({ window: { mood }, standing }) {
    if (!mood) return null;
    const stands = standing ? mood.rolling <= MOOD_CLEAR : mood.rolling <= MOOD_RAISE && mood.trend === "falling";
    if (!stands) return null;
    const severity = mood.rolling <= MOOD_DANGER ? "danger" : "warning";
    const detail = `Customer sentiment is ${mood.rolling.toFixed(2)} and ${mood.trend}.`;
    return { key: "mood", severity, detail, utteranceId: mood.utteranceId };
  },
};

const silenceRule: AlertRule = {
  key: "long-silence",
  label: "Long silence",
  check({ window: { talk } }) {
    const silentMs = talk.at(-1)?.currentSilenceMs ?? 0;
    if (silentMs <= SILENCE_RAISE_MS) return null;
    return {
      key: "silence",
      severity: "warning",
      detail: `Nobody has spoken for ${Math.floor(silentMs / 1000)} seconds.`,
      utteranceId: null,
    };
  },
};

const talkOverRule: AlertRule = {
  key: "talk-over",
  label: "Talking over each other",
  check({ window: { talk }, standing }) {
    const [first, last] = [talk[0], talk.at(-1)];
    if (!first || !last) return null;
    const overlapMs = last.overlapMs - first.overlapMs;
    const interruptions = last.agentInterruptions - first.agentInterruptions;
    const stands = standing
      ? overlapMs > TALK_OVER_CLEAR_MS || interruptions > INTERRUPTIONS_CLEAR
      : overlapMs >= TALK_OVER_RAISE_MS || interruptions >= INTERRUPTIONS_RAISE;
    if (!stands) return null;
    const seconds = ((last.elapsedMs - first.elapsedMs) / 1000).toFixed(0);
    const detail = `Both spoke at once for ${(overlapMs / 1000).toFixed(1)} of the last ${seconds} seconds; the agent began over the customer ${interruptions} times.`;
    return { key: "talk-over", severity: "warning", detail, utteranceId: null };
  },
};

const longCallRule: AlertRule = {
  key: "long-call",
  label: "Long call",
  check({ window }) {
    if (window.atMs < LONG_CALL_MS) return null;
    const detail = `The call is longer than ${LONG_CALL_MS / 60_000} minutes.`;
    return { key: "long", severity: "info", detail, utteranceId: null };
  },
};

/** Stands until a person dismisses it: only they can tell whether somebody came. */
const helpRule: AlertRule = {
  key: AGENT_HELP_RULE,
  label: "Agent asks for help",
  check({ window: { help } }) {
    if (!help) return null;
    return {
      key: help.key,
      severity: "danger",
      detail: `${help.byName} asks a supervisor to help.`,
      utteranceId: null,
    };
  },
};

export const ALERT_RULES: readonly AlertRule[] = [
  helpRule,
  moodRule,
  mentionRule({ key: "cancel-intent", label: "Wants to cancel", severity: "warning" }),
  mentionRule({ key: "escalation-request", label: "Asks for somebody else", severity: "danger" }),
  silenceRule,
  talkOverRule,
  longCallRule,
  mentionRule({ key: "legal-threat", label: "Legal threat", severity: "danger" }),
  mentionRule({ key: "customer-profanity", label: "Customer swears", severity: "warning" }),
  mentionRule({ key: "agent-profanity", label: "Agent swears", severity: "danger" }),
];
