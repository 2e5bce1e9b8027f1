import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { LiveVoice, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import { type ClipSocket, DRAIN_LIMIT_MS, flushAll, reasonOf } from "./playout";

/** Silence before the first word and after each gap: as much as frames may come late without a hole. */
const CUSHION_FRAMES = 2;
/** Asterisk's queue never drains faster than it is spoken: what is let into it stays as delay, so more than this is not let in. */
const MOST_QUEUED_MS = 120;
/** A stalled Asterisk empties its queue later than our clock says: how often it is asked for the truth. */
const RECKON_MS = 1_000;
/** A voice that brings nothing for so long is over. */
const SILENT_LIMIT_MS = 5_000;
const SILENCE = new Int16Array(FRAME_SAMPLES);
const GONE_SILENT = { outcome: "interrupted", code: null, message: "nothing was said for a while" } as const;
const STUCK = { outcome: "failed", code: "TIMEOUT", message: "Asterisk took no more audio" } as const;

type Reason = { code: string; message: string };
type Ending = Omit<PlayResult, "playedMs"> & { frames?: number };

export type LiveLine = {
  clock: Clock;
  logger: Logger;
  /** Of the parties that hear the voice, and of nobody else. */
  sockets: readonly ClipSocket[];
  /** Why nothing may be said in this mode now; null: confirmed. Asked before each frame. */
  doubt: () => Reason | null;
  /** Asterisk takes frames (no MEDIA_XOFF). */
  isOpen: () => boolean;
  /** What became of it, for those who hear it; asked when it is over. Must not reject. */
  verdict: (result: PlayResult) => Promise<PlayResult>;
  onOver: () => void;
};

/**
 * One person's voice on its way out, written frame by frame as it comes. What would wait longer than 120 ms in Asterisk is
 * thrown away here, by a reckoning of its queue that is put right every second. Over when Asterisk says that its queue is empty, or has flushed it.
 */
export class LivePlayout implements LiveVoice {
  readonly result: Promise<PlayResult>;
  #finish: (result: PlayResult | Promise<PlayResult>) => void = () => {};
  #isOver = false;
  #isEnded = false;
  #isStopping = false;
  /** Frames of voice that Asterisk took. */
  #sent = 0;
  /** When Asterisk will have spoken all that it took. */
  #emptyAt = 0;
  #sentAt: number;
  /** Frames that were written since Asterisk was asked how many wait; null: it is not being asked. */
  #sinceAsked: number | null = null;
  #askedAt: number;
  #cancelTimer: () => void = () => {};

  constructor(
    private readonly request: SpeakRequest,
    private readonly line: LiveLine,
  ) {
    this.#sentAt = line.clock.now();
    this.#askedAt = this.#sentAt;
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#watch();
  }

  push(samples: Int16Array): boolean {
    this.recheck();
    if (this.#isOver || this.#isEnded || this.#isStopping || !this.line.isOpen()) return false;
    if (this.#queuedMs() + FRAME_MS > MOST_QUEUED_MS) return false;
    const isGap = this.#queuedMs() === 0;
    for (let at = 0; isGap && at < CUSHION_FRAMES; at++) if (!this.#write(SILENCE)) return false;
    if (!this.#write(samples)) return false;
    this.#sent += 1;
    this.#sentAt = this.line.clock.now();
    if (this.#sent === 1) this.#tellStarted();
    if (this.#sinceAsked === null && this.#sentAt - this.#askedAt >= RECKON_MS) void this.#reckon();
    return true;
  }

  end(): void {
    if (this.#isOver || this.#isEnded || this.#isStopping) return;
    this.#isEnded = true;
    this.#cancelTimer();
    if (this.#sent === 0) this.#end({ outcome: "played", code: null, message: null });
    else void this.#drain();
  }

  cut(): void {
    void this.#stop({ outcome: "interrupted", code: null, message: null });
  }

  /** The confirmed mode, or what a party does, changed. */
  recheck(): void {
    const doubt = this.#isOver || this.#isStopping ? null : this.line.doubt();
    if (doubt) void this.#stop({ outcome: "refused", ...doubt });
  }

  /** The way out or the call is gone: what was heard is only known roughly. */
  lost({ code, message }: Reason): void {
    if (this.#isOver) return;
    // What is queued would still be spoken, and nobody knows any more to whom.
    for (const socket of this.line.sockets) socket.flush();
    this.#end({ outcome: "failed", code, message });
  }

  #write(frame: Int16Array): boolean {
    if (!this.line.sockets.every((socket) => socket.sendFrame(frame))) {
      this.lost({ code: "CONNECTION_LOST", message: "the media connection is gone" });
      return false;
    }
    this.#emptyAt = Math.max(this.#emptyAt, this.line.clock.now()) + FRAME_MS;
    if (this.#sinceAsked !== null) this.#sinceAsked += 1;
    return true;
  }

  async #reckon(): Promise<void> {
    this.#askedAt = this.line.clock.now();
    this.#sinceAsked = 0;
    try {
      const lengths = await Promise.all(this.line.sockets.map((socket) => socket.status()));
      this.#emptyAt = this.line.clock.now() + (Math.max(...lengths) + this.#sinceAsked) * FRAME_MS;
    } catch (error) {
      if (this.#isOver || this.#isStopping) return;
      this.lost(reasonOf(error));
      // An answer that comes late would be taken for the next one's.
      for (const socket of this.line.sockets) socket.terminate();
    } finally {
      this.#sinceAsked = null;
    }
  }

  #tellStarted(): void {
    try {
      this.request.onStarted?.();
    } catch (error) {
      this.line.logger.error({ err: error }, "onStarted of a live voice failed");
    }
  }

  #watch(): void {
    const leftMs = this.#sentAt + SILENT_LIMIT_MS - this.line.clock.now();
    if (leftMs > 0) this.#cancelTimer = this.line.clock.after(leftMs, () => this.#watch());
    else void this.#stop(this.line.isOpen() ? GONE_SILENT : STUCK);
  }

  async #drain(): Promise<void> {
    this.#cancelTimer = this.line.clock.after(this.#queuedMs() + DRAIN_LIMIT_MS, () => {
      void this.#stop({ outcome: "failed", code: "TIMEOUT", message: "Asterisk did not finish the voice in time" });
    });
    try {
      await Promise.all(this.line.sockets.map((socket) => socket.drained()));
      this.#end({ outcome: "played", code: null, message: null, frames: this.#sent });
    } catch (error) {
      // A flush is ours, and says itself how the voice ends.
      if (!this.#isStopping) this.lost(reasonOf(error));
    }
  }

  /** Over only when Asterisk has thrown the rest away on every socket. */
  async #stop(ending: Ending): Promise<void> {
    if (this.#isOver || this.#isStopping) return;
    this.#isStopping = true;
    this.#cancelTimer();
    const frames = this.#heardFrames();
    const failure = await flushAll(this.line.sockets);
    this.#end({ ...(failure ?? ending), frames });
  }

  #queuedMs(): number {
    return Math.max(0, this.#emptyAt - this.line.clock.now());
  }

  #heardFrames(): number {
    return Math.max(0, this.#sent - Math.ceil(this.#queuedMs() / FRAME_MS));
  }

  #end({ frames = this.#heardFrames(), ...ending }: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    this.line.onOver();
    this.#finish(this.line.verdict({ ...ending, playedMs: frames * FRAME_MS }));
  }
}
