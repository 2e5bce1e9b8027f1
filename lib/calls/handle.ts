import {
  type Actor,
  type CallInfo,
  type CallState,
  type EndReason,
  LEFT_CALL_KEPT_MS,
  type Mode,
} from "@/lib/contract/call";
import type { NewDomainEvent } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import type { Gateway, GatewayCall, GatewayCallEvents } from "@/lib/telephony/gateway";
import { CallClosedError } from "@/lib/telephony/gateway-errors";
import { callInfoOf, lookUpAgent } from "./call-info";
import { CallSpeakers } from "./call-speakers";
import { describeFailure, toAppError } from "./command-error";
import { HoldState } from "./hold-state";
import { IncomingFlow } from "./incoming-flow";
import type { CallLine } from "./line";
import { ModeControl } from "./mode-control";
import { Reach } from "./reach";
import { callLeft, notConnected, whisperUnderWay } from "./refusals";
import { type CallFact, transition } from "./state";
import type { CallsDeps, CallWhisperOutcome, CallWhisperRequest, LiveCall } from "./types";
import { deliverWhisper, whisperFailed } from "./whisper";
import { WhisperTone } from "./whisper-tone";

const SYSTEM: Actor = { kind: "system" };
const GATEWAY: Actor = { kind: "gateway" };

/** The one owner of a call: everything live about it is held here, and nobody else changes it. */
export class CallHandle {
  readonly #call: GatewayCall;
  readonly #deps: CallsDeps;
  readonly #line: CallLine;
  readonly #modes: ModeControl;
  readonly #hold: HoldState;
  readonly #reach: Reach;
  readonly #tone: WhisperTone;
  readonly #flow: IncomingFlow;
  /** Who speaks into it, and who may. */
  readonly speakers: CallSpeakers;
  readonly #over = new AbortController();
  readonly #found: { state: CallState; mode: Mode | null };
  readonly #stopListening: (() => void)[];
  /** What happened before the arrival could be published. */
  #backlog: NewDomainEvent[] | null = [];
  #info: CallInfo;
  #state: CallState;
  #isWhispering = false;
  #leaveBy: Actor | null = null;
  #intendedEnd: { reason: EndReason; by: Actor } | null = null;
  #cancelForgetting: () => void = () => {};

  constructor(private readonly options: { gateway: Gateway; call: GatewayCall; deps: CallsDeps; onGone: () => void }) {
    const { gateway, call, deps } = options;
    this.#call = call;
    this.#deps = deps;
    this.#state = call.state;
    this.#found = { state: call.state, mode: call.mode };

    this.#line = {
      callId: call.description.callId,
      call,
      gateway,
      deps,
      over: this.#over.signal,
      isMonitored: () => this.#reach.monitoring === "monitored",
      isHeldBy: (party) => this.#hold.has(party),
      publish: (event) => this.#publish(event),
    };
    this.#info = callInfoOf(this.#line, null);
    this.#modes = new ModeControl(this.#line);
    this.#hold = new HoldState(this.#line);
    this.#reach = new Reach(this.#line);
    this.#tone = new WhisperTone({ line: this.#line, teamId: () => this.#info.teamId });
    this.speakers = new CallSpeakers({
      ...{ line: this.#line, modes: this.#modes, tone: this.#tone },
      mustBeConnected: () => this.#mustBeConnected(),
      isWhispering: () => this.#isWhispering,
    });
    const owner = {
      untilMonitored: (limitMs: number) => this.#reach.untilMonitored(limitMs),
      intendEnd: (reason: EndReason | null) => {
        // What a supervisor wants meanwhile is not ours to take back.
        if (reason || this.#intendedEnd?.by === SYSTEM) this.#intendedEnd = reason && { reason, by: SYSTEM };
      },
      giveUp: (reason: EndReason) => this.#ended({ reason, by: SYSTEM }),
    };
    this.#flow = new IncomingFlow({ line: this.#line, modes: this.#modes, owner });
    this.#stopListening = this.#listen();
  }

  get callId(): CallId {
    return this.#line.callId;
  }

  /** The truth at this moment. */
  get snapshot(): LiveCall {
    return {
      callId: this.callId,
      info: this.#info,
      state: this.#state,
      mode: this.#modes.confirmed,
      monitoring: this.#reach.monitoring,
      whispering: this.#isWhispering,
      speaker: this.speakers.speaker,
    };
  }

  /** Publishes the arrival and takes the call through the flow. Never rejects. */
  async run(): Promise<void> {
    try {
      this.#info = callInfoOf(this.#line, await lookUpAgent(this.#line));
      // So that the first whisper need not wait for it.
      void this.#tone.wanted();
      this.#arrived();
      await this.#flow.run();
    } catch (error) {
      this.#deps.logger.error({ err: error, callId: this.callId }, "call flow failed");
      this.#publish({ type: "call.faulted", callId: this.callId, ...describeFailure(error) });
    }
  }

  /** Stepping down to spy closes an open microphone. @throws AppError CONFLICT, WRONG_STATE, GATEWAY, TIMEOUT */
  async setMode({ mode, by }: { mode: Mode; by: Actor }): Promise<Mode> {
    this.#mustBeConnected();
    if (this.#isWhispering) throw whisperUnderWay();
    const speaking = this.speakers.admitMode({ mode, by });
    try {
      const confirmed = await this.#ask(() => this.#modes.choose({ mode, by }));
      if (speaking !== "closed") speaking?.stay();
      return confirmed;
    } finally {
      if (speaking === "closed") void this.#modes.settle();
    }
  }

  /** The call goes on without us. @throws AppError WRONG_STATE, GATEWAY, TIMEOUT */
  async leave(by: Actor): Promise<void> {
    this.#mustBeConnected();
    this.#leaveBy = by;
    await this.#ask(() => this.#call.close()).catch((error: unknown) => {
      this.#leaveBy = null;
      throw error;
    });
  }

  /** Ends the call for everybody. @throws AppError WRONG_STATE, GATEWAY, TIMEOUT */
  async end(by: Actor): Promise<void> {
    this.#mustNotBeLeft();
    this.#intendedEnd = { reason: "ended-by-supervisor", by };
    try {
      await this.#call.disconnect();
    } catch (error) {
      // Somebody was quicker, and the call is over as wanted.
      if (error instanceof CallClosedError) return;
      this.#intendedEnd = null;
      throw toAppError(error);
    }
  }

  /** One at a time. Never rejects. */
  async whisper(request: CallWhisperRequest): Promise<CallWhisperOutcome> {
    if (this.#isWhispering) return whisperFailed("Another whisper is being spoken on this call.");
    const speaker = this.speakers.whoSpeaks;
    if (speaker) return { ...whisperFailed(`${speaker} Nothing was sent.`), isBusy: true };
    this.#isWhispering = true;
    const parts = { line: this.#line, modes: this.#modes, tone: this.#tone };
    try {
      return await this.#modes.alone(() => deliverWhisper(parts, request));
    } catch (error) {
      this.#deps.logger.error({ err: error, callId: this.callId }, "whisper failed");
      return whisperFailed(`The whisper failed: ${describeFailure(error).message}`);
    } finally {
      this.#isWhispering = false;
      void this.#modes.settle();
    }
  }

  /** The service stops; the call goes on, and nothing more is published but the end of what was being spoken. */
  dispose(): void {
    this.#over.abort();
    this.speakers.dispose();
    this.#cancelForgetting();
    for (const stop of this.#stopListening) stop();
  }

  #listen(): (() => void)[] {
    const { callId, publish } = this.#line;
    const on = <E extends keyof GatewayCallEvents>(event: E, listener: GatewayCallEvents[E]) =>
      this.#call.on(event, listener);
    return [
      on("audio", (frame) => this.#deps.onAudio(callId, frame)),
      on("state", (state) => this.#stateChanged(state)),
      on("ringing", (ms) =>
        publish({ type: "call.ringing", callId, attempt: this.#flow.attempt, ringTimeMs: Math.max(1, Math.round(ms)) }),
      ),
      on("mode", (mode) => this.#modes.heard(mode)),
      on("reachable", (isReachable) => this.#reachChanged(isReachable)),
      on("hold", (hold) => this.#hold.heard(hold)),
      on("fault", ({ code, message }) =>
        publish({ type: "call.faulted", callId, code: code.slice(0, 64), message: message.slice(0, 300) }),
      ),
      on("terminated", (end) => (end.continuesWithoutUs ? this.#left() : this.#ended(this.#reasonOf(end.reason)))),
    ];
  }

  #stateChanged(state: CallState): void {
    const { callId } = this.#line;
    if (state === "ANSWERED" && this.#apply("answered")) this.#publish({ type: "call.answered", callId });
    if (state === "CONNECTED" && this.#apply("connected"))
      this.#publish({ type: "call.connected", callId, attempt: this.#flow.attempt });
  }

  /** @returns whether the state table allows it; what it does not is logged and ignored. */
  #apply(fact: CallFact): boolean {
    const result = transition({ from: this.#state, fact });
    if (result.ok) this.#state = result.state;
    else this.#deps.logger.warn({ callId: this.callId, fact, state: this.#state }, "gateway told an impossible change");
    return result.ok;
  }

  #reachChanged(isReachable: boolean): void {
    if (this.#over.signal.aborted) return;
    this.#reach.change({ monitoring: isReachable ? "monitored" : "lost", by: GATEWAY, detail: null });
    // The events that follow in this tick tell state and mode; only then is it known whether the mode is astray.
    if (isReachable && this.#state === "CONNECTED") void Promise.resolve().then(() => this.#modes.settle());
  }

  #left(): void {
    const by = this.#leaveBy ?? GATEWAY;
    this.#over.abort();
    void this.speakers.callOver();
    this.#reach.change({ monitoring: "left", by, detail: "the call goes on without us" });
    this.#modes.heard(null);
    this.#cancelForgetting = this.#deps.clock.after(LEFT_CALL_KEPT_MS, () => this.options.onGone());
  }

  #ended({ reason, by }: { reason: EndReason; by: Actor }): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#apply("terminated");
    const durationMs = Math.max(0, this.#deps.clock.now() - this.#info.startedAt);
    const tell = () => {
      this.#publish({ type: "call.ended", callId: this.callId, reason, by, durationMs });
      // Before the arrival is out the call must stay, so that it is told in order.
      if (this.#backlog === null) this.#gone();
    };
    const spoken = this.speakers.callOver();
    if (spoken) void spoken.then(tell);
    else tell();
  }

  #gone(): void {
    for (const stop of this.#stopListening) stop();
    this.options.onGone();
  }

  /** An end that we asked for has our reason, one that came in between has the gateway's. */
  #reasonOf(reason: EndReason): { reason: EndReason; by: Actor } {
    const isOurs = reason === "ended-by-supervisor" || reason === "gateway-ended";
    return isOurs && this.#intendedEnd ? this.#intendedEnd : { reason, by: GATEWAY };
  }

  #arrived(): void {
    const { state, mode } = this.#found;
    const backlog = this.#backlog ?? [];
    this.#backlog = null;
    this.#deps.bus.publish({ type: "call.arrived", callId: this.callId, info: this.#info, state, mode });
    for (const event of backlog) this.#deps.bus.publish(event);
    if (this.#state === "DISCONNECTED") this.#gone();
  }

  #publish(event: NewDomainEvent): void {
    if (this.#backlog) this.#backlog.push(event);
    else this.#deps.bus.publish(event);
  }

  async #ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw toAppError(error);
    }
  }

  #mustBeConnected(): void {
    this.#mustNotBeLeft();
    if (this.#state !== "CONNECTED") throw notConnected(this.#state);
  }

  #mustNotBeLeft(): void {
    if (this.#reach.monitoring === "left") throw callLeft();
  }
}
