import type { SpeakingCommands } from "@/lib/calls/commands";
import { decodeSpeakFrame } from "@/lib/contract/headset";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { SpeakFault } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import type { Seat } from "../command-handlers";
import { isOver } from "../elapsed";
import type { AudioMetrics } from "../ports";

/** A microphone sends 50 frames a second; what waited for a second or two in the network comes at once and is still no flood. */
export const FRAMES_PER_SECOND_LIMIT = 200;
/** A socket is told of refusals this often. */
export const REFUSALS_TOLD_EVERY_MS = 1000;

const MESSAGES: Record<SpeakFault, string> = {
  BAD_FRAME: "A frame of the microphone was not understood.",
  TOO_LARGE: "A frame of the microphone was too large.",
  NOT_SPEAKING: "The microphone is not open.",
  MODE_MISMATCH: "The call is not in the mode that the microphone was opened for.",
  RATE_LIMITED: "Too many frames of the microphone came at once; the connection was closed.",
  UNAUTHENTICATED: "Your session has ended; sign in again.",
};

type Deps = {
  seat: Seat;
  /** False once the session has ended. */
  isSignedIn: () => boolean;
  speaking: SpeakingCommands;
  clock: Clock;
  metrics?: AudioMetrics | undefined;
};

/** The frames that one socket sends, from the wire to the calls room. Nothing that comes over it can throw. */
export class MicrophoneLine {
  #window = { startedAt: Number.NEGATIVE_INFINITY, frames: 0 };
  #refused: { code: SpeakFault; frames: number } | null = null;
  #cancelTelling: (() => void) | null = null;
  #isClosed = false;

  constructor(private readonly deps: Deps) {}

  take(bytes: unknown): void {
    if (this.#isClosed) return;
    if (this.#isFlood()) {
      this.#end();
      return;
    }
    const fault = this.#pass(bytes);
    this.deps.metrics?.spokenFrame(fault ?? "ok");
    if (fault) this.#refuse(fault);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTelling?.();
  }

  #pass(bytes: unknown): SpeakFault | null {
    if (!this.deps.isSignedIn()) return "UNAUTHENTICATED";
    if (!(bytes instanceof Uint8Array)) return "BAD_FRAME";
    const decoded = decodeSpeakFrame(bytes);
    if (!decoded.ok) return decoded.code;
    return this.deps.speaking.frame({ connectionId: this.deps.seat.socketId, frame: decoded.frame });
  }

  #isFlood(): boolean {
    const now = this.deps.clock.now();
    if (isOver({ since: this.#window.startedAt, ms: 1000, now })) this.#window = { startedAt: now, frames: 0 };
    this.#window.frames += 1;
    return this.#window.frames > FRAMES_PER_SECOND_LIMIT;
  }

  #end(): void {
    this.deps.metrics?.spokenFrame("RATE_LIMITED");
    this.#cancelTelling?.();
    this.#refused = { code: "RATE_LIMITED", frames: (this.#refused?.frames ?? 0) + 1 };
    this.#tell();
    this.close();
    this.deps.seat.end();
  }

  #refuse(code: SpeakFault): void {
    this.#refused = { code, frames: (this.#refused?.frames ?? 0) + 1 };
    if (!this.#cancelTelling) this.#tell();
  }

  #tell(): void {
    this.#cancelTelling = null;
    const refused = this.#refused;
    if (!refused || this.#isClosed) return;
    this.#refused = null;
    const { clock, seat } = this.deps;
    const message = MESSAGES[refused.code];
    seat.tell("speak:refused", { version: SOCKET_VERSION, sentAt: clock.now(), ...refused, message });
    this.#cancelTelling = clock.after(REFUSALS_TOLD_EVERY_MS, () => this.#tell());
  }
}
