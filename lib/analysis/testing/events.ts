import type { DomainEvent, DomainEventOf, DomainEventType } from "@/lib/contract/domain-events";
import { callIdSchema } from "@/lib/contract/ids";
import { type TalkMetrics, topicMentionSchema } from "@/lib/contract/sentiment";
import { type Utterance, utteranceSchema } from "@/lib/contract/transcript";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";

export const CALL = callIdSchema.parse("call-1");

/** A bus on a fake clock that remembers what was published. */
export function recordedBus() {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, logger: silentLogger });
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  return {
    clock,
    bus,
    events,
    types: () => events.map(({ type }) => type),
    of: <T extends DomainEventType>(type: T) =>
      events.filter((event): event is DomainEventOf<T> => event.type === type),
  };
}

export function utterance(given: Partial<Omit<Utterance, "utteranceId">> & { id: string; text: string }): Utterance {
  const { id, ...rest } = given;
  return utteranceSchema.parse({ party: "caller", startMs: 0, endMs: 1000, final: true, ...rest, utteranceId: id });
}

export function mention(given: {
  id: string;
  key: string;
  kind?: "topic" | "intent";
  atMs?: number;
  confidence?: number;
}) {
  const { id, key, kind = "intent", atMs = 1000, confidence = 0.9 } = given;
  return topicMentionSchema.parse({ utteranceId: id, party: "caller", atMs, key, label: key, kind, confidence });
}

export function talk(given: Partial<TalkMetrics> & { elapsedMs: number }): TalkMetrics {
  return {
    callerTalkMs: 0,
    agentTalkMs: 0,
    overlapMs: 0,
    silenceMs: 0,
    currentSilenceMs: 0,
    agentTurnMs: 0,
    agentInterruptions: 0,
    callerWordsPerMinute: null,
    agentWordsPerMinute: null,
    ...given,
  };
}
