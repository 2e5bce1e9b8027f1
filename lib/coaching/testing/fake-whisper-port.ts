import type { WhisperProof } from "@/lib/contract/coaching";
import type { Clock } from "@/lib/platform/clock";
import type { WhisperOutcome, WhisperPort, WhisperRequest } from "../whisper-port";

export type WhisperScript = {
  /** From the request to the first sample in confirmed mode. */
  confirmMs: number;
  /** From the first sample to the end; default: the length of the clip. */
  playMs?: number;
  /** Mode not confirmed: nothing is sent. */
  failure?: string;
  /** A person is about to speak: nothing is sent. */
  isBusy?: boolean;
  /** Breaks its promise. */
  rejects?: boolean;
  /** Ignores even an abort. */
  hangs?: boolean;
};

/** Scripted whispers on the given clock. Like the real port: honours the abort, reports proof, one script entry a whisper. */
export class FakeWhisperPort implements WhisperPort {
  readonly requests: WhisperRequest[] = [];
  readonly script: WhisperScript[] = [];
  /** Whispers going on; more than one would be a fault of the caller. */
  active = 0;
  mostActive = 0;

  constructor(private readonly deps: { clock: Clock }) {}

  async whisper(request: WhisperRequest): Promise<WhisperOutcome> {
    this.requests.push(request);
    const script = this.script.shift() ?? { confirmMs: 0 };
    this.active += 1;
    this.mostActive = Math.max(this.mostActive, this.active);
    try {
      return await this.#play(request, script);
    } finally {
      this.active -= 1;
    }
  }

  async #play(request: WhisperRequest, script: WhisperScript): Promise<WhisperOutcome> {
    if (script.rejects) throw new Error("broken port");
    if (script.hangs) return new Promise(() => undefined);
    await this.#wait(script.confirmMs, request.signal);
    if (request.signal.aborted) return { outcome: "interrupted", detail: "stopped before audio", proof: proof(0) };
    if (script.isBusy) return { outcome: "failed", detail: "Ben is speaking.", proof: proof(0), isBusy: true };
    if (script.failure) return { outcome: "failed", detail: script.failure, proof: proof(0) };
    request.onSpeaking();
    const started = this.deps.clock.now();
    await this.#wait(script.playMs ?? request.samples.length / 16, request.signal);
    const playedMs = this.deps.clock.now() - started;
    return request.signal.aborted
      ? { outcome: "interrupted", detail: "stopped", proof: proof(playedMs) }
      : { outcome: "spoken", detail: null, proof: proof(playedMs) };
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}

function proof(playedMs: number): WhisperProof {
  return {
    modeBefore: "spy",
    modeDuring: playedMs > 0 ? "whisper" : null,
    modeAfter: "spy",
    callerClear: true,
    playedMs,
  };
}
