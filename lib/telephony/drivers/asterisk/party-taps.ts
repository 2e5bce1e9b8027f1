import type { Party } from "@/lib/contract/call";
import type { MediaSocket } from "./media-socket";
import type { SentPackets } from "./rtp-proof";
import { type AsteriskLine, Tap } from "./tap";

export const PARTIES = ["caller", "agent"] as const;

/** The taps of one call, one of each party whose channel is known. */
export class PartyTaps {
  readonly #taps = new Map<Party, Tap>();
  /** Parties whose queue in Asterisk takes no more. */
  readonly #full = new Set<Party>();
  #isClosed = false;

  constructor(
    private readonly parts: {
      line: AsteriskLine;
      heard: (party: Party, bytes: Buffer) => void;
      flow: (isOpen: boolean) => void;
      changed: (change: { party: Party; isUp: boolean; detail: string | null }) => void;
    },
  ) {}

  /** Names of ours in Asterisk that are in use. */
  get pieces(): readonly string[] {
    return [...this.#taps.values()].flatMap((tap) => tap.pieces);
  }

  /** Every party's queue in Asterisk takes frames. */
  get isOpen(): boolean {
    return this.#full.size === 0;
  }

  /** In the place of the party's tap before, if there was one. @returns once it stands, or its first attempt failed */
  open(party: Party, channelId: string): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { line, heard, flow, changed } = this.parts;
    void this.#taps.get(party)?.close();
    this.#full.delete(party);
    const isCurrent = () => this.#taps.get(party) === tap;
    const tap: Tap = new Tap(channelId, {
      line,
      handlers: {
        flow: (isOpen) => {
          if (isOpen) this.#full.delete(party);
          else this.#full.add(party);
          if (isCurrent()) flow(this.#full.size === 0);
        },
        audio: (bytes) => isCurrent() && heard(party, bytes),
        changed: (change) => isCurrent() && changed({ party, ...change }),
      },
    });
    this.#taps.set(party, tap);
    tap.open();
    return tap.tried;
  }

  async drop(party: Party): Promise<void> {
    const tap = this.#taps.get(party);
    this.#taps.delete(party);
    await tap?.close();
  }

  /** Makes anew what is down. */
  reopen(): void {
    for (const tap of this.#taps.values()) tap.open();
  }

  /** @returns the media connections of these parties, as far as they are up */
  media(parties: readonly Party[]): MediaSocket[] {
    return parties.flatMap((party) => this.#taps.get(party)?.media ?? []);
  }

  pieceGone(channelId: string): void {
    for (const tap of this.#taps.values()) tap.pieceGone(channelId);
  }

  /** RTP packets to and from the party's phone so far; null where Asterisk does not tell. */
  async packets(party: Party): Promise<{ sent: number; received: number } | null> {
    const tap = this.#taps.get(party);
    return tap ? this.parts.line.commands.packets(tap.channelId) : null;
  }

  async sentPackets(parties: readonly Party[]): Promise<SentPackets> {
    const count = async (party: Party) =>
      parties.includes(party) ? ((await this.packets(party))?.sent ?? null) : null;
    const [caller, agent] = await Promise.all([count("caller"), count("agent")]);
    return { caller, agent };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#taps.values()].map((tap) => tap.close()));
  }
}
