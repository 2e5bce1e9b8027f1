import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Actor, SpeakingEnd, SpeakingMode } from "@/lib/contract/call";
import { type UserId, userIdSchema } from "@/lib/contract/ids";
import type { SpeakFault } from "@/lib/contract/speaking";
import { CALL_ID, type CallsRig } from "./calls-rig";

/** A supervisor with one connection, as realtime would act for them. */
export class Speaker {
  readonly by: Actor;
  readonly userId: UserId;
  readonly connectionId: string;
  /** Every `onClosed`. */
  readonly closed: { speakingId: number; reason: SpeakingEnd; message: string }[] = [];
  #speakingId = -1;
  #mode: SpeakingMode = "whisper";
  #sequence = 0;

  constructor(
    private readonly rig: CallsRig,
    { name = "Nora Keller", tab = 1 }: { name?: string; tab?: number } = {},
  ) {
    const id = name.replace(/[^A-Za-z]/g, "-");
    this.userId = userIdSchema.parse(id);
    this.by = { kind: "user", userId: this.userId, name };
    this.connectionId = `${id}-${tab}`;
  }

  async start(mode: SpeakingMode): Promise<number> {
    const { by, connectionId, closed } = this;
    const onClosed = (end: (typeof closed)[number]) => closed.push(end);
    const opened = await this.rig.service.speaking.start({ callId: CALL_ID, mode, by, connectionId, onClosed });
    this.#speakingId = opened.speakingId;
    this.#mode = opened.mode;
    this.#sequence = 0;
    return opened.speakingId;
  }

  stop(): Promise<void> {
    return this.rig.service.speaking.stop({ callId: CALL_ID, by: this.by, connectionId: this.connectionId });
  }

  /** One frame of a steady 5. */
  say(mode: SpeakingMode = this.#mode): SpeakFault | null {
    const samples = new Int16Array(FRAME_SAMPLES).fill(5);
    const frame = { mode, speakingId: this.#speakingId, sequence: this.#sequence++, samples };
    return this.rig.service.speaking.frame({ connectionId: this.connectionId, frame });
  }

  drop(reason: SpeakingEnd = "disconnected"): void {
    this.rig.service.speaking.drop({ connectionId: this.connectionId, reason });
  }
}
