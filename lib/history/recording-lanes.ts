import { type AudioFrame, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { LANE_LAG_MS, RECORDING_WINDOW_MS } from "./constants";

const samplesOf = (ms: number) => Math.round((ms * SAMPLE_RATE) / 1000);

/**
 * Two lanes of one call, laid side by side by the call's audio clock: left caller, right agent, woven as they go to disk.
 * Missing frames are silence; a frame that comes after its place was taken out is dropped and counted.
 */
export class RecordingLanes {
  /** Woven samples from `#start` on, twice as long as a lane. */
  #window = new Int16Array(samplesOf(RECORDING_WINDOW_MS) * 2);
  /** Position of the window's first sample on the audio clock, in samples of one lane. */
  #start: number;
  readonly #end: Record<Party, number>;
  late = 0;

  constructor(options: { startMs: number }) {
    this.#start = samplesOf(options.startMs);
    this.#end = { caller: this.#start, agent: this.#start };
  }

  /** Copies the samples; the frame may be given away afterwards. */
  add(frame: AudioFrame): void {
    const at = samplesOf(frame.atMs);
    if (at < this.#start) {
      this.late += 1;
      return;
    }
    this.#jump(at);
    if (frame.party !== "agent") this.#write(frame.samples, { at, lane: 0, party: "caller" });
    if (frame.party !== "caller") this.#write(frame.samples, { at, lane: 1, party: "agent" });
  }

  /**
   * Takes out what is complete: up to the lane that is behind, or, where that one has stopped sending, up to LANE_LAG_MS
   * behind the other. `all`: everything. @returns woven samples and their place, in samples of one lane; null where none.
   */
  take(options: { all?: boolean } = {}): { position: number; woven: Int16Array } | null {
    const ahead = Math.max(this.#end.caller, this.#end.agent);
    const behind = Math.min(this.#end.caller, this.#end.agent);
    const end = options.all ? ahead : Math.max(behind, ahead - samplesOf(LANE_LAG_MS));
    const length = end - this.#start;
    if (length <= 0) return null;
    const position = this.#start;
    const woven = this.#window.slice(0, length * 2);
    this.#window.copyWithin(0, length * 2, (ahead - this.#start) * 2);
    this.#window.fill(0, (ahead - this.#start - length) * 2);
    this.#start = end;
    this.#end.caller = Math.max(this.#end.caller, end);
    this.#end.agent = Math.max(this.#end.agent, end);
    return { position, woven };
  }

  /** After a long gap with nothing waiting the lanes go on at the new place; the file has silence in between. */
  #jump(at: number): void {
    const waiting = Math.max(this.#end.caller, this.#end.agent) > this.#start;
    if (waiting || at - this.#start <= samplesOf(RECORDING_WINDOW_MS)) return;
    this.#start = at;
    this.#end.caller = at;
    this.#end.agent = at;
  }

  #write(samples: Int16Array, place: { at: number; lane: 0 | 1; party: Party }): void {
    const offset = place.at - this.#start;
    this.#reserve(offset + samples.length);
    for (let index = 0; index < samples.length; index++)
      this.#window[(offset + index) * 2 + place.lane] = samples[index] ?? 0;
    this.#end[place.party] = Math.max(this.#end[place.party], place.at + samples.length);
  }

  #reserve(laneSamples: number): void {
    if (laneSamples * 2 <= this.#window.length) return;
    const larger = new Int16Array(Math.max(laneSamples * 2, this.#window.length * 2));
    larger.set(this.#window);
    this.#window = larger;
  }
}
