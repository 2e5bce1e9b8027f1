import type { SpeakingMode } from "@/lib/contract/call";
import { encodeSpeakFrame, SPEAK_FRAME_BYTES } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import type { AudioConnection } from "./audio-connection";
import type { FromWorker } from "./worker-messages";
import type { MicrophoneFrame } from "./worklet-messages";

const MAX_BACKLOG_FRAMES = 4;
/** A frame that waited longer between two of our own threads is thrown away. */
const MAX_AGE_MS = 100;
/** Fewer frames thrown away are a click in the voice, and not worth a word. */
const WORTH_TELLING_FRAMES = 5;
/** Without a new loss for so long, the voice counts as heard again; the server tells of refusals every second. */
const HEARD_AGAIN_MS = 2000;

export type CallSpeakerDeps = {
  connection: AudioConnection;
  clock: Clock;
  /** Closes the gate in the microphone's worklet, past the page. */
  cut: () => void;
  tell: (message: FromWorker) => void;
};

type Speaking = {
  requestId: number;
  callId: CallId;
  mode: SpeakingMode;
  /** Null until the server has confirmed the mode. */
  speakingId: number | null;
  sequence: number;
};

/** Speaks into one call. Frames go out only between the server's ok and the first sign of an end. */
export class CallSpeaker {
  #speaking: Speaking | null = null;
  /** Why what is said may not be heard; as long as it is, its end is planned. */
  #doubt: { detail: string; cancel: () => void } | null = null;
  #lost = 0;
  #cancelLost: (() => void) | null = null;

  constructor(private readonly deps: CallSpeakerDeps) {
    deps.connection.on("speak:closed", ({ callId, speakingId, message }) => {
      const isOurs = this.#speaking?.callId === callId && this.#speaking.speakingId === speakingId;
      if (isOurs) this.#end(message);
    });
    deps.connection.on("speak:refused", ({ message }) => {
      this.doubt(message);
    });
  }

  get isWanted(): boolean {
    return this.#speaking !== null;
  }

  async start(request: { requestId: number; callId: CallId; mode: SpeakingMode }): Promise<void> {
    this.stop();
    const speaking: Speaking = { ...request, speakingId: null, sequence: 0 };
    this.#speaking = speaking;
    const { callId, mode } = request;
    const result = await this.deps.connection.command("speak:start", { version: SOCKET_VERSION, callId, mode });
    if (this.#speaking !== speaking) {
      // Let go before the answer: what it opened must close again, unless a later wish is for the same call.
      if (result.ok && this.#speaking === null) this.#sendStop(callId);
      return;
    }
    if (!result.ok) return this.#end(result.message);
    if (result.data.mode !== mode) {
      this.#end("The call is not in the mode that was asked for.");
      return this.#sendStop(callId);
    }
    speaking.speakingId = result.data.speakingId;
    this.deps.tell({ type: "speaking", requestId: request.requestId, state: "open", detail: null });
  }

  stop(): void {
    const speaking = this.#speaking;
    if (!speaking) return;
    this.#end(null);
    this.#sendStop(speaking.callId);
  }

  /** The connection is gone, and with it the right to speak: it does not come back by itself. */
  onDisconnected(detail: string): void {
    if (this.#speaking) this.#end(detail);
  }

  onFrame(frame: MicrophoneFrame): void {
    const speaking = this.#speaking;
    if (!speaking || speaking.speakingId === null) return;
    const { mode, speakingId } = speaking;
    // Frames thrown away keep their number: the server sees that something is missing.
    const sequence = speaking.sequence++;
    if (this.deps.clock.now() - frame.capturedAt > MAX_AGE_MS) {
      this.#lose("Your browser is too busy for your voice.");
      return;
    }
    const bytes = encodeSpeakFrame({ mode, speakingId, sequence, samples: frame.samples });
    const isSent = this.deps.connection.sendFrame(bytes, { maxBacklogBytes: MAX_BACKLOG_FRAMES * SPEAK_FRAME_BYTES });
    if (!isSent) this.#lose("Your connection is too slow for your voice.");
  }

  /** What is said now may not be heard; told until there was no reason for it for two seconds. */
  doubt(detail: string): void {
    const { requestId, speakingId = null } = this.#speaking ?? {};
    if (requestId === undefined || speakingId === null) return;
    if (this.#doubt?.detail !== detail) this.deps.tell({ type: "speaking", requestId, state: "open", detail });
    this.#doubt?.cancel();
    const cancel = this.deps.clock.after(HEARD_AGAIN_MS, () => {
      this.#forgetDoubt();
      this.deps.tell({ type: "speaking", requestId, state: "open", detail: null });
    });
    this.#doubt = { detail, cancel };
  }

  #lose(detail: string): void {
    this.#lost += 1;
    if (this.#lost >= WORTH_TELLING_FRAMES) this.doubt(detail);
    this.#cancelLost?.();
    this.#cancelLost = this.deps.clock.after(HEARD_AGAIN_MS, () => {
      this.#lost = 0;
    });
  }

  #forgetDoubt(): void {
    this.#doubt?.cancel();
    this.#doubt = null;
    this.#cancelLost?.();
    this.#lost = 0;
  }

  #end(detail: string | null): void {
    const speaking = this.#speaking;
    if (!speaking) return;
    this.#speaking = null;
    this.#forgetDoubt();
    this.deps.cut();
    this.deps.tell({ type: "speaking", requestId: speaking.requestId, state: "closed", detail });
  }

  #sendStop(callId: CallId): void {
    const isMeant = () => this.#speaking === null;
    void this.deps.connection.stop("speak:stop", { payload: { version: SOCKET_VERSION, callId }, isMeant });
  }
}
