import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { hears, type Mode } from "@/lib/contract/call";
import type { LiveVoice, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import type { FakePlayback } from "./fake-playback";

type Doubt = { code: string; message: string };

/** A live voice that each leg hears the moment it is pushed, if the mode is the one that it is for. */
export class FakeVoice implements LiveVoice {
  readonly result: Promise<PlayResult>;
  #finish: (result: PlayResult) => void = () => undefined;
  #playedSamples = 0;
  #isOver = false;

  constructor(
    private readonly options: {
      request: SpeakRequest;
      heard: FakePlayback["heard"];
      mode: () => Mode | null;
      doubt: (mode: Mode) => Doubt | null;
      onOver: () => void;
    },
  ) {
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  push(samples: Int16Array): boolean {
    this.recheck();
    if (this.#isOver) return false;
    const { request, heard, mode } = this.options;
    const confirmed = mode();
    for (const party of ["caller", "agent"] as const)
      if (confirmed && hears({ party, mode: confirmed }))
        heard[party].push({ samples: samples.slice(), mode: confirmed });
    if (this.#playedSamples === 0) request.onStarted?.();
    this.#playedSamples += samples.length;
    return true;
  }

  end(): void {
    this.stop({ outcome: "played", code: null, message: null });
  }

  cut(): void {
    this.stop({ outcome: "interrupted", code: null, message: null });
  }

  /** The mode, or what is known of it, has changed. */
  recheck(): void {
    const doubt = this.#isOver ? null : this.options.doubt(this.options.request.mode);
    if (doubt) this.stop({ outcome: "refused", ...doubt });
  }

  stop(ending: Omit<PlayResult, "playedMs">): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.options.onOver();
    this.#finish({ ...ending, playedMs: Math.round((this.#playedSamples * 1000) / SAMPLE_RATE) });
  }
}
