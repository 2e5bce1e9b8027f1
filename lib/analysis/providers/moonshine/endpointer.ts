import {
  CUT_SEARCH,
  END_SILENCE,
  KEPT_SILENCE,
  MAX_UTTERANCE,
  PRE_ROLL,
  SPEECH_GOES_ON,
  SPEECH_STARTS,
  START_WINDOWS,
  VOICE_OFF_SILENCE,
  WINDOW_SAMPLES,
} from "./constants";

/** What a window of WINDOW_SAMPLES is like: the detector's probability of speech and its loudness (any linear measure). */
export type WindowReading = { probability: number; energy: number };

/** A stretch of one stream. [from, to) is what to decode, [speechFrom, speechTo) the speech in it. Samples of the stream. */
export type Stretch = { from: number; to: number; speechFrom: number; speechTo: number };

export type EndpointEvent = { type: "voice"; speaking: boolean; at: number } | ({ type: "utterance" } & Stretch);

type Open = { from: number; speechFrom: number; speechTo: number; energies: number[] };

/** Windows over which loudness is averaged when a place to cut is looked for: one alone may be a stop consonant. */
const CUT_WINDOWS = 5;

/** Finds utterances in a stream of voice probabilities: a state machine without audio, models or time of its own. */
export class Endpointer {
  #now = 0;
  #run = 0;
  #speaking = false;
  #lastSpeech = 0;
  #freeFrom = 0;
  #open: Open | undefined;

  /** The utterance under way, up to now, its closing silence trimmed. */
  get current(): Stretch | undefined {
    if (!this.#open) return undefined;
    const { from, speechFrom, speechTo } = this.#open;
    return { from, to: Math.min(this.#now, speechTo + KEPT_SILENCE), speechFrom, speechTo };
  }

  /** Samples since the last speech. */
  get silence(): number {
    return this.#now - this.#lastSpeech;
  }

  /** Takes the next window. @returns what it made known, in order. */
  accept({ probability, energy }: WindowReading): EndpointEvent[] {
    const events: EndpointEvent[] = [];
    const windowStart = this.#now;
    this.#now += WINDOW_SAMPLES;
    this.#run = probability >= SPEECH_STARTS ? this.#run + 1 : 0;
    if (probability >= (this.#speaking ? SPEECH_GOES_ON : SPEECH_STARTS)) this.#lastSpeech = this.#now;
    this.#open?.energies.push(energy);
    if (this.#run >= START_WINDOWS) this.#begin({ events, at: windowStart - (START_WINDOWS - 1) * WINDOW_SAMPLES });
    if (this.#speaking && this.#now - this.#lastSpeech >= VOICE_OFF_SILENCE) this.#fallSilent(events);
    if (!this.#open) return events;
    if (this.#speaking) this.#open.speechTo = this.#lastSpeech;
    if (this.#now - this.#open.speechTo >= END_SILENCE) this.#end(events);
    else if (this.#now - this.#open.from >= MAX_UTTERANCE) this.#cut({ events, open: this.#open });
    return events;
  }

  /** The stream ends here. @returns the utterance under way, if any. */
  flush(): EndpointEvent[] {
    const events: EndpointEvent[] = [];
    if (this.#speaking) this.#fallSilent(events);
    this.#end(events);
    this.#run = 0;
    return events;
  }

  #begin({ events, at }: { events: EndpointEvent[]; at: number }): void {
    if (!this.#speaking) events.push({ type: "voice", speaking: true, at });
    this.#speaking = true;
    const from = Math.max(this.#freeFrom, at - PRE_ROLL);
    this.#open ??= { from, speechFrom: at, speechTo: this.#now, energies: [] };
  }

  #fallSilent(events: EndpointEvent[]): void {
    this.#speaking = false;
    events.push({ type: "voice", speaking: false, at: this.#lastSpeech });
  }

  #end(events: EndpointEvent[]): void {
    const ended = this.current;
    if (!ended) return;
    this.#open = undefined;
    this.#freeFrom = ended.to;
    events.push({ type: "utterance", ...ended });
  }

  /** Too long: it ends at the quietest place of its last seconds, and what follows is the next utterance. */
  #cut({ events, open }: { events: EndpointEvent[]; open: Open }): void {
    const searched = open.energies.slice(-CUT_SEARCH / WINDOW_SAMPLES);
    const kept = searched.length - quietest(searched);
    const at = this.#now - kept * WINDOW_SAMPLES;
    const { from, speechFrom, speechTo } = open;
    events.push({ type: "utterance", from, to: at, speechFrom, speechTo: Math.min(speechTo, at) });
    this.#freeFrom = at;
    this.#open =
      speechTo > at ? { from: at, speechFrom: at, speechTo, energies: open.energies.slice(-kept) } : undefined;
  }
}

/** @returns the index of the window in the middle of the quietest stretch. */
function quietest(energies: readonly number[]): number {
  const half = Math.floor(CUT_WINDOWS / 2);
  let best = { at: half, energy: Number.POSITIVE_INFINITY };
  for (let at = half; at < energies.length - half; at++) {
    const energy = energies.slice(at - half, at + half + 1).reduce((sum, value) => sum + value, 0);
    if (energy < best.energy) best = { at, energy };
  }
  return best.at;
}
