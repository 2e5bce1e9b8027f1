import type { Actor } from "@/lib/contract/call";
import { isFinal, type WhisperWait } from "@/lib/contract/coaching";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { AgentPause } from "./agent-pause";
import type { ClipMaker } from "./clip-maker";
import type { CoachingSettings } from "./constants";
import { assertMay } from "./state";
import type { Entry, SuggestionBook } from "./suggestion-book";
import type { PlayableClip } from "./types";
import type { WhisperOutcome, WhisperPort } from "./whisper-port";

type Cut = { state: "interrupted" | "failed"; actor: Actor; detail: string; settleMs: number };
type Report = Omit<WhisperOutcome, "proof"> & { proof: WhisperOutcome["proof"] | null };
type Job = {
  entry: Entry;
  by: Actor;
  force: boolean;
  abort: AbortController;
  /** Why it was stopped, if it was. */
  cut: Cut | null;
  /** Ends the wait for a port that does not report; null until the clip has been handed to the port. */
  giveUp: (() => void) | null;
  done: Promise<void>;
  settle: () => void;
};
type Deps = {
  callId: CallId;
  book: SuggestionBook;
  clips: ClipMaker;
  pause: AgentPause;
  whispers: WhisperPort;
  clock: Clock;
  logger: Logger;
  settings: CoachingSettings;
};

const system: Actor = { kind: "system" };
const gateway: Actor = { kind: "gateway" };

/** Speaks what was approved, one at a time, in the order of approval. When the agent can listen nothing here waits. */
export class DeliveryQueue {
  readonly #waiting: Job[] = [];
  #current: Job | null = null;
  /** What the current one waits for, and all those behind it. */
  #reason: WhisperWait | null = null;

  constructor(private readonly deps: Deps) {}

  add(approved: { entry: Entry; by: Actor; force: boolean }): void {
    let settle: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const job = { ...approved, abort: new AbortController(), cut: null, giveUp: null, done, settle };
    this.#waiting.push(job);
    this.#next();
    if (this.#current !== job) this.#show(job);
  }

  /** @throws AppError WRONG_STATE where there is nothing to interrupt. */
  async interrupt({ entry, by, detail }: { entry: Entry; by: Actor; detail: string }): Promise<void> {
    assertMay({ suggestion: entry.suggestion, to: "interrupted" });
    const job = this.#jobs().find((candidate) => candidate.entry === entry);
    if (!job) return;
    const { settleMs, interruptAnswerMs } = this.deps.settings;
    this.#cut(job, { state: "interrupted", actor: by, detail, settleMs });
    if (isFinal(entry.suggestion.state)) return;
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(interruptAnswerMs, resolve);
      void job.done.then(resolve).finally(cancel);
    });
  }

  /** The call is gone: whatever was approved fails with this reason. */
  failAll(detail: string): void {
    const settleMs = this.deps.settings.settleAfterEndMs;
    for (const job of this.#jobs()) this.#cut(job, { state: "failed", actor: system, detail, settleMs });
  }

  #jobs(): Job[] {
    return this.#current ? [this.#current, ...this.#waiting] : [...this.#waiting];
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#current = job;
    void this.#deliver(job)
      .catch((error: unknown) => {
        this.deps.logger.error({ err: error, callId: this.deps.callId }, "whisper delivery failed unexpectedly");
        this.#fail(job, "Something went wrong; nothing more was sent.");
      })
      .then(() => {
        job.settle();
        this.#current = null;
        this.#next();
      });
  }

  async #deliver(job: Job): Promise<void> {
    if (isFinal(job.entry.suggestion.state)) return;
    const clip = job.entry.clip ?? (await this.#makeClip(job));
    if (!clip || isFinal(job.entry.suggestion.state)) return;
    for (;;) {
      if (this.deps.pause.reason(job)) await this.#waitFor(job);
      if (isFinal(job.entry.suggestion.state)) return;
      const report = await this.#speak(job, clip);
      if (!report.isBusy || job.cut) return this.#finish(job, report);
      job.giveUp = null;
      await this.#waitForTurn(job);
    }
  }

  async #waitFor({ force, abort: { signal } }: Job): Promise<void> {
    const { pause } = this.deps;
    const onReason = (reason: WhisperWait) => this.#showAll(reason);
    // Between the end of a wait and its promise a hold may have begun.
    do await pause.wait({ force, signal, onReason });
    while (!signal.aborted && pause.reason({ force: true }));
    this.#showAll(null);
  }

  /** A microphone is being opened, of which nothing is told until its mode is confirmed, or refused. */
  async #waitForTurn({ abort: { signal } }: Job): Promise<void> {
    this.#showAll("speaker");
    await new Promise<void>((resolve) => {
      const cancel = this.deps.clock.after(this.deps.settings.busyRetryMs, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
    if (!this.deps.pause.has("speaker")) this.#showAll(null);
  }

  #showAll(reason: WhisperWait | null): void {
    this.#reason = reason;
    for (const job of this.#jobs()) this.#show(job);
  }

  #show({ entry }: Job): void {
    if (isFinal(entry.suggestion.state) || entry.suggestion.waitingFor === this.#reason) return;
    this.deps.book.patch(entry, { waitingForPause: this.#reason !== null, waitingFor: this.#reason });
  }

  /** An automatic approval does not wait for its clip; the delivery does. */
  async #makeClip(job: Job): Promise<PlayableClip | null> {
    try {
      return await (job.entry.making ?? this.deps.clips.prepare({ entry: job.entry, book: this.deps.book }));
    } catch {
      this.#fail(job, job.entry.suggestion.clipError ?? "There is no audio for it.");
      return null;
    }
  }

  async #speak(job: Job, clip: PlayableClip): Promise<Report> {
    const { clock, settings } = this.deps;
    const cancelLimit = clock.after(clip.durationMs + settings.whisperSlackMs, () =>
      this.#cut(job, {
        state: "failed",
        actor: system,
        detail: "The telephone system did not finish in time.",
        settleMs: settings.settleMs,
      }),
    );
    const abandoned = new Promise<Report>((resolve) => {
      job.giveUp = () => resolve({ outcome: "failed", detail: "The telephone system did not report.", proof: null });
    });
    return Promise.race([this.#ask(job, clip), abandoned]).finally(cancelLimit);
  }

  /** The port promises not to reject; should it, that is a failure like another. */
  async #ask(job: Job, clip: PlayableClip): Promise<Report> {
    const { callId, whispers, logger } = this.deps;
    try {
      return await whispers.whisper({
        callId,
        samples: clip.samples,
        by: job.by,
        signal: job.abort.signal,
        onSpeaking: () => this.#speaking(job),
      });
    } catch (error) {
      logger.error({ err: error, callId }, "whisper port rejected");
      return { outcome: "failed", detail: "The whisper could not be sent.", proof: null };
    }
  }

  #speaking(job: Job): void {
    const { state } = job.entry.suggestion;
    if (state === "approved" || state === "edited")
      this.deps.book.step(job.entry, { state: "speaking", actor: gateway });
  }

  /** What the port reports counts: a whisper that was cut but had been heard to its end is `spoken`. */
  #finish(job: Job, { outcome, detail, proof }: Report): void {
    const { book } = this.deps;
    if (isFinal(job.entry.suggestion.state)) return;
    if (outcome === "spoken") {
      this.#speaking(job);
      book.step(job.entry, { state: "spoken", actor: gateway, patch: { proof } });
      return;
    }
    const { cut } = job;
    const state = outcome === "interrupted" ? (cut?.state ?? "interrupted") : "failed";
    const why = cut && cut.state === state ? cut.detail : detail;
    book.step(job.entry, { state, actor: cut?.actor ?? gateway, detail: why, patch: { proof } });
  }

  #cut(job: Job, cut: Cut): void {
    if (job.cut) return;
    job.cut = cut;
    job.abort.abort();
    const { giveUp } = job;
    if (giveUp) {
      const cancel = this.deps.clock.after(cut.settleMs, giveUp);
      void job.done.then(cancel);
    } else this.deps.book.step(job.entry, { state: cut.state, actor: cut.actor, detail: cut.detail });
  }

  #fail(job: Job, detail: string): void {
    if (isFinal(job.entry.suggestion.state)) return;
    this.deps.book.step(job.entry, { state: "failed", actor: system, detail });
  }
}
