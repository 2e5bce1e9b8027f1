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

  constructor(private readonly deps: CallSpeakerDeps) {
    deps.connection.on("speak:closed", ({ callId, speakingId, message }) => {
      const isOurs = this.#speaking?.callId === callId && this.#speaking.speakingId === speakingId;
      if (isOurs) this.#end(message);
    });
    deps.connection.on("speak:refused", ({ message }) => {
      const { requestId, speakingId } = this.#speaking ?? {};
      if (requestId !== undefined && typeof speakingId === "number")
        deps.tell({ type: "speaking", requestId, state: "open", detail: message });
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
      this.#sendStop(callId);
      return this.#end("The call is not in the mode that was asked for.");
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
    if (this.deps.clock.now() - frame.capturedAt > MAX_AGE_MS) return;
    const bytes = encodeSpeakFrame({ mode, speakingId, sequence, samples: frame.samples });
    this.deps.connection.sendFrame(bytes, { maxBacklogBytes: MAX_BACKLOG_FRAMES * SPEAK_FRAME_BYTES });
  }

  #end(detail: string | null): void {
    const speaking = this.#speaking;
    if (!speaking) return;
    this.#speaking = null;
    this.deps.cut();
    this.deps.tell({ type: "speaking", requestId: speaking.requestId, state: "closed", detail });
  }

  #sendStop(callId: CallId): void {
    if (this.deps.connection.isConnected)
      void this.deps.connection.command("speak:stop", { version: SOCKET_VERSION, callId });
  }
}
