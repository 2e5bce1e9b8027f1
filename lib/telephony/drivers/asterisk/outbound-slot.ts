import { hears, type Mode, type Party } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { LiveVoice, PlayRequest, PlayResult, SpeakRequest } from "@/lib/telephony/gateway";
import { refusedVoice } from "@/lib/telephony/refused-voice";
import { LivePlayout } from "./live-playout";
import type { MediaSocket } from "./media-socket";
import { PARTIES, type PartyTaps } from "./party-taps";
import { Playout } from "./playout";
import { unheard } from "./rtp-proof";

type Reason = { code: string; message: string };
type Refusal = { outcome: "refused" | "failed" } & Reason;
type Way = { hearers: Party[]; sockets: MediaSocket[]; doubt: () => Reason | null };

/** The one place of a call that a clip or a live voice may have, and the way from it to those who hear it. */
export class OutboundSlot {
  #current: Playout | LivePlayout | null = null;

  constructor(
    private readonly parts: {
      clock: Clock;
      logger: Logger;
      taps: PartyTaps;
      /** Why nothing can be sent at all; null: it can. */
      away: () => Reason | null;
      /** Why nothing may be played to these parties for this mode now; null: confirmed. */
      doubt: (meant: { mode: Mode | null; parties: readonly Party[] }) => Reason | null;
    },
  ) {}

  async play(request: PlayRequest): Promise<PlayResult> {
    const way = this.#wayFor(request.mode);
    if ("outcome" in way) return { ...way, playedMs: 0 };
    const { clock, logger } = this.parts;
    const clip = new Playout(request, { clock, logger, sockets: way.sockets, doubt: way.doubt });
    this.#current = clip;
    const verdict = this.#verdictFor(way.hearers);
    clip.start();
    const result = await clip.result;
    this.#current = null;
    return verdict(result);
  }

  speak(request: SpeakRequest): LiveVoice {
    const way = this.#wayFor(request.mode);
    if ("outcome" in way) return refusedVoice({ code: way.code, message: way.message }, way.outcome);
    const { clock, logger, taps } = this.parts;
    const voice = new LivePlayout(request, {
      ...{ clock, logger, sockets: way.sockets, doubt: way.doubt },
      isOpen: () => taps.isOpen,
      verdict: this.#verdictFor(way.hearers),
      onOver: () => {
        this.#current = null;
      },
    });
    this.#current = voice;
    return voice;
  }

  /** The confirmed mode, or what a party does, changed. */
  recheck(): void {
    this.#current?.recheck();
  }

  /** Asterisk's queue is full, or takes frames again. */
  flow(isOpen: boolean): void {
    if (this.#current instanceof Playout) this.#current.flow(isOpen);
  }

  lost({ code, message }: Reason): void {
    this.#current?.lost({ code, message });
  }

  #wayFor(mode: Mode | null): Way | Refusal {
    const away = this.parts.away();
    if (away) return { outcome: "failed", ...away };
    if (this.#current)
      return { outcome: "refused", code: "BUSY", message: "another clip is being played, or somebody speaks" };
    const hearers = PARTIES.filter((party) => (mode === null ? party === "caller" : hears({ party, mode })));
    const doubt = () => this.parts.doubt({ mode, parties: hearers });
    const reason = doubt();
    if (reason) return { outcome: "refused", ...reason };
    if (hearers.length === 0) return { outcome: "refused", code: "MODE_MISMATCH", message: "in spy nobody hears us" };
    const sockets = this.parts.taps.media(hearers);
    if (sockets.length === hearers.length) return { hearers, sockets, doubt };
    return { outcome: "failed", code: "CONNECTION_LOST", message: "a party's audio is gone: nothing was sent" };
  }

  /** Begins to count: what Asterisk sends to these phones meanwhile decides whether they can have heard it. */
  #verdictFor(hearers: readonly Party[]): (result: PlayResult) => Promise<PlayResult> {
    const { taps } = this.parts;
    // Not waited for before the first word: asked on the way, answered long before the clip ends.
    const before = taps.sentPackets(hearers);
    return async (result) => {
      if (result.outcome !== "played" && result.outcome !== "interrupted") return result;
      const after = await taps.sentPackets(hearers);
      return unheard({ result, hearers, before: await before, after }) ?? result;
    };
  }
}
