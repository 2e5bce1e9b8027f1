import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { CallState, Direction, EndReason, Mode, Party, SpeakingMode } from "@/lib/contract/call";
import type { GatewayStatus } from "@/lib/contract/gateway-status";
import type { CallId } from "@/lib/contract/ids";

/** What a gateway can do. Callers ask here, never by driver name. */
export type GatewayCapabilities = {
  /** False: one mixed track; sentiment and talk time are then not per party. */
  perPartyAudio: boolean;
  modes: readonly Mode[];
  /** Calls arrive PENDING and are ours to answer and connect. False: they arrive CONNECTED (attach). */
  managed: boolean;
  flush: boolean;
  mark: boolean;
  /** The gateway itself enforces who hears what. */
  serverSideModes: boolean;
  /** Each party hears us through a channel of its own: a clip meant for whisper is only ever written to the agent's, whatever the mode becomes. */
  perPartyInjection: boolean;
  /** Voices are synthetic or replayed, unless a call says otherwise. */
  simulated: boolean;
  /** Takes a live voice (`speak`), not only clips. */
  liveVoice: boolean;
};

export type GatewayCallDescription = {
  callId: CallId;
  callerNumber: string;
  callerName: string | null;
  calleeNumber: string;
  calleeName: string | null;
  direction: Direction;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** False: real people, on a gateway whose other calls are simulated. Absent: as the gateway. */
  simulated?: boolean | undefined;
};

/** What one clip came to. `played`: heard to its last sample in the mode it was meant for. */
export type PlayResult = {
  outcome: "played" | "interrupted" | "refused" | "failed";
  playedMs: number;
  /** Protocol code for refused and failed, else null. */
  code: string | null;
  message: string | null;
};

export type PlayRequest = {
  /** s16le mono, SAMPLE_RATE Hz. */
  samples: Int16Array;
  /** Only ever heard in this mode: a gateway that is in another one, or in none, refuses. Null: the ANSWERED state. */
  mode: Mode | null;
  /** Aborting interrupts: both sides are flushed, `outcome` is `interrupted`. */
  signal?: AbortSignal;
  /** The gateway took the first frame. */
  onStarted?: () => void;
};

export type SpeakRequest = {
  /** Only ever heard in this mode; the moment the confirmed mode is another one, it is over. */
  mode: SpeakingMode;
  /** The gateway took the first frame. */
  onStarted?: () => void;
};

/** A person's voice on its way into a call. */
export interface LiveVoice {
  /**
   * FRAME_SAMPLES samples at SAMPLE_RATE, as they are spoken. Never waits: what the gateway does not take in time is thrown away.
   * @returns whether it was sent
   */
  push(samples: Int16Array): boolean;
  /** Nothing more comes; what is queued is still heard. */
  end(): void;
  /** At once: what is queued is thrown away on both sides. */
  cut(): void;
  /** Never rejects. `played`: ended by us, everything heard in its mode; else as for a clip. */
  readonly result: Promise<PlayResult>;
}

export type GatewayCallEvents = {
  audio: (frame: AudioFrame) => void;
  /** The state as the gateway says it. Not sent for `terminated`. */
  state: (state: CallState) => void;
  ringing: (ringTimeMs: number) => void;
  /** A ring ended without an agent, and no pending `connect` will say so: its answer was lost, or another process asked. */
  ringFailed: (failure: { code: string; message: string; retryable: boolean }) => void;
  /** The confirmed mode; null when nothing is known of it any more. Sent for every change, whoever caused it. */
  mode: (mode: Mode | null) => void;
  /** Out of reach (`false`) or back (`true`); after `true`, state and mode events tell the truth. */
  reachable: (reachable: boolean) => void;
  /** A party's phone put the other one on hold, or took it back. A party that holds hears nobody. */
  hold: (hold: { party: Party; isHeld: boolean }) => void;
  fault: (fault: { code: string; message: string }) => void;
  /** Last event of a call. `continuesWithoutUs`: caller and agent still talk. */
  terminated: (end: { reason: EndReason; continuesWithoutUs: boolean }) => void;
};

/**
 * One call, as its gateway sees it. Every command resolves on the gateway's answer and rejects with a GatewayError:
 * CallCommandError, CallCommandTimeoutError, CallClosedError (also for commands pending at a hang-up), GatewayConnectionError.
 */
export interface GatewayCall {
  readonly description: GatewayCallDescription;
  readonly state: CallState;
  /** Confirmed; null: no conference, or not known. */
  readonly mode: Mode | null;
  answer(): Promise<void>;
  /** Rings the original callee. Success: a 3-way conference in mode barge. No answer: CallCommandError CALL_UNANSWERED, the call stays ANSWERED. */
  connect(options: { ringTimeMs: number }): Promise<void>;
  /** @returns the mode the gateway confirmed. */
  setMode(mode: Mode): Promise<Mode>;
  /** One clip at a time: a second one is refused (`BUSY`). Never rejects; the result says what happened. */
  play(request: PlayRequest): Promise<PlayResult>;
  /** Opens a live voice; takes the place of a clip (`BUSY` while either is there, also `UNSUPPORTED`). Never throws; the result says what happened. */
  speak(request: SpeakRequest): LiveVoice;
  /** CONNECTED: we leave, the two go on. ANSWERED: ends the call. */
  close(): Promise<void>;
  /** Ends the call for everybody. */
  disconnect(): Promise<void>;
  /** @returns a function that removes the listener. */
  on<E extends keyof GatewayCallEvents>(event: E, listener: GatewayCallEvents[E]): () => void;
}

export type GatewayEvents = {
  /** A new call, or one found on a (re)connect: look at its state. */
  call: (call: GatewayCall) => void;
  status: (status: GatewayStatus) => void;
};

/** A telephone system. Drivers live in drivers/<name>; all of them and the fake run testing/conformance.ts. */
export interface Gateway {
  readonly name: string;
  readonly capabilities: GatewayCapabilities;
  readonly status: GatewayStatus;
  /** Resolves once the first connection is up or has failed for a reason that retrying cannot mend (then rejects). */
  start(): Promise<void>;
  /** Closes every connection; calls go on without us. */
  stop(): Promise<void>;
  on<E extends keyof GatewayEvents>(event: E, listener: GatewayEvents[E]): () => void;
}
