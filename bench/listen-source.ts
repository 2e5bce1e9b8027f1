import { type AudioFrame, FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import { speakDialogue } from "./spoken-dialogue";

const DIALOGUE_SECONDS = 30;
/** Recorded speech, so that the codec has what it gets in life. */
type Lanes = Awaited<ReturnType<typeof speakDialogue>>["lanes"];
type Hear = (callId: CallId, frame: AudioFrame) => void;

/** Two talking parties a call in real time: 20 ms of both every 20 ms, each call at its own moment of the 20 ms. */
export class ListenSource {
  #index = 0;
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;

  private constructor(
    private readonly lanes: readonly Lanes[],
    private readonly target: { callIds: readonly CallId[]; hear: Hear },
  ) {}

  static async make(target: { callIds: readonly CallId[]; hear: Hear }): Promise<ListenSource> {
    const dialogues: Lanes[] = [];
    for (let offset = 0; offset < Math.min(4, target.callIds.length); offset++)
      dialogues.push((await speakDialogue({ seconds: DIALOGUE_SECONDS, offset })).lanes);
    return new ListenSource(dialogues, target);
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#plan();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #plan(): void {
    const calls = this.target.callIds.length;
    const dueAt = this.#startedAt + (this.#index * FRAME_MS) / calls;
    this.#timer = setTimeout(() => this.#speak(), Math.max(0, dueAt - performance.now()));
  }

  #speak(): void {
    const { callIds, hear } = this.target;
    const at = this.#index % callIds.length;
    const sequence = Math.floor(this.#index / callIds.length);
    const callId = callIds[at];
    const lanes = this.lanes[at % this.lanes.length];
    this.#index += 1;
    if (callId && lanes)
      for (const party of ["caller", "agent"] as const) {
        const from = (sequence * FRAME_SAMPLES) % lanes[party].length;
        const samples = lanes[party].slice(from, from + FRAME_SAMPLES);
        hear(callId, { party, sequence, atMs: sequence * FRAME_MS, samples });
      }
    this.#plan();
  }
}
