import { toFrames } from "@/lib/audio/frame";
import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { PlayRequest, PlayResult } from "@/lib/telephony/gateway";
import { GatewayError } from "@/lib/telephony/gateway-errors";
import type { MediaSocket } from "./media-socket";

/** Frames that are in Asterisk ahead of the ear: what a stall of our process may last. Flushed on an interrupt. */
const LEAD_FRAMES = 10;
/** After the last frame was due. */
export const DRAIN_LIMIT_MS = 2_000;
/** Its queue holds 20 s; a pause of that length says that it is not being emptied at all. */
const PAUSE_LIMIT_MS = 20_000;

type Ending = Omit<PlayResult, "playedMs"> & { frames?: number };

/** What a clip needs of a party's media connection. */
export type ClipSocket = Pick<MediaSocket, "sendFrame" | "flush" | "drained" | "status" | "terminate">;

export type PlayoutLine = {
  clock: Clock;
  logger: Logger;
  /** Of the parties that hear the clip, and of nobody else. */
  sockets: readonly ClipSocket[];
  /** Why nothing may be played for this mode now; null: confirmed. Asked before each frame. */
  doubt: () => { code: string; message: string } | null;
};

/**
 * One clip on its way out, paced to real time: Asterisk's queue never drains faster, so a backlog would stay. Over when
 * Asterisk says that its queue is empty; once over, nothing more is sent.
 */
export class Playout {
  readonly result: Promise<PlayResult>;
  readonly #frames: Int16Array[];
  #finish: (result: PlayResult) => void = () => {};
  #isOver = false;
  #isStopping = false;
  #sent = 0;
  #startedAt = 0;
  #pausedAt: number | null = null;
  #cancelTimer: () => void = () => {};
  #cancelPause: () => void = () => {};
  readonly #onAbort = () => void this.#stop({ outcome: "interrupted", code: null, message: null });

  constructor(
    private readonly request: PlayRequest,
    private readonly line: PlayoutLine,
  ) {
    this.#frames = toFrames(request.samples);
    this.result = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  start(): void {
    const { signal } = this.request;
    const ending = this.#endingAtOnce();
    if (ending) {
      this.#end(ending);
      return;
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#startedAt = this.line.clock.now();
    this.#pump();
  }

  /** The confirmed mode, or what a party does, changed. */
  recheck(): void {
    const doubt = this.#isOver || this.#isStopping ? null : this.line.doubt();
    if (doubt) void this.#stop({ outcome: "refused", ...doubt });
  }

  /** The way out or the call is gone: what was heard is only known roughly. */
  lost(reason: { code: string; message: string }): void {
    if (this.#isOver) return;
    // What is queued would still be spoken, and nobody knows any more to whom.
    for (const socket of this.line.sockets) socket.flush();
    this.#end({ outcome: "failed", ...reason });
  }

  /** Asterisk's queue is full, or takes frames again. */
  flow(isOpen: boolean): void {
    const now = this.line.clock.now();
    if (!isOpen && this.#pausedAt === null) {
      this.#pausedAt = now;
      const stuck = { outcome: "failed", code: "TIMEOUT", message: "Asterisk took no more audio" } as const;
      this.#cancelPause = this.line.clock.after(PAUSE_LIMIT_MS, () => void this.#stop(stuck));
    } else if (isOpen) this.#cancelPause();
    if (isOpen && this.#pausedAt !== null) {
      this.#startedAt += now - this.#pausedAt;
      this.#pausedAt = null;
    }
  }

  #endingAtOnce(): Ending | null {
    if (this.request.signal?.aborted) return { outcome: "interrupted", code: null, message: null };
    const doubt = this.line.doubt();
    if (doubt) return { outcome: "refused", ...doubt };
    return this.#frames.length === 0 ? { outcome: "played", code: null, message: null } : null;
  }

  #pump(): void {
    if (this.#isOver || this.#isStopping) return;
    const elapsed = this.line.clock.now() - this.#startedAt;
    const due = this.#pausedAt === null ? Math.floor(elapsed / FRAME_MS) + LEAD_FRAMES : 0;
    while (this.#sent < Math.min(due, this.#frames.length)) if (!this.#sendNext()) return;
    if (this.#sent >= this.#frames.length) void this.#drain();
    else this.#cancelTimer = this.line.clock.after(FRAME_MS, () => this.#pump());
  }

  #sendNext(): boolean {
    this.recheck();
    const frame = this.#frames[this.#sent];
    if (!frame || this.#isOver || this.#isStopping) return false;
    if (!this.line.sockets.every((socket) => socket.sendFrame(frame))) {
      this.lost({ code: "CONNECTION_LOST", message: "the media connection is gone" });
      return false;
    }
    this.#sent += 1;
    if (this.#sent === 1) this.#tellStarted();
    return true;
  }

  #tellStarted(): void {
    try {
      this.request.onStarted?.();
    } catch (error) {
      this.line.logger.error({ err: error }, "onStarted of a clip failed");
    }
  }

  async #drain(): Promise<void> {
    const leftMs = this.#startedAt + this.#frames.length * FRAME_MS - this.line.clock.now();
    this.#cancelTimer = this.line.clock.after(Math.max(0, leftMs) + DRAIN_LIMIT_MS, () => {
      void this.#stop({ outcome: "failed", code: "TIMEOUT", message: "Asterisk did not finish the clip in time" });
    });
    try {
      await Promise.all(this.line.sockets.map((socket) => socket.drained()));
      this.#end({ outcome: "played", code: null, message: null, frames: this.#frames.length });
    } catch (error) {
      // A flush is ours, and says itself how the clip ends.
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

  #heardFrames(): number {
    if (this.#sent === 0) return 0;
    const until = this.#pausedAt ?? this.line.clock.now();
    return Math.min(this.#sent, Math.ceil((until - this.#startedAt) / FRAME_MS));
  }

  #end({ frames = this.#heardFrames(), ...ending }: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    this.#cancelPause();
    this.request.signal?.removeEventListener("abort", this.#onAbort);
    const clipMs = (this.request.samples.length * FRAME_MS) / FRAME_SAMPLES;
    this.#finish({ ...ending, playedMs: Math.round(Math.min(clipMs, frames * FRAME_MS)) });
  }
}

/**
 * Throws away what waits in Asterisk on all of these.
 * @returns null once Asterisk has done so, else how what was being played ends; the connections are then gone.
 */
export async function flushAll(sockets: readonly ClipSocket[]): Promise<Omit<PlayResult, "playedMs"> | null> {
  for (const socket of sockets) socket.flush();
  try {
    await Promise.all(sockets.map((socket) => socket.status()));
    return null;
  } catch (error) {
    // An answer that comes late would be taken for the next one's.
    for (const socket of sockets) socket.terminate();
    const message = `the interrupt was not confirmed: ${reasonOf(error).message}`;
    return { outcome: "failed", code: "INTERRUPT_FAILED", message };
  }
}

export function reasonOf(error: unknown): { code: string; message: string } {
  if (error instanceof GatewayError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : "unknown" };
}
