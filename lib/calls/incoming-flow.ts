import type { EndReason } from "@/lib/contract/call";
import { CallClosedError, GatewayConnectionError, GatewayError } from "@/lib/telephony/gateway-errors";
import { describeFailure } from "./command-error";
import { CLIP_LIMIT_MS, END_ATTEMPTS, OUTCOME_LIMIT_MS, RETRY_PAUSE_MS } from "./constants";
import { type CallLine, pause, within } from "./line";
import type { ModeControl } from "./mode-control";
import { Ring } from "./ring";
import type { ClipSource } from "./types";

type Clip = Awaited<ReturnType<ClipSource["clipFor"]>>;

/** What the flow asks of the call's owner. */
export type FlowOwner = {
  /** Resolves once the call is within reach, at the latest after `limitMs`. */
  untilMonitored: (limitMs: number) => Promise<void>;
  /** Says why the end that comes now is wanted; null: it is not wanted any more. */
  intendEnd: (reason: EndReason | null) => void;
  /** The gateway cannot be made to end it; the call is over for us. */
  giveUp: (reason: EndReason) => void;
};

/** One incoming call: answer, greet, ring the agent, spy; or an apology and the end. Every step survives a hang-up. */
export class IncomingFlow {
  readonly #connected = new AbortController();
  /** CONNECTED or over: nothing more may be said to the caller, and nobody be hung up on. */
  readonly #settled: AbortSignal;
  #attempt = 0;

  constructor(private readonly parts: { line: CallLine; modes: ModeControl; owner: FlowOwner }) {
    this.#settled = AbortSignal.any([parts.line.over, this.#connected.signal]);
  }

  /** Which ring this is, from 1; 1 also before the first. */
  get attempt(): number {
    return Math.max(1, this.#attempt);
  }

  /** Takes the call from the state it is in to spy. Never rejects for anything a gateway may do. */
  async run(): Promise<void> {
    const { call } = this.parts.line;
    const watch = () => call.state === "CONNECTED" && this.#connected.abort();
    const stopWatching = call.on("state", watch);
    watch();
    try {
      await this.#run();
    } finally {
      stopWatching();
    }
  }

  async #run(): Promise<void> {
    const { line, modes } = this.parts;
    const { greetingText } = line.deps.settings;
    const greeting = line.call.state === "CONNECTED" ? null : this.#synthesise(greetingText);
    if (line.call.state === "PENDING" && !(await this.#answer())) return;
    if (line.call.state === "ANSWERED" && greeting) {
      await this.#greet({ greeting, text: greetingText });
      if (!(await this.#connect())) return;
    }
    if (!line.over.aborted) await modes.settle();
  }

  async #answer(): Promise<boolean> {
    const { line, owner } = this.parts;
    try {
      await line.call.answer();
      return true;
    } catch (error) {
      await this.#learnOutcome(error);
      if (line.over.aborted) return false;
      if (line.call.state !== "PENDING") return true;
      line.publish({ type: "call.answer_failed", callId: line.callId, ...describeFailure(error) });
      if (!(await this.#end("answer-failed"))) owner.giveUp("answer-failed");
      return this.#connected.signal.aborted;
    }
  }

  async #greet({ greeting, text }: { greeting: Promise<Clip | null>; text: string }): Promise<void> {
    const playedMs = await this.#say(await greeting, "greeting");
    const { callId, publish } = this.parts.line;
    if (playedMs !== null) publish({ type: "call.greeted", callId, text, playedMs });
  }

  /** @returns whether the agent is on the phone. */
  async #connect(): Promise<boolean> {
    const { line } = this.parts;
    const { connectAttempts, apologyText } = line.deps.settings;
    const parts = { line, settled: this.#settled, learnOutcome: (error: unknown) => this.#learnOutcome(error) };
    let reason: EndReason = "error";
    while (!this.#settled.aborted) {
      this.#attempt += 1;
      const error = await new Ring(parts).run();
      if (error === null) return !line.over.aborted;
      const isUnanswered = error instanceof GatewayError && error.code === "CALL_UNANSWERED";
      const isWorthRetrying = isUnanswered || (error instanceof GatewayError && error.retryable);
      const willRetry = isWorthRetrying && this.#attempt < connectAttempts;
      const about = { attempt: this.#attempt, ...describeFailure(error), willRetry };
      line.publish({ type: "call.connect_failed", callId: line.callId, ...about });
      reason = isUnanswered ? "unanswered" : "error";
      if (!willRetry) break;
      if (!isUnanswered) await pause({ deps: line.deps, over: this.#settled }, RETRY_PAUSE_MS);
    }
    if (this.#settled.aborted) return !line.over.aborted;
    const playedMs = await this.#say(await this.#synthesise(apologyText), "apology");
    if (playedMs !== null) line.publish({ type: "call.apologised", callId: line.callId, text: apologyText, playedMs });
    await this.#end(reason);
    return this.#connected.signal.aborted && !line.over.aborted;
  }

  /** Where the answer was lost with the connection, the state found on the way back tells it. */
  async #learnOutcome(error: unknown): Promise<void> {
    if (error instanceof GatewayConnectionError) await this.parts.owner.untilMonitored(OUTCOME_LIMIT_MS);
  }

  /** @returns null where there is no speech, which is published; never rejects. */
  async #synthesise(text: string): Promise<Clip | null> {
    const { line } = this.parts;
    try {
      const work = line.deps.clips.clipFor(text);
      return await within(line, { work, limitMs: CLIP_LIMIT_MS, what: "the synthesis" });
    } catch (error) {
      const message = `no speech for the caller: ${describeFailure(error).message}`.slice(0, 300);
      if (!line.over.aborted)
        line.publish({ type: "call.faulted", callId: line.callId, code: "SYNTHESIS_FAILED", message });
      return null;
    }
  }

  /** To the caller, before there is an agent. @returns milliseconds heard; null where it was not heard to its end. */
  async #say(clip: Clip | null, what: "greeting" | "apology"): Promise<number | null> {
    const { line } = this.parts;
    if (!clip || this.#settled.aborted) return null;
    const result = await line.call.play({ samples: clip.samples, mode: null, signal: this.#settled });
    if (result.outcome === "played") return result.playedMs;
    const message = `the ${what} was not heard to its end: ${result.message ?? result.outcome}`.slice(0, 300);
    if (!this.#settled.aborted)
      line.publish({ type: "call.faulted", callId: line.callId, code: result.code ?? "NOT_PLAYED", message });
    return null;
  }

  /** @returns whether the gateway took it, or an agent picked up meanwhile and it is not wanted any more. */
  async #end(reason: EndReason): Promise<boolean> {
    const { line, owner } = this.parts;
    for (let attempt = 1; attempt <= END_ATTEMPTS && !line.over.aborted; attempt++) {
      if (attempt > 1) await pause(line, RETRY_PAUSE_MS);
      await owner.untilMonitored(OUTCOME_LIMIT_MS);
      if (this.#settled.aborted) break;
      owner.intendEnd(reason);
      try {
        await line.call.disconnect();
        return true;
      } catch (error) {
        if (error instanceof CallClosedError) return true;
        line.publish({ type: "call.faulted", callId: line.callId, ...describeFailure(error) });
      }
    }
    if (this.#connected.signal.aborted) owner.intendEnd(null);
    return this.#settled.aborted;
  }
}
