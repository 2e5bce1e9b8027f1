import { randomUUID } from "node:crypto";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import type { Mode } from "@/lib/contract/call";
import type { SpeakFrame } from "@/lib/contract/headset";
import type { SpeakFault } from "@/lib/contract/speaking";
import type { LiveVoice, PlayResult } from "@/lib/telephony/gateway";
import { CUT_LIMIT_MS, DRAIN_LIMIT_MS, SILENT_LINE_MS } from "./constants";
import { FrameGate } from "./frame-gate";
import { settledWithin } from "./line";
import { type Closing, closedBefore, closedBy, GRACEFUL, wordsOf } from "./speaking-end";
import { mustBeAbleToSpeak, type SpeakingParts, type SpeakingRequest } from "./speaking-parts";
import { followProgress } from "./speaking-progress";
import { recordOf } from "./speaking-record";
import { watchLine } from "./voice-watch";
import { pushTone } from "./whisper-tone";

/**
 * One supervisor's microphone on one call, from the key pressed until the mode is what it was before. Nothing of it is sent but
 * in its own, confirmed mode; on any doubt it is cut, and the call brought into spy.
 */
export class Speaking {
  /** Resolves once its record is published and the mode went back. Never rejects. */
  readonly over: Promise<void>;
  /** Resolves once its record is published, if there is one. */
  told: Promise<void> = Promise.resolve();
  #resolveOver: () => void = () => {};
  /** Its frames' number is only this process's. */
  readonly #recordId = randomUUID();
  #voice: LiveVoice | null = null;
  #gate: FrameGate | null = null;
  /** Published as started. */
  #isStarted = false;
  #isTold = false;
  /** Its number is out; its frames are taken, and its end is told to whoever asked for it. */
  #isHandedOut = false;
  #closing: Closing | null = null;
  #hasStrayed = false;
  #isInDoubt = false;
  #modeBefore: Mode | null = null;
  #sentMs = 0;
  #toneMs = 0;
  #lastFrameAt = 0;
  #stopWatching: (() => void)[] = [];

  constructor(
    readonly request: SpeakingRequest,
    private readonly parts: SpeakingParts,
  ) {
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  /** Somebody may hear it now. */
  get isOpen(): boolean {
    return this.#isStarted && this.#closing === null;
  }

  /** Has the mode confirmed and opens the voice. @throws AppError, GatewayError; everything is as before then, or in spy */
  async open(): Promise<void> {
    const { line, modes } = this.parts;
    try {
      const tone = await modes.alone(() => this.#open());
      if (tone) await pushTone({ line, tone, isOpen: () => this.isOpen, push: (frame) => this.#pushTone(frame) });
      this.#mustGoOn();
    } catch (error) {
      this.close({ reason: "gateway", detail: null });
      // Before it was started there is nothing to tell, and `#open` brought the mode back.
      if (!this.#isStarted) this.#resolveOver();
      throw error;
    }
    this.#isHandedOut = true;
    this.#gate = new FrameGate({ clock: line.deps.clock, ...this.request });
    this.#awaitFrames();
    this.#followProgress();
  }

  /** A record of it is still to come. */
  get isUntold(): boolean {
    return this.#isStarted && !this.#isTold;
  }

  /** Its speaker let go before it was open. */
  get wasLetGo(): boolean {
    return this.#closing !== null && GRACEFUL.includes(this.#closing.reason);
  }

  /** Fifty times a second: neither waits nor throws. @returns why it was not taken, or null */
  frame(frame: SpeakFrame): SpeakFault | null {
    const { line, modes } = this.parts;
    if (!this.isOpen || !this.#voice || !this.#gate) return "NOT_SPEAKING";
    const fault = this.#gate.check(frame);
    if (fault) return fault;
    // Between a change and the event that tells of it there may be frames.
    if (line.call.mode !== this.request.mode || modes.confirmed !== this.request.mode) return "MODE_MISMATCH";
    this.#lastFrameAt = line.deps.clock.now();
    if (this.#voice.push(frame.samples)) this.#sentMs += FRAME_MS;
    return null;
  }

  /** The mode in which it speaks is to stay, when it ends. */
  stay(): void {
    this.#modeBefore = this.request.mode;
  }

  /** Closes the microphone at once; the first reason counts. What was spoken before a person let go is still heard. */
  close(closing: Closing): void {
    if (this.#closing) return;
    this.#closing = closing;
    this.request.onShut();
    if (!this.#isStarted) return;
    if (GRACEFUL.includes(closing.reason)) this.#voice?.end();
    else this.#voice?.cut();
    this.told = this.#tell();
    void this.parts.modes
      .alone(async () => {
        await this.told;
        await this.#goBack();
      })
      .finally(this.#resolveOver);
    this.#sayClosed(closing);
  }

  /** The service stops: closed, and told with what is known. */
  abandon(): void {
    this.close({ reason: "earshot-stopped", detail: null });
    if (this.isUntold) this.#publishEnd(null);
  }

  async #open(): Promise<Int16Array | null> {
    const { line, modes, tone } = this.parts;
    const { mode, by } = this.request;
    this.#mustGoOn();
    mustBeAbleToSpeak({ line, mode });
    const wantedTone = mode === "whisper" ? tone.wanted() : Promise.resolve(null);
    this.#modeBefore = line.call.mode;
    try {
      await modes.change({ mode, by, isPassing: true });
      const told = await wantedTone;
      this.#mustGoOn();
      await this.#openVoice();
      return told;
    } catch (error) {
      this.#voice?.cut();
      this.#unwatch();
      if (!this.#isStarted) await this.#goBack();
      throw error;
    }
  }

  async #openVoice(): Promise<void> {
    const { line, modes } = this.parts;
    const { mode, by } = this.request;
    this.#stopWatching = watchLine({
      ...{ call: line.call, mode, cut: (closing) => this.#cut(closing) },
      onStray: () => {
        this.#hasStrayed = true;
      },
    });
    // Nobody watched while the mode was being confirmed.
    mustBeAbleToSpeak({ line, mode });
    this.#mustBeInMode();
    const voice = line.call.speak({ mode });
    this.#voice = voice;
    // What is refused on the spot never began.
    const refusal = await Promise.race([voice.result, Promise.resolve(null)]);
    if (refusal) this.close(closedBy(refusal));
    this.#mustGoOn();
    this.#mustBeInMode();
    modes.lend(mode);
    this.#isStarted = true;
    line.publish({ type: "speaking.started", callId: line.callId, speakingId: this.#recordId, mode, by });
    void voice.result.then((result) => this.close(closedBy(result)));
  }

  /** Also what is still heard of one that was let go. */
  #cut(closing: Closing): void {
    this.close(closing);
    this.#voice?.cut();
  }

  #pushTone(frame: Int16Array): void {
    if (this.#voice?.push(frame)) this.#toneMs += FRAME_MS;
  }

  #unwatch(): void {
    for (const stop of this.#stopWatching.splice(0)) stop();
  }

  /** Asks again only when the time is up: a timer for each frame would be renewed fifty times a second. */
  #awaitFrames(): void {
    const { clock } = this.parts.line.deps;
    this.#lastFrameAt = clock.now();
    const check = () => {
      if (!this.isOpen) return;
      const leftMs = this.#lastFrameAt + SILENT_LINE_MS - clock.now();
      if (leftMs <= 0) this.close({ reason: "silent-line", detail: null });
      else this.#stopWatching.push(clock.after(leftMs, check));
    };
    this.#stopWatching.push(clock.after(SILENT_LINE_MS, check));
  }

  #followProgress(): void {
    const { line } = this.parts;
    const said = { type: "speaking.progressed", callId: line.callId, speakingId: this.#recordId } as const;
    this.#stopWatching.push(
      followProgress({
        ...{ clock: line.deps.clock, isOpen: () => this.isOpen, takenMs: () => this.#sentMs },
        tell: (spokenMs) => line.publish({ ...said, spokenMs }),
      }),
    );
  }

  async #tell(): Promise<void> {
    const { line } = this.parts;
    const voice = this.#voice;
    if (!voice) return this.#publishEnd(null);
    let result: PlayResult | null = null;
    if (this.wasLetGo) result = await settledWithin(line, { work: voice.result, limitMs: DRAIN_LIMIT_MS });
    voice.cut();
    result ??= await settledWithin(line, { work: voice.result, limitMs: CUT_LIMIT_MS });
    this.#publishEnd(result);
  }

  #publishEnd(result: PlayResult | null): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#unwatch();
    const { line } = this.parts;
    if (!result || result.outcome === "refused" || result.outcome === "failed") this.#isInDoubt = true;
    const said = { sentMs: this.#sentMs, toneMs: this.#toneMs, hasStrayed: this.#hasStrayed };
    const [speakingId, closing] = [this.#recordId, this.#closing ?? closedBy(result)];
    line.publish(recordOf({ line, speakingId, request: this.request, closing, result, said }));
  }

  async #goBack(): Promise<void> {
    const { modes } = this.parts;
    modes.lend(null);
    const reason = this.#closing?.reason;
    if (this.#closing?.keepsMode) return;
    const isInDoubt =
      this.#isInDoubt || this.#hasStrayed || !reason || reason === "gateway" || reason === "mode-changed";
    await modes.goBack(isInDoubt ? "spy" : (this.#modeBefore ?? "spy"));
    void modes.settle();
  }

  #mustGoOn(): void {
    if (this.#closing) throw closedBefore(this.#closing);
  }

  #mustBeInMode(): void {
    const { mode } = this.parts.line.call;
    if (mode !== this.request.mode)
      this.close({ reason: "mode-changed", detail: `The call is in ${mode ?? "an unknown mode"}.` });
    this.#mustGoOn();
  }

  #sayClosed(closing: Closing): void {
    if (!this.#isHandedOut) return;
    const { speakingId, onClosed } = this.request;
    try {
      onClosed({ speakingId, reason: closing.reason, message: wordsOf(closing) });
    } catch (error) {
      this.parts.line.deps.logger.error(
        { err: error, callId: this.parts.line.callId },
        "a closed microphone was not told",
      );
    }
  }
}
