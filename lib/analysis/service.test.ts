import { beforeEach, describe, expect, it } from "vitest";
import { type AudioFrame, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { type Party, partySchema } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { TranscriptionLevel, Utterance } from "@/lib/contract/transcript";
import { silentLogger } from "@/lib/platform/logger";
import { READING_LIMIT_MS } from "./constants";
import { AnalysisService } from "./service";
import { CALL, recordedBus, utterance } from "./testing/events";
import { FakeTextAnalyser } from "./testing/fake-text-analyser";
import type { Transcriber, TranscriberEvents } from "./transcriber";

/** Says what the test tells it to, and on close what `lastWords` holds for the party. */
class TestTranscriber implements Transcriber {
  readonly name = "test";
  level: TranscriptionLevel = "full";
  levelDetail = "";
  readonly open_ = new Set<string>();
  readonly frames: AudioFrame[] = [];
  readonly lastWords = new Map<Party, Utterance>();
  readonly #listeners: { [E in keyof TranscriberEvents]: Set<TranscriberEvents[E]> } = {
    voice: new Set(),
    utterance: new Set(),
    dropped: new Set(),
    level: new Set(),
  };

  async start() {}
  async stop() {}
  open({ callId, party }: { callId: CallId; party: Party }) {
    this.open_.add(`${callId} ${party}`);
  }
  push(_callId: CallId, frame: AudioFrame) {
    this.frames.push(frame);
  }
  async close({ callId, party }: { callId: CallId; party: Party }) {
    await Promise.resolve();
    this.open_.delete(`${callId} ${party}`);
    const words = this.lastWords.get(party);
    if (words) this.says(words);
  }
  on<E extends keyof TranscriberEvents>(event: E, listener: TranscriberEvents[E]) {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }
  says(one: Utterance) {
    for (const listener of this.#listeners.utterance) listener({ callId: CALL, utterance: one });
  }
  hears(party: Party, speaking: boolean, atMs: number) {
    for (const listener of this.#listeners.voice) listener({ callId: CALL, party, speaking, atMs });
  }
  drops(one: Utterance) {
    const { party, utteranceId } = one;
    for (const listener of this.#listeners.dropped) listener({ callId: CALL, party, utteranceId });
  }
  changes(level: TranscriptionLevel, detail: string) {
    this.level = level;
    this.levelDetail = detail;
    for (const listener of this.#listeners.level) listener({ level, detail });
  }
}

const SYSTEM = { kind: "system" } as const;
const frame = (party: AudioFrame["party"], atMs: number): AudioFrame => ({
  party,
  sequence: atMs / 20,
  atMs,
  samples: new Int16Array(FRAME_SAMPLES),
});
const refund = { key: "refund", label: "Refund", kind: "intent" as const, confidence: 0.8 };
const billing = { key: "billing", label: "Bill", kind: "topic" as const, confidence: 0.7 };

let recorded: ReturnType<typeof recordedBus>;
let transcriber: TestTranscriber;
let textAnalyser: FakeTextAnalyser;

async function started({ agentSentiment = false, missing = false } = {}) {
  recorded = recordedBus();
  transcriber = new TestTranscriber();
  textAnalyser = new FakeTextAnalyser({
    missing,
    readings: {
      awful: { score: -0.8, confidence: 1, topics: [refund] },
      fine: { score: 0.4, confidence: 1 },
      broken: { score: 7, confidence: 1 },
      offer: { score: 0.9, confidence: 1, topics: [refund, billing] },
    },
  });
  const service = new AnalysisService({
    bus: recorded.bus,
    clock: recorded.clock,
    logger: silentLogger,
    settings: { agentSentiment },
    transcriber,
    textAnalyser,
  });
  await service.start();
  return service;
}

const connect = () => recorded.bus.publish({ type: "call.connected", callId: CALL, attempt: 1 });
const end = () =>
  recorded.bus.publish({ type: "call.ended", callId: CALL, reason: "caller-hung-up", by: SYSTEM, durationMs: 1 });
const settle = () => recorded.clock.advance(0);

describe("AnalysisService", () => {
  let service: AnalysisService;
  beforeEach(async () => {
    service = await started();
  });

  it("hears a call only from its connection on", () => {
    recorded.bus.publish({ type: "call.answered", callId: CALL });
    service.push(CALL, frame("caller", 0));
    expect([transcriber.open_.size, transcriber.frames.length]).toEqual([0, 0]);
    connect();
    connect();
    service.push(CALL, frame("caller", 20));
    expect([...transcriber.open_]).toEqual(partySchema.options.map((party) => `${CALL} ${party}`));
    expect(transcriber.frames.map(({ atMs }) => atMs)).toEqual([20]);
    expect(recorded.of("transcription.changed")).toMatchObject([{ level: "full", detail: "" }]);
  });

  it("hears a call that was found connected, and none that was found ringing", () => {
    const info = {
      ...{ callId: CALL, gateway: "g", simulated: true, direction: "inbound" as const },
      ...{ callerNumber: "1", callerName: null, calleeNumber: "2" },
      ...{ agentId: null, agentName: null, teamId: null, teamName: null, startedAt: 0 },
    };
    recorded.bus.publish({ type: "call.arrived", callId: CALL, info, state: "PENDING", mode: null });
    expect(transcriber.open_.size).toBe(0);
    recorded.bus.publish({ type: "call.arrived", callId: CALL, info, state: "CONNECTED", mode: "spy" });
    expect(transcriber.open_.size).toBe(2);
  });

  it("publishes a line at once and what it means afterwards", async () => {
    connect();
    recorded.events.length = 0;
    textAnalyser.hold();
    transcriber.hears("caller", true, 100);
    transcriber.says(utterance({ id: "u1", text: "aw", final: false }));
    transcriber.says(utterance({ id: "u1", text: "awful", endMs: 2000 }));
    transcriber.hears("caller", false, 2100);
    await settle();
    const heard = ["voice.started", "utterance.partial", "utterance.final", "voice.ended"];
    expect(recorded.types()).toEqual(heard);
    textAnalyser.release();
    await settle();
    expect(recorded.types()).toEqual([...heard, "sentiment.measured", "topics.detected"]);
    expect(recorded.of("sentiment.measured")[0]?.point).toEqual({
      ...{ utteranceId: "u1", party: "caller", atMs: 2000, score: -0.8, confidence: 1, rolling: -0.8, trend: "steady" },
    });
    expect(recorded.of("topics.detected")[0]?.mentions).toMatchObject([
      { key: "refund", utteranceId: "u1", atMs: 2000 },
    ]);
  });

  it("publishes sentiment in the order of the lines, however the analyser answers", async () => {
    connect();
    textAnalyser.hold();
    transcriber.says(utterance({ id: "u1", text: "awful" }));
    transcriber.says(utterance({ id: "u2", text: "fine" }));
    textAnalyser.release("fine");
    await settle();
    expect(recorded.of("sentiment.measured")).toHaveLength(0);
    textAnalyser.release("awful");
    await settle();
    expect(recorded.of("sentiment.measured").map(({ point }) => point.utteranceId)).toEqual(["u1", "u2"]);
  });

  it("goes on without a reading that fails, is out of range or never comes", async () => {
    connect();
    textAnalyser.failNext();
    transcriber.says(utterance({ id: "u1", text: "awful" }));
    transcriber.says(utterance({ id: "u2", text: "broken" }));
    await settle();
    textAnalyser.hold();
    transcriber.says(utterance({ id: "u3", text: "awful" }));
    await settle();
    textAnalyser.release("fine");
    transcriber.says(utterance({ id: "u4", text: "fine" }));
    textAnalyser.release("fine");
    await recorded.clock.advance(READING_LIMIT_MS);
    expect(recorded.of("utterance.final")).toHaveLength(4);
    expect(recorded.of("sentiment.measured").map(({ point }) => point.utteranceId)).toEqual(["u4"]);
  });

  it("infers nothing from the agent's words unless it is told to, and then never an intent", async () => {
    connect();
    transcriber.says(utterance({ id: "u1", text: "offer", party: "agent" }));
    await settle();
    expect(textAnalyser.asked).toEqual([]);
    expect(recorded.of("utterance.final")).toHaveLength(1);
    await started({ agentSentiment: true });
    connect();
    transcriber.says(utterance({ id: "u1", text: "offer", party: "agent" }));
    await settle();
    expect(recorded.of("sentiment.measured")[0]?.point.party).toBe("agent");
    expect(recorded.of("topics.detected")[0]?.mentions.map(({ key }) => key)).toEqual(["billing"]);
  });

  it("shows no sentiment where the analyser is missing", async () => {
    await started({ missing: true });
    connect();
    transcriber.says(utterance({ id: "u1", text: "awful" }));
    await settle();
    expect(recorded.types()).toEqual(["call.connected", "transcription.changed", "utterance.final"]);
  });

  it("measures the talk at most once a second, and only while audio comes", async () => {
    connect();
    await recorded.clock.advance(3000);
    expect(recorded.of("talk.measured")).toHaveLength(0);
    transcriber.hears("agent", true, 0);
    for (let atMs = 0; atMs < 2000; atMs += 20) service.push(CALL, frame("agent", atMs));
    await recorded.clock.advance(5000);
    expect(recorded.of("talk.measured").map(({ metrics }) => metrics)).toMatchObject([
      { elapsedMs: 2000, agentTalkMs: 2000, agentTurnMs: 2000, silenceMs: 0 },
    ]);
  });

  it("tells every live call of a change of level, once", () => {
    connect();
    transcriber.changes("finals-only", "too many calls");
    transcriber.changes("finals-only", "still");
    expect(recorded.of("transcription.changed").map(({ level }) => level)).toEqual(["full", "finals-only"]);
    end();
    transcriber.changes("full", "");
    expect(recorded.of("transcription.changed")).toHaveLength(2);
  });

  it("says that mixed voices cannot be transcribed", () => {
    connect();
    service.push(CALL, frame("mixed", 0));
    service.push(CALL, frame("mixed", 20));
    transcriber.changes("slow-partials", "");
    expect(recorded.of("transcription.changed").map(({ level }) => level)).toEqual(["full", "unavailable"]);
    expect(transcriber.frames).toHaveLength(0);
  });

  it("takes away a partial line that came to nothing, and says nothing of one nobody saw", () => {
    connect();
    const partial = utterance({ id: "u1", text: "hm", final: false });
    transcriber.says(partial);
    transcriber.drops(partial);
    transcriber.drops(partial);
    expect(recorded.of("utterance.dropped")).toMatchObject([{ utteranceId: "u1", party: "caller" }]);
  });

  it.each(["ended", "left"])("after a call %s says the last words, then their sentiment, then nothing", async (how) => {
    connect();
    service.push(CALL, frame("caller", 0));
    textAnalyser.hold();
    transcriber.says(utterance({ id: "u1", text: "fine" }));
    transcriber.lastWords.set("caller", utterance({ id: "u2", text: "awful", endMs: 3000 }));
    recorded.events.length = 0;
    if (how === "ended") end();
    else
      recorded.bus.publish({
        type: "call.monitoring_changed",
        callId: CALL,
        monitoring: "left",
        by: SYSTEM,
        detail: null,
      });
    transcriber.hears("caller", false, 2500);
    transcriber.says(utterance({ id: "u3", text: "par", final: false }));
    service.push(CALL, frame("caller", 20));
    let settled = false;
    const done = service.settled(CALL).then(() => {
      settled = true;
    });
    await recorded.clock.advance(2000);
    expect(settled).toBe(false);
    expect(recorded.types().slice(1)).toEqual(["utterance.final"]);
    textAnalyser.release();
    await done;
    expect(recorded.types().slice(1)).toEqual([
      ...["utterance.final", "sentiment.measured", "sentiment.measured", "topics.detected"],
    ]);
    await settle();
    transcriber.says(utterance({ id: "u4", text: "awful" }));
    await recorded.clock.advance(5000);
    expect(recorded.events).toHaveLength(5);
    expect([transcriber.open_.size, transcriber.frames.length]).toEqual([0, 1]);
  });

  it("says the last words of every call before it stops", async () => {
    connect();
    transcriber.lastWords.set("agent", utterance({ id: "u1", text: "bye", party: "agent" }));
    await service.stop();
    expect(recorded.of("utterance.final")).toHaveLength(1);
    connect();
    expect(transcriber.open_.size).toBe(0);
  });
});
