import { type WhisperWait, whisperWaitSchema } from "@/lib/contract/coaching";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { Clock } from "@/lib/platform/clock";
import type { CoachingSettings } from "./constants";

/** Why nothing may be spoken for now, however long that takes. */
export type Hold = Exclude<WhisperWait, "gap">;
type Waiting = {
  /** Does not wait for a gap in speech; a hold is waited out all the same. */
  force: boolean;
  signal: AbortSignal;
  /** Told at the start and at every change what is waited for. */
  onReason: (reason: WhisperWait) => void;
};

/**
 * Moments in which the agent can listen: no hold, and a gap in their speech, as voice activity tells it. Never heard counts as
 * silent. Speech can be spoken over, so a gap is waited for only so long; a hold has no limit.
 */
export class AgentPause {
  #speaking = false;
  #silentSince = Number.NEGATIVE_INFINITY;
  #cancelCheck: (() => void) | null = null;
  readonly #holds = new Set<Hold>();
  /** Open microphones of supervisors; handing over, the next may open before the last one's end is told. */
  readonly #voices = new Set<string>();
  readonly #waiters = new Set<() => void>();

  constructor(
    private readonly deps: { clock: Clock; settings: Pick<CoachingSettings, "pauseMs" | "maxPauseWaitMs"> },
  ) {}

  /** @returns what a whisper would have to wait for now; null: nothing. */
  reason({ force }: { force: boolean }): WhisperWait | null {
    const hold = whisperWaitSchema.options.find((option) => option !== "gap" && this.#holds.has(option));
    if (hold) return hold;
    return force || this.#isSilent ? null : "gap";
  }

  has(hold: Hold): boolean {
    return this.#holds.has(hold);
  }

  apply(event: DomainEvent): void {
    if (event.type === "voice.started" && event.party === "agent") this.started();
    else if (event.type === "voice.ended" && event.party === "agent") this.ended();
    else if (event.type === "call.hold_changed" && event.party === "agent") this.hold("hold", event.isHeld);
    else if (event.type === "whispers.paused") this.hold("agent-paused", event.isPaused);
    else if (event.type === "speaking.started") this.#voices.add(event.speakingId);
    else if (event.type === "speaking.ended") this.#voices.delete(event.speakingId);
    // No voice of ours outlives the connection, whether or not its end is told.
    else if (event.type === "call.monitoring_changed" && event.monitoring !== "monitored") this.#voices.clear();
    if (this.has("speaker") !== this.#voices.size > 0) this.hold("speaker", this.#voices.size > 0);
  }

  started(): void {
    this.#speaking = true;
    this.#cancelCheck?.();
    this.#cancelCheck = null;
    this.#tell();
  }

  /** The gap is counted from when we learn of it: voice activity itself waits before it calls a silence one. */
  ended(): void {
    this.#speaking = false;
    this.#silentSince = this.deps.clock.now();
    this.#checkLater();
  }

  hold(reason: Hold, isHolding: boolean): void {
    if (isHolding) this.#holds.add(reason);
    else this.#holds.delete(reason);
    this.#tell();
    if (!this.#speaking) this.#checkLater();
  }

  /** Resolves when the whisper may be spoken: nothing to wait for, or a gap waited for long enough; or aborted. Never rejects. */
  wait({ force, signal, onReason }: Waiting): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let told: WhisperWait | null = null;
      let cancelLimit: (() => void) | null = null;
      const done = () => {
        cancelLimit?.();
        signal.removeEventListener("abort", done);
        this.#waiters.delete(look);
        resolve();
      };
      const look = () => {
        const reason = this.reason({ force });
        if (!reason) return done();
        if (reason !== "gap") {
          cancelLimit?.();
          cancelLimit = null;
        } else cancelLimit ??= this.deps.clock.after(this.deps.settings.maxPauseWaitMs, done);
        if (reason === told) return;
        told = reason;
        onReason(reason);
      };
      signal.addEventListener("abort", done);
      this.#waiters.add(look);
      look();
      if (!this.#speaking) this.#checkLater();
    });
  }

  get #isSilent(): boolean {
    return !this.#speaking && this.deps.clock.now() - this.#silentSince >= this.deps.settings.pauseMs;
  }

  #tell(): void {
    for (const look of [...this.#waiters]) look();
  }

  #checkLater(): void {
    this.#cancelCheck?.();
    const { clock, settings } = this.deps;
    this.#cancelCheck = clock.after(Math.max(0, this.#silentSince + settings.pauseMs - clock.now()), () => {
      this.#cancelCheck = null;
      this.#tell();
    });
  }
}
