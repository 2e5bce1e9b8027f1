import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import { modeSchema } from "@/lib/contract/call";
import { type ControlServerMessage, PROTOCOL, PROTOCOL_VERSION, type WireCall } from "@/lib/contract/call-control";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import type { PhoneIdentity } from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { SwitchCall } from "./call";
import type { AttendedCall, CallEnd, CallSpec } from "./call-spec";
import { ControlSession, type ServerHello } from "./control-session";
import { DEFAULT_RATE_LIMIT, type RateLimit } from "./garbage-limit";
import { LegRecorder } from "./leg-recorder";
import { MediaSession } from "./media-session";
import { CLOSE } from "./peer";
import { PhoneDesk } from "./phone-desk";
import { PhoneSession } from "./phone-session";
import { monotonicClock, Ticker } from "./ticker";
import { type TlsFiles, WireServer } from "./wire-server";

const HEARTBEAT_MS = 5000;
/** Ended calls whose ids are remembered, so that a late client learns CALL_CLOSED instead of UNKNOWN_CALL. */
const REMEMBERED_CALLS = 1000;

export type SwitchOptions = {
  /** Null: only client certificates open a connection. */
  apiKey: string | null;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any. */
  port?: number;
  /** Of the media connections, Hz. Default 16000. */
  sampleRate?: 8000 | 16_000 | 24_000;
  heartbeatMs?: number;
  tls?: TlsFiles | null;
  /** Folder for what each leg said and heard; null: not recorded. */
  legsDir?: string | null;
  rateLimit?: RateLimit;
};

/**
 * The built-in switch: a server of the call-control protocol (docs/call-control-protocol.md) with a conference mixer.
 * @throws RangeError where nobody could ever sign in.
 */
export function createSwitch(options: SwitchOptions, deps: { logger: Logger; clock?: Clock }): Switch {
  return new Switch(options, { clock: monotonicClock, ...deps });
}

export class Switch {
  /** The people who take and place calls with a browser. */
  readonly phones: PhoneDesk;
  readonly #server: WireServer;
  readonly #ticker: Ticker;
  readonly #hello: ServerHello;
  readonly #rateLimit: RateLimit;
  readonly #controls = new Set<ControlSession>();
  readonly #media = new Map<CallId, MediaSession>();
  readonly #sessions = new Set<MediaSession>();
  readonly #phoneSessions = new Set<PhoneSession>();
  readonly #calls = new Map<CallId, { call: SwitchCall; recorder: LegRecorder | null }>();
  readonly #ended = new Set<string>();
  readonly #clientListeners = new Set<() => void>();
  readonly #closing = new Set<Promise<void>>();

  constructor(
    private readonly options: SwitchOptions,
    private readonly deps: { logger: Logger; clock: Clock },
  ) {
    if (options.apiKey === null && !options.tls?.ca)
      throw new RangeError("the switch needs an API key, or TLS with a CA for client certificates");
    this.#rateLimit = options.rateLimit ?? DEFAULT_RATE_LIMIT;
    this.#hello = {
      type: "hello",
      protocol: PROTOCOL,
      version: PROTOCOL_VERSION,
      sampleRate: options.sampleRate ?? 16_000,
      frameMs: FRAME_MS,
      heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
      capabilities: {
        ...{ perPartyAudio: true, modes: modeSchema.options, flush: true, mark: true, simulated: true },
        liveVoice: true,
      },
    };
    this.#server = new WireServer(
      {
        host: options.host ?? "127.0.0.1",
        port: options.port ?? 0,
        apiKey: options.apiKey,
        tls: options.tls ?? null,
        onControl: (socket) => this.#onControl(socket),
        onMedia: (socket, about) => this.#onMedia(socket, about),
        onPhone: (socket, identity) => this.#onPhone(socket, identity),
      },
      deps,
    );
    this.phones = new PhoneDesk({
      place: (spec) => this.placeCall(spec),
      isBusy: (extension) => this.#isBusy(extension),
      hasClients: () => this.hasClients,
      ...deps,
    });
    this.#ticker = new Ticker(() => this.#tick(), deps);
  }

  /** @returns the address to connect to. @throws where the port is taken. */
  async start(): Promise<{ url: string }> {
    const url = await this.#server.listen();
    this.#ticker.start();
    return { url };
  }

  /** Ends every call and connection and waits for the recordings. */
  async stop(): Promise<void> {
    for (const { call } of [...this.#calls.values()]) call.terminate("gateway-ended");
    this.#ticker.stop();
    for (const session of this.#controls) session.close();
    for (const session of this.#sessions) session.close();
    for (const session of this.#phoneSessions) session.close();
    await this.#server.close();
    await Promise.all(this.#closing);
  }

  /** Whether a client listens that could take a call. */
  get hasClients(): boolean {
    return [...this.#controls].some((session) => session.greeted);
  }

  /** Live calls as clients see them. */
  get calls(): WireCall[] {
    return [...this.#calls.values()].map(({ call }) => call.wire).filter(({ state }) => state !== "DISCONNECTED");
  }

  /** Calls the listener whenever a client has said hello on a control connection. */
  onClient(listener: () => void): () => void {
    this.#clientListeners.add(listener);
    return () => this.#clientListeners.delete(listener);
  }

  /** A call comes in. @throws ZodError for an impossible id, RangeError for one that is in use. */
  placeCall(spec: CallSpec): AttendedCall {
    const callId = callIdSchema.parse(spec.callId ?? `call-${randomUUID()}`);
    if (this.#calls.has(callId)) throw new RangeError(`call ${callId} exists already`);
    const { legsDir } = this.options;
    const logger = this.deps.logger.child({ callId });
    const recorder = legsDir ? new LegRecorder({ dir: legsDir, callId }, { logger }) : null;
    const call = new SwitchCall(callId, spec, {
      clock: this.deps.clock,
      logger,
      emit: (event) => this.#emit(event),
      journal: (entry) => recorder?.note(entry),
    });
    this.#calls.set(callId, { call, recorder });
    if (recorder) call.tap((frame) => recorder.add(frame));
    void call.ended.then((end) => this.#onEnded({ callId, spec, end, recorder }));
    logger.info({ origin: spec.origin }, "call placed");
    this.#emit({ type: "call.incoming", at: Math.round(this.deps.clock.now()), call: call.wire });
    this.phones.changed();
    return call;
  }

  #tick(): void {
    for (const { call } of this.#calls.values()) call.tick();
  }

  #emit(event: ControlServerMessage): void {
    for (const session of this.#controls) session.send(event);
  }

  #onControl(socket: WebSocket): void {
    const session = new ControlSession(
      socket,
      {
        hello: this.#hello,
        rateLimit: this.#rateLimit,
        liveCalls: () => this.calls,
        onGreeted: () => {
          for (const listener of this.#clientListeners) listener();
        },
        onClosed: () => this.#controls.delete(session),
      },
      this.deps,
    );
    this.#controls.add(session);
  }

  #onPhone(socket: WebSocket, identity: PhoneIdentity): void {
    const session: PhoneSession = new PhoneSession(
      socket,
      {
        identity,
        desk: this.phones,
        rateLimit: this.#rateLimit,
        onClosed: () => this.#phoneSessions.delete(session),
      },
      this.deps,
    );
    this.#phoneSessions.add(session);
  }

  #isBusy(extension: string): boolean {
    return [...this.#calls.values()].some(({ call }) => !call.over && call.wire.calleeNumber === extension);
  }

  #onMedia(socket: WebSocket, about: { callId: string; connectorId: string }): void {
    const parsed = callIdSchema.safeParse(about.callId);
    const entry = parsed.success ? this.#calls.get(parsed.data) : undefined;
    if (!entry || entry.call.status.state === "DISCONNECTED") {
      const isKnown = entry !== undefined || this.#ended.has(about.callId);
      turnAway(socket, isKnown ? "CALL_CLOSED" : "UNKNOWN_CALL");
      return;
    }
    const { call, recorder } = entry;
    const session = new MediaSession(
      socket,
      {
        call,
        connectorId: about.connectorId,
        hello: this.#hello,
        rateLimit: this.#rateLimit,
        onGreeted: () => this.#attach(call, session),
        onClosed: () => this.#detach(call, session),
        onOutcome: (outcome) => recorder?.note({ frame: call.frames, event: "clip", ...outcome }),
      },
      this.deps,
    );
    this.#sessions.add(session);
  }

  /**
   * The newest connection of a connector wins: after a lost network the old one is dead, and nobody knows it yet.
   * @returns false where another connector holds the call.
   */
  #attach(call: SwitchCall, session: MediaSession): boolean {
    const before = this.#media.get(call.callId);
    if (before && before.connectorId !== session.connectorId) return false;
    this.#media.set(call.callId, session);
    if (before) {
      call.detach(before);
      before.replace();
    }
    call.attach(session);
    return true;
  }

  #detach(call: SwitchCall, session: MediaSession): void {
    this.#sessions.delete(session);
    if (this.#media.get(call.callId) !== session) return;
    this.#media.delete(call.callId);
    call.detach(session);
  }

  #onEnded(about: { callId: CallId; spec: CallSpec; end: CallEnd; recorder: LegRecorder | null }): void {
    const { callId, spec, end, recorder } = about;
    this.#calls.delete(callId);
    this.phones.changed();
    this.#ended.add(callId);
    const [oldest] = this.#ended;
    if (this.#ended.size > REMEMBERED_CALLS && oldest !== undefined) this.#ended.delete(oldest);
    this.deps.logger.info({ callId, origin: spec.origin, reason: end.reason }, "call over");
    if (!recorder) return;
    const { callerNumber, callerName = null, calleeNumber, calleeName = null, origin = null } = spec;
    const numbers = { callerNumber, callerName, calleeNumber, calleeName };
    const closing = recorder
      .close({ origin, ...numbers, reason: end.reason, outcomes: spec.outcomes?.() ?? {} })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** A media connection for a call that is not there: said in the protocol's own words. */
function turnAway(socket: WebSocket, code: "UNKNOWN_CALL" | "CALL_CLOSED"): void {
  const message = code === "CALL_CLOSED" ? "the call has ended" : "there is no such call";
  socket.on("error", () => undefined);
  socket.send(JSON.stringify({ type: "error", id: null, error: { code, message, retryable: false } }));
  socket.close(CLOSE.policy, code);
}
