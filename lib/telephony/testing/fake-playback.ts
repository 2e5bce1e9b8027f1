import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { hears, type Mode, type Party } from "@/lib/contract/call";
import type { PlayRequest, PlayResult } from "@/lib/telephony/gateway";

/** A stretch of our audio as one leg heard it, with the mode the call was in at that moment. */
export type HeardAudio = { samples: Int16Array; mode: Mode | null };

type Current = {
  request: PlayRequest;
  playedSamples: number;
  finish: (result: PlayResult) => void;
  stopListening: () => void;
};

/** Plays clips into two recorded legs: `instant` to the end at once, `manual` as far as `advance` says. */
export class FakePlayback {
  readonly heard: Record<Party, HeardAudio[]> = { caller: [], agent: [] };
  playback: "instant" | "manual" = "instant";
  #current: Current | null = null;

  constructor(
    private readonly options: {
      mode: () => Mode | null;
      doubt: (mode: Mode | null) => { code: string; message: string } | null;
    },
  ) {}

  get isPlaying(): boolean {
    return this.#current !== null;
  }

  play(request: PlayRequest): Promise<PlayResult> {
    const nothing = { playedMs: 0, code: null, message: null };
    if (this.#current)
      return Promise.resolve({
        outcome: "refused",
        playedMs: 0,
        code: "BUSY",
        message: "another clip is being played",
      });
    if (request.signal?.aborted) return Promise.resolve({ ...nothing, outcome: "interrupted" });
    const doubt = this.options.doubt(request.mode);
    if (doubt) return Promise.resolve({ outcome: "refused", playedMs: 0, ...doubt });
    return new Promise((finish) => {
      const onAbort = () => this.stop({ outcome: "interrupted", code: null, message: null });
      request.signal?.addEventListener("abort", onAbort, { once: true });
      const stopListening = () => request.signal?.removeEventListener("abort", onAbort);
      this.#current = { request, playedSamples: 0, finish, stopListening };
      if (this.playback === "instant") this.advance(Number.POSITIVE_INFINITY);
    });
  }

  /** Plays on by `ms`; the first step is the first frame. Refuses the rest if the mode is not the clip's any more. */
  advance(ms: number): void {
    const current = this.#current;
    if (!current || this.#refuseOnDoubt()) return;
    const { request } = current;
    const isFirst = current.playedSamples === 0;
    const end = Math.min(request.samples.length, current.playedSamples + (ms * SAMPLE_RATE) / 1000);
    this.#hear(request.samples.slice(current.playedSamples, end));
    current.playedSamples = end;
    if (isFirst) request.onStarted?.();
    if (end >= request.samples.length) this.stop({ outcome: "played", code: null, message: null });
  }

  /** The mode changed: what is left of the clip is refused if it was meant for another one. */
  modeChanged(): void {
    this.#refuseOnDoubt();
  }

  stop(ending: Omit<PlayResult, "playedMs">): void {
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    current.stopListening();
    current.finish({ ...ending, playedMs: Math.round((current.playedSamples * 1000) / SAMPLE_RATE) });
  }

  #refuseOnDoubt(): boolean {
    const doubt = this.#current ? this.options.doubt(this.#current.request.mode) : null;
    if (doubt) this.stop({ outcome: "refused", ...doubt });
    return doubt !== null;
  }

  #hear(samples: Int16Array): void {
    const mode = this.options.mode();
    if (samples.length === 0) return;
    for (const party of ["caller", "agent"] as const)
      if (mode === null ? party === "caller" : hears({ party, mode })) this.heard[party].push({ samples, mode });
  }
}
