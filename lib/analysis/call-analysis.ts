import { type AudioFrame, FRAME_MS } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { TranscriptionLevel, Utterance } from "@/lib/contract/transcript";
import { withLimit } from "./bounded-wait";
import { CLOSE_LIMIT_MS, READING_LIMIT_MS } from "./constants";
import { textReadingSchema } from "./schema";
import { addReading, NEUTRAL_MOOD } from "./sentiment-tracker";
import { TalkMeter } from "./talk-meter";
import type { TextReading } from "./text-analyser";
import type { AnalysisDeps } from "./types";

const PARTIES: readonly Party[] = ["caller", "agent"];

/**
 * The analysis of one connected call. While `listening` it says everything; from `finish()` on only what was already being
 * said: its last finals, then their sentiment.
 */
export class CallAnalysis {
  readonly #meter = new TalkMeter();
  readonly #mood = { caller: NEUTRAL_MOOD, agent: NEUTRAL_MOOD };
  readonly #partials = new Set<string>();
  #listening = true;
  #mixed = false;
  #elapsedMs = 0;
  #measuredMs = 0;
  #level: TranscriptionLevel | null = null;
  /** Readings run side by side and are published in the order of their finals: the rolling value depends on it. */
  #published: Promise<void> = Promise.resolve();
  #finished: Promise<void> | null = null;

  constructor(
    private readonly callId: CallId,
    private readonly deps: AnalysisDeps,
  ) {
    for (const party of PARTIES) deps.transcriber.open({ callId, party });
    this.setLevel({ level: deps.transcriber.level, detail: deps.transcriber.levelDetail });
  }

  push(frame: AudioFrame): void {
    if (!this.#listening) return;
    this.#elapsedMs = Math.max(this.#elapsedMs, frame.atMs + FRAME_MS);
    if (frame.party === "mixed") this.#cannotSeparate();
    else this.deps.transcriber.push(this.callId, frame);
  }

  setLevel({ level, detail }: { level: TranscriptionLevel; detail: string }): void {
    if (!this.#listening || this.#mixed || level === this.#level) return;
    this.#level = level;
    this.deps.bus.publish({
      type: "transcription.changed",
      callId: this.callId,
      level,
      detail: detail.slice(0, 300),
    });
  }

  voice({ party, speaking, atMs }: { party: Party; speaking: boolean; atMs: number }): void {
    if (!this.#listening) return;
    if (speaking) this.#meter.voiceStarted({ party, atMs });
    else this.#meter.voiceEnded({ party, atMs });
    this.deps.bus.publish({ type: speaking ? "voice.started" : "voice.ended", callId: this.callId, party, atMs });
  }

  utterance(utterance: Utterance): void {
    const { callId } = this;
    if (!utterance.final) {
      if (!this.#listening) return;
      this.#partials.add(utterance.utteranceId);
      this.deps.bus.publish({ type: "utterance.partial", callId, utterance });
      return;
    }
    this.#partials.delete(utterance.utteranceId);
    this.#meter.addFinal(utterance);
    this.deps.bus.publish({ type: "utterance.final", callId, utterance });
    this.#read(utterance);
  }

  /** Also after the end: a partial line on a screen must not stay there for ever. */
  dropped({ party, utteranceId }: { party: Party; utteranceId: Utterance["utteranceId"] }): void {
    if (!this.#partials.delete(utteranceId)) return;
    this.deps.bus.publish({ type: "utterance.dropped", callId: this.callId, utteranceId, party });
  }

  /** Says the talk metrics if audio has come in since the last time. */
  measure(): void {
    if (!this.#listening || this.#elapsedMs === this.#measuredMs) return;
    this.#measuredMs = this.#elapsedMs;
    this.deps.bus.publish({
      type: "talk.measured",
      callId: this.callId,
      metrics: this.#meter.measure(this.#elapsedMs),
    });
  }

  /** Ends both streams. Resolves once nothing more will be published. */
  finish(): Promise<void> {
    this.#listening = false;
    this.#finished ??= this.#close();
    return this.#finished;
  }

  async #close(): Promise<void> {
    const { clock, transcriber, logger } = this.deps;
    const { callId } = this;
    const closing = Promise.all(PARTIES.map((party) => transcriber.close({ callId, party })));
    try {
      await withLimit({ promise: closing, clock, limitMs: CLOSE_LIMIT_MS });
    } catch (error) {
      logger.warn({ err: error, callId }, "last words of a call were not transcribed");
    }
    await this.#published;
  }

  #read(utterance: Utterance): void {
    const { textAnalyser, settings } = this.deps;
    // Without the operator's wish nothing at all is inferred from the agent's words.
    if (utterance.party === "agent" && !settings.agentSentiment) return;
    if (!textAnalyser.available || utterance.text.trim() === "") return;
    const reading = this.#readWithin(utterance.text);
    this.#published = this.#published.then(async () => {
      const result = await reading;
      if (result) this.#publishReading(utterance, result);
    });
  }

  async #readWithin(text: string): Promise<TextReading | null> {
    const { clock, textAnalyser, logger } = this.deps;
    try {
      const promise = textAnalyser.read(text);
      return textReadingSchema.parse(await withLimit({ promise, clock, limitMs: READING_LIMIT_MS }));
    } catch (error) {
      logger.warn({ err: error, callId: this.callId, analyser: textAnalyser.name }, "an utterance could not be read");
      return null;
    }
  }

  #publishReading(utterance: Utterance, reading: TextReading): void {
    const { bus } = this.deps;
    const { callId } = this;
    const { party, utteranceId, endMs: atMs } = utterance;
    const { score, confidence } = reading;
    const mood = addReading({ mood: this.#mood[party], reading: { score, confidence, atMs } });
    this.#mood[party] = mood;
    const point = { utteranceId, party, atMs, score, confidence, rolling: mood.rolling, trend: mood.trend };
    bus.publish({ type: "sentiment.measured", callId, point });
    // What an agent offers ("would you like a refund?") is not what anybody wants: intents are the caller's.
    const topics = reading.topics.filter((topic) => party === "caller" || topic.kind === "topic");
    const mentions = topics.map((topic) => ({ ...topic, utteranceId, party, atMs }));
    if (mentions.length > 0) bus.publish({ type: "topics.detected", callId, mentions });
  }

  #cannotSeparate(): void {
    if (this.#mixed) return;
    this.setLevel({ level: "unavailable", detail: "This telephone system sends both voices mixed into one." });
    this.#mixed = true;
  }
}
