import type { EndReason, Party } from "@/lib/contract/call";
import type {
  ControlServerMessage,
  MediaServerMessage,
  ProtocolErrorCode,
  WireCall,
  WireCommand,
  WireParty,
} from "@/lib/contract/call-control";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { AttendedCall, CallChange, CallEnd, CallSpec, RingFailure } from "./call-spec";
import { Conversation, type LegFrame } from "./conversation";
import { type Conference, isUnheard } from "./mixer";
import type { OutboundAudio } from "./outbound";
import { Ringing } from "./ringing";
import { type CallInput, type CallStatus, INITIAL_STATUS, transition } from "./state";

const DEFAULT_RING_TIME_SECONDS = 60;
const DEFAULT_PATIENCE_MS = 120_000;

const UNANSWERED = {
  timeout: "the callee did not pick up",
  declined: "the callee declined",
  busy: "the callee is busy",
} as const;

export type CommandError = { code: ProtocolErrorCode; message: string; retryable: boolean };
export type CommandOutcome = { error?: CommandError; flushedSamples?: number };

/** The media connection that a call speaks to. */
export type MediaPort = {
  readonly outbound: OutboundAudio;
  /** One frame of what the parties said; no agent before the two are connected. */
  sendAudio(frame: LegFrame, options: { withAgent: boolean }): void;
  send(message: MediaServerMessage): void;
  /** Ends the connection after what was sent. */
  end(): void;
};

/** What happens in a call, for its record. `frame` is the place on the audio clock. */
export type CallJournal = (entry: { frame: number; event: string; [field: string]: unknown }) => void;

/** One call: its state, its timers, its parties, and the one media connection that may command it. */
export class SwitchCall implements AttendedCall {
  readonly ended: Promise<CallEnd>;
  #status: CallStatus = INITIAL_STATUS;
  #media: MediaPort | null = null;
  #cancelPatience: (() => void) | null = null;
  #failConnect: ((error: CommandError) => void) | null = null;
  #finish: (end: CallEnd) => void = () => undefined;
  #over = false;
  readonly #conversation: Conversation;
  readonly #ringing: Ringing;
  readonly #heldBy = new Set<Party>();
  readonly #watchers = new Set<(change: CallChange) => void>();
  readonly #startedAt: number;

  constructor(
    readonly callId: CallId,
    private readonly spec: CallSpec,
    private readonly deps: {
      clock: Clock;
      logger: Logger;
      emit: (event: ControlServerMessage) => void;
      journal: CallJournal;
    },
  ) {
    this.#conversation = new Conversation({ caller: spec.caller, agent: spec.callee }, deps);
    this.#ringing = new Ringing(spec, deps);
    this.#startedAt = this.#now();
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#waitPatiently();
  }

  get wire(): WireCall {
    const { spec } = this;
    return {
      callId: this.callId,
      state: this.#status.state,
      mode: this.#status.mode,
      callerNumber: spec.callerNumber,
      callerName: spec.callerName ?? null,
      calleeNumber: spec.calleeNumber,
      calleeName: spec.calleeName ?? null,
      startedAt: this.#startedAt,
      ...(spec.simulated === false ? { simulated: false } : {}),
      holding: [...this.#heldBy].map(wireParty),
    };
  }

  get status(): CallStatus {
    return this.#status;
  }

  /** 20 ms frames so far on the call's audio clock. */
  get frames(): number {
    return this.#conversation.frames;
  }

  /** Caller and callee no longer talk, and neither do we. */
  get over(): boolean {
    return this.#over;
  }

  /** Null where nobody could hear us. */
  get conference(): Conference | null {
    const { state, mode, continuesWithoutUs } = this.#status;
    const heldBy = this.#heldBy;
    if (state === "ANSWERED") return { phase: "answered" };
    if (state === "CONNECTED" && mode) return { phase: "connected", mode, heldBy };
    return continuesWithoutUs && !this.#over ? { phase: "left", heldBy } : null;
  }

  tap(listener: (frame: LegFrame) => void): () => void {
    return this.#conversation.tap(listener);
  }

  hangUp(party: Party): void {
    this.#terminate(party === "caller" ? "caller-hung-up" : "agent-hung-up");
  }

  watch(listener: (change: CallChange) => void): void {
    this.#watchers.add(listener);
  }

  hold(party: Party, isHeld: boolean): boolean {
    const phase = this.conference?.phase;
    if (phase !== "connected" && phase !== "left") return false;
    if (this.#heldBy.has(party) === isHeld) return true;
    if (isHeld) this.#heldBy.add(party);
    else this.#heldBy.delete(party);
    this.#note("hold", { party, isHeld });
    if (phase === "connected")
      this.deps.emit({ type: "call.hold_changed", ...this.#event(), party: wireParty(party), held: isHeld });
    this.#tell({ type: "hold", party, isHeld });
    return true;
  }

  /** The switch goes down, or gives the call up. */
  terminate(reason: EndReason): void {
    this.#terminate(reason);
  }

  /** A media connection takes the call over; the caller of this method has ended the one before. */
  attach(media: MediaPort): void {
    this.#media = media;
    this.#note("media attached");
  }

  /** The media connection is lost: what waits is thrown away, and nobody hears us. */
  detach(media: MediaPort): void {
    if (this.#media !== media) return;
    this.#media = null;
    media.outbound.abandon();
    this.#note("media lost");
    if (this.#status.state !== "DISCONNECTED") this.#apply({ type: "media.lost" });
  }

  /** Runs one command; `reply` is called once, for `connect` when the callee has picked up or has not. */
  command(
    request: { command: WireCommand; ringTimeSeconds?: number | undefined },
    { reply }: { reply: (outcome: CommandOutcome) => void },
  ): void {
    const error = this.#apply({ type: "command", command: request.command });
    this.#note("command", { command: request.command, ...(error ? { refused: error.code } : {}) });
    if (error) {
      reply({ error });
      return;
    }
    switch (request.command) {
      case "interrupt":
        reply({ flushedSamples: this.#media?.outbound.interrupt() ?? 0 });
        return;
      case "answer":
        this.#answer(reply);
        return;
      case "connect":
        this.#connect({ ringTimeSeconds: request.ringTimeSeconds ?? DEFAULT_RING_TIME_SECONDS, reply });
        return;
      case "close":
      case "disconnect":
        reply({});
        this.#leave();
        return;
      default:
        reply({});
    }
  }

  /** 20 ms of audio, where the call has any. */
  tick(): void {
    const conference = this.conference;
    if (!conference) return;
    const media = this.#media;
    const { frame, hungUp } = this.#conversation.step(conference, {
      // What nobody would hear waits, instead of counting as heard.
      takeOurs: (into) => !isUnheard(conference) && (media?.outbound.take(into, conference) ?? false),
    });
    if (conference.phase !== "left") media?.sendAudio(frame, { withAgent: conference.phase === "connected" });
    if (hungUp) this.hangUp(hungUp);
  }

  #answer(reply: (outcome: CommandOutcome) => void): void {
    if (this.spec.answerable === false) {
      const error = { code: "TIMEOUT", message: "the call could not be answered", retryable: true } as const;
      this.#apply({ type: "answer.failed" });
      reply({ error });
      this.deps.emit({ type: "call.answer_failed", ...this.#event(), error });
      return;
    }
    this.#apply({ type: "answer.succeeded" });
    reply({});
    this.deps.emit({ type: "call.answered", ...this.#event() });
  }

  #connect(options: { ringTimeSeconds: number; reply: (outcome: CommandOutcome) => void }): void {
    const { ringTimeSeconds, reply } = options;
    this.#cancelPatience?.();
    this.#failConnect = (error) => reply({ error });
    this.deps.emit({ type: "call.ringing", ...this.#event(), ringTimeSeconds });
    this.#tell({ type: "ringing" });
    this.#ringing.start(ringTimeSeconds * 1000, {
      pickedUp: () => this.#pickedUp(reply),
      failed: (why) => this.#unanswered(why, reply),
    });
  }

  #pickedUp(reply: (outcome: CommandOutcome) => void): void {
    this.#failConnect = null;
    this.#apply({ type: "connect.succeeded", heard: this.#media !== null });
    reply({});
    if (this.#status.mode) this.deps.emit({ type: "call.connected", ...this.#event(), mode: this.#status.mode });
    this.#tell({ type: "connected" });
  }

  #unanswered(why: RingFailure | "timeout", reply: (outcome: CommandOutcome) => void): void {
    this.#failConnect = null;
    this.#apply({ type: "connect.failed" });
    this.#waitPatiently();
    const error = { code: "CALL_UNANSWERED", message: UNANSWERED[why], retryable: true } as const;
    reply({ error });
    this.deps.emit({ type: "call.connect_failed", ...this.#event(), error });
    this.#tell({ type: "not-picked-up", why });
  }

  /** After `close` and `disconnect`, which have changed the state already. */
  #leave(): void {
    const { continuesWithoutUs } = this.#status;
    this.#announceEnd({ reason: "ended-by-supervisor", continuesWithoutUs });
    if (!continuesWithoutUs) this.#wrapUp("ended-by-supervisor");
  }

  #terminate(reason: EndReason): void {
    if (this.#over) return;
    const known = this.#status.state !== "DISCONNECTED";
    this.#apply({ type: "terminated" });
    if (known) this.#announceEnd({ reason, continuesWithoutUs: false });
    this.#wrapUp(reason);
  }

  #announceEnd(end: { reason: EndReason; continuesWithoutUs: boolean }): void {
    const event = { type: "call.terminated", ...this.#event(), ...end } as const;
    this.#stopTimers();
    this.#failConnect?.({ code: "CALL_CLOSED", message: "the call has ended", retryable: false });
    this.#failConnect = null;
    this.#note("terminated", end);
    const media = this.#media;
    this.#media = null;
    media?.outbound.abandon();
    media?.send(event);
    media?.end();
    this.deps.emit(event);
  }

  #wrapUp(reason: EndReason): void {
    this.#over = true;
    this.#stopTimers();
    this.#note("over", { reason });
    this.#conversation.close();
    this.#watchers.clear();
    this.#finish({ reason, frames: this.#conversation.frames });
  }

  /** Moves the state on and tells everybody of a changed mode. @returns the refusal, if there is one. */
  #apply(input: CallInput): CommandError | null {
    const result = transition(this.#status, input);
    if (!result.ok) return { code: result.code, message: result.message, retryable: result.code === "BUSY" };
    const previous = this.#status;
    this.#status = result.status;
    const { state, mode } = result.status;
    if (state !== previous.state || mode !== previous.mode) this.#note("state", { state, mode });
    if (state === "CONNECTED" && previous.state === "CONNECTED" && mode && mode !== previous.mode)
      this.deps.emit({ type: "call.mode_changed", ...this.#event(), mode, previous: previous.mode });
    return null;
  }

  #waitPatiently(): void {
    const patienceMs = this.spec.patienceMs ?? DEFAULT_PATIENCE_MS;
    this.#cancelPatience?.();
    this.#cancelPatience = this.deps.clock.after(patienceMs, () => this.hangUp("caller"));
  }

  #stopTimers(): void {
    this.#ringing.stop();
    this.#cancelPatience?.();
  }

  #tell(change: CallChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #note(event: string, fields: Record<string, unknown> = {}): void {
    this.deps.journal({ frame: this.#conversation.frames, event, ...fields });
  }

  #event(): { callId: CallId; at: number } {
    return { callId: this.callId, at: this.#now() };
  }

  #now(): number {
    return Math.round(this.deps.clock.now());
  }
}

function wireParty(party: Party): WireParty {
  return party === "agent" ? "callee" : "caller";
}
