import type { CallInfo, Mode } from "@/lib/contract/call";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { UtteranceId } from "@/lib/contract/ids";
import type { SentimentPoint, TalkMetrics, TopicMention } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";
import type { CallPicture } from "./advisor";

/** So much of a call is kept for its advisors: about a quarter of an hour of brisk talk. */
const MAX_UTTERANCES = 240;
const MAX_MENTIONS = 480;

/** What coaching knows of one call, folded from the bus. */
export class CallFold {
  readonly info: CallInfo;
  #connected: boolean;
  #monitored = true;
  #over = false;
  #heardFromStart: boolean;
  #mode: Mode | null;
  #elapsedMs = 0;
  #finals = 0;
  #talk: TalkMetrics | null = null;
  readonly #utterances: Utterance[] = [];
  readonly #ordinals = new Map<UtteranceId, number>();
  readonly #sentiment: SentimentPoint[] = [];
  readonly #topics: TopicMention[] = [];

  constructor(arrival: Extract<DomainEvent, { type: "call.arrived" }>) {
    this.info = arrival.info;
    this.#connected = arrival.state === "CONNECTED";
    this.#heardFromStart = arrival.state !== "CONNECTED";
    this.#mode = arrival.mode;
  }

  /** Whether a suggestion can be made and spoken: a conference stands and we hear it. */
  get isCoachable(): boolean {
    return this.#connected && this.#monitored;
  }

  /** Whether the two talk with each other, also where we do not hear them. */
  get isConnected(): boolean {
    return this.#connected;
  }

  /** Ended, or left: nothing more is learnt of it. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Final utterances so far. */
  get finals(): number {
    return this.#finals;
  }

  /** @returns the place of an utterance in the order of arrival, from 1; undefined where it is not known (any more). */
  ordinalOf(utteranceId: UtteranceId): number | undefined {
    return this.#ordinals.get(utteranceId);
  }

  apply(event: DomainEvent): void {
    switch (event.type) {
      case "call.connected":
        this.#connected = true;
        return;
      case "call.ended":
        this.#connected = false;
        this.#over = true;
        return;
      case "call.monitoring_changed":
        this.#monitored = event.monitoring === "monitored";
        if (!this.#monitored) this.#heardFromStart = false;
        if (event.monitoring === "left") this.#over = true;
        return;
      case "mode.confirmed":
        this.#mode = event.mode;
        return;
      case "mode.failed":
        this.#mode = null;
        return;
      default:
        this.#applySpeech(event);
    }
  }

  picture(nowMs: number): CallPicture {
    return {
      nowMs,
      elapsedMs: this.#elapsedMs,
      mode: this.#mode,
      utterances: [...this.#utterances],
      complete: this.#heardFromStart,
      sentiment: [...this.#sentiment],
      topics: [...this.#topics],
      talk: this.#talk,
    };
  }

  #applySpeech(event: DomainEvent): void {
    if (event.type === "utterance.final") this.#addUtterance(event.utterance);
    else if (event.type === "sentiment.measured")
      keepLast({ list: this.#sentiment, add: [event.point], max: MAX_UTTERANCES });
    else if (event.type === "topics.detected") keepLast({ list: this.#topics, add: event.mentions, max: MAX_MENTIONS });
    else if (event.type === "talk.measured") {
      this.#talk = event.metrics;
      this.#heard(event.metrics.elapsedMs);
    }
  }

  #heard(atMs: number): void {
    this.#elapsedMs = Math.max(this.#elapsedMs, atMs);
  }

  /** The two parties are decoded apart, so finals may arrive out of order. */
  #addUtterance(utterance: Utterance): void {
    const after = this.#utterances.findLastIndex((earlier) => earlier.startMs <= utterance.startMs);
    this.#utterances.splice(after + 1, 0, utterance);
    this.#finals += 1;
    this.#ordinals.set(utterance.utteranceId, this.#finals);
    this.#heard(utterance.endMs);
    if (this.#utterances.length <= MAX_UTTERANCES) return;
    const dropped = this.#utterances.shift();
    if (dropped) this.#ordinals.delete(dropped.utteranceId);
    this.#heardFromStart = false;
  }
}

function keepLast<T>({ list, add, max }: { list: T[]; add: readonly T[]; max: number }): void {
  list.push(...add);
  if (list.length > max) list.splice(0, list.length - max);
}
