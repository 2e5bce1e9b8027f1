import type { LiveVoice, PlayRequest, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import { refusedVoice } from "@/lib/telephony/refused-voice";
import { type ClipLine, type ClipMessage, OutboundClip } from "./outbound";
import { OutboundVoice } from "./outbound-voice";
import type { ServerHello } from "./wire";

type Reason = { code: string; message: string };
const BUSY: Reason = { code: "BUSY", message: "another clip is being played, or somebody speaks" };
const NO_VOICE: Reason = { code: "UNSUPPORTED", message: "this gateway takes no live voice" };

/** The one place of a call that a clip or a live voice may have. */
export class OutboundSlot {
  #current: OutboundClip | OutboundVoice | null = null;
  #playCount = 0;

  constructor(
    private readonly parts: Omit<ClipLine, "wireRate" | "frameMs"> & {
      /** What the media connection's server said of itself, or why nothing can be sent. */
      reach: () => { hello: ServerHello } | { reason: Reason };
    },
  ) {}

  async play(request: PlayRequest): Promise<PlayResult> {
    const reach = this.parts.reach();
    if ("reason" in reach) return { outcome: "failed", playedMs: 0, ...reach.reason };
    if (this.#current) return { outcome: "refused", playedMs: 0, ...BUSY };
    const clip = new OutboundClip({ playId: this.#nextId(), request }, this.#line(reach.hello));
    this.#current = clip;
    clip.start();
    const result = await clip.result;
    this.#current = null;
    return result;
  }

  speak(request: SpeakRequest): LiveVoice {
    const reach = this.parts.reach();
    if ("reason" in reach) return refusedVoice(reach.reason, "failed");
    if (!reach.hello.capabilities.liveVoice) return refusedVoice(NO_VOICE);
    if (this.#current) return refusedVoice(BUSY);
    const voice = new OutboundVoice({ playId: this.#nextId(), request }, this.#line(reach.hello));
    this.#current = voice;
    void voice.result.then(() => {
      this.#current = null;
    });
    voice.start();
    return voice;
  }

  /** @returns false for a message about audio that never was. */
  receive(message: ClipMessage): boolean {
    if (this.#current?.playId === message.playId) this.#current.receive(message);
    // What the server still says about a clip that is over here is no fault.
    return message.playId <= this.#playCount;
  }

  /** The confirmed mode changed, or is not known any more. */
  modeChanged(): void {
    this.#current?.modeChanged();
  }

  lost(reason: Reason): void {
    this.#current?.lost({ code: reason.code, message: reason.message });
  }

  #nextId(): number {
    this.#playCount += 1;
    return this.#playCount;
  }

  #line({ sampleRate, frameMs }: ServerHello): ClipLine {
    return { ...this.parts, wireRate: sampleRate, frameMs };
  }
}
