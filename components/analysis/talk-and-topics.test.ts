import { describe, expect, it } from "vitest";
import { talkMetricsSchema, topicMentionSchema } from "@/lib/contract/sentiment";
import { talkFigures } from "./talk-panel";
import { groupTopics } from "./topic-list";

const talk = (change: object) =>
  talkMetricsSchema.parse({
    callerTalkMs: 0,
    agentTalkMs: 0,
    overlapMs: 0,
    silenceMs: 0,
    currentSilenceMs: 0,
    agentTurnMs: 0,
    agentInterruptions: 0,
    callerWordsPerMinute: null,
    agentWordsPerMinute: null,
    elapsedMs: 0,
    ...change,
  });

describe("talk figures", () => {
  it("gives shares that add up to a hundred, and parts of the whole time", () => {
    const figures = talkFigures(
      talk({ callerTalkMs: 1000, agentTalkMs: 2000, overlapMs: 300, silenceMs: 1000, elapsedMs: 4000 }),
    );
    expect(figures).toEqual({ callerShare: 33, agentShare: 67, overlap: 8, silence: 25 });
  });

  it("knows nothing before anyone spoke", () => expect(talkFigures(talk({ elapsedMs: 5000 }))).toBeNull());
});

describe("topics", () => {
  it("names each once, at its first mention, in the order they came up", () => {
    const mention = (key: string, atMs: number) =>
      topicMentionSchema.parse({
        utteranceId: `u${atMs}`,
        party: "caller",
        atMs,
        key,
        label: key,
        kind: "topic",
        confidence: 1,
      });
    const topics = groupTopics([mention("refund", 9000), mention("billing", 5000), mention("refund", 2000)]);
    expect(topics.map(({ key, first, times }) => [key, first.atMs, times])).toEqual([
      ["refund", 2000, 2],
      ["billing", 5000, 1],
    ]);
  });
});
