import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { hears, type Mode } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import type { LiveVoice, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import type { FakePlayback } from "./fake-playback";

type Doubt = { code: string; message: string };
type Ending = Omit<PlayResult, "playedMs">;

/** Until a gateway says what became of a voice that it was told to throw away (ms). */
const ANSWER_MS = 60;

/**
 * A live voice that each leg hears, if the mode is the one that it is for: without a clock the moment it is pushed; with one a
 * frame every 20 ms out of a queue, each checked anew, and what became of it is told some time after it was asked for.
 */
export class FakeVoice implements LiveVoice {
  readonly result: Promise<PlayResult>;
  #finish: (result: PlayResult) => void = () => undefined;
  readonly #queue: Int16Array[] = [];
  #isTicking = false;
  #hasStarted = false;
  #playedSamples = 0;
  #isEnded = false;
  #isStopping = false;
  #isOver = false;

  constructor(
    private readonly options: {
      request: SpeakRequest;
      heard: FakePlayback["heard"];
      mode: () => Mode | null;
      doubt: (mode: Mode) => Doubt | null;
      onOver: () => void;
      clock?: Clock | null;
    },
  ) {
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  push(samples: Int16Array): boolean {
    this.recheck();
    if (this.#isOver || this.#isStopping || this.#isEnded) return false;
    this.#queue.push(samples.slice());
    if (this.options.clock) this.#tick();
    else this.#hearNext();
    if (!this.#hasStarted) this.options.request.onStarted?.();
    this.#hasStarted = true;
    return true;
  }

  end(): void {
    this.#isEnded = true;
    if (this.options.clock) this.#tick();
    else this.#stopAsPlayed();
  }

  cut(): void {
    this.#throwAway({ outcome: "interrupted", code: null, message: null });
  }

  /** The mode, or what is known of it, has changed. */
  recheck(): void {
    const doubt = this.#isOver ? null : this.options.doubt(this.options.request.mode);
    if (doubt) this.#throwAway({ outcome: "refused", ...doubt });
  }

  /** At once, as when the call or the way to it is gone. */
  stop(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue.length = 0;
    this.options.onOver();
    this.#finish({ ...ending, playedMs: Math.round((this.#playedSamples * 1000) / SAMPLE_RATE) });
  }

  #throwAway(ending: Ending): void {
    if (this.#isOver || this.#isStopping) return;
    this.#isStopping = true;
    this.#queue.length = 0;
    if (this.options.clock) this.options.clock.after(ANSWER_MS, () => this.stop(ending));
    else this.stop(ending);
  }

  #tick(): void {
    if (this.#isTicking || this.#isOver) return;
    this.#isTicking = true;
    this.options.clock?.after(FRAME_MS, () => {
      this.#isTicking = false;
      this.recheck();
      if (this.#isOver || this.#isStopping) return;
      this.#hearNext();
      if (this.#queue.length > 0) this.#tick();
      else if (this.#isEnded) this.#stopAsPlayed();
    });
  }

  #stopAsPlayed(): void {
    this.stop({ outcome: "played", code: null, message: null });
  }

  #hearNext(): void {
    const mode = this.options.mode();
    const samples = this.#queue.shift();
    if (!samples || !mode || mode === "spy") return;
    for (const party of ["caller", "agent"] as const)
      if (hears({ party, mode })) this.options.heard[party].push({ samples, mode });
    this.#playedSamples += samples.length;
  }
}
