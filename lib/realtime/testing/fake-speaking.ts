import type { SpeakingCommands } from "@/lib/calls/commands";
import type { SpeakFrame } from "@/lib/contract/headset";
import type { SpeakFault } from "@/lib/contract/speaking";

type Start = Parameters<SpeakingCommands["start"]>[0];
type Drop = Parameters<SpeakingCommands["drop"]>[0];

/** One microphone a connection; takes only its own frames, in its own mode. `note` sees `start` and `stop`, and may throw. */
export class FakeSpeaking implements SpeakingCommands {
  readonly open = new Map<string, Start & { speakingId: number }>();
  readonly heard: { connectionId: string; frame: SpeakFrame }[] = [];
  readonly drops: Drop[] = [];
  /** Awaited before a microphone opens, as a mode's confirmation is. */
  confirmation: Promise<void> = Promise.resolve();
  /** Awaited by a stop once the microphone is closed, as the mode's way back is. */
  wayBack: Promise<void> = Promise.resolve();

  constructor(private readonly note: (name: string, request: object) => void) {}

  async start(request: Start): Promise<{ speakingId: number; mode: Start["mode"] }> {
    this.note("startSpeaking", request);
    await this.confirmation;
    const speakingId = this.open.size + 1;
    this.open.set(request.connectionId, { ...request, speakingId });
    return { speakingId, mode: request.mode };
  }

  async stop(request: Parameters<SpeakingCommands["stop"]>[0]): Promise<void> {
    this.note("stopSpeaking", request);
    this.#close(request.connectionId, "released");
    await this.wayBack;
  }

  frame({ connectionId, frame }: { connectionId: string; frame: SpeakFrame }): SpeakFault | null {
    const microphone = this.open.get(connectionId);
    if (!microphone || microphone.speakingId !== frame.speakingId) return "NOT_SPEAKING";
    if (microphone.mode !== frame.mode) return "MODE_MISMATCH";
    this.heard.push({ connectionId, frame });
    return null;
  }

  drop(request: Drop): void {
    this.drops.push(request);
    this.#close(request.connectionId, request.reason);
  }

  #close(connectionId: string, reason: Drop["reason"]): void {
    const microphone = this.open.get(connectionId);
    this.open.delete(connectionId);
    microphone?.onClosed({ speakingId: microphone.speakingId, reason, message: "The microphone is closed." });
  }
}
