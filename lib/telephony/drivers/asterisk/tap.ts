import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { GatewayConnectionError } from "@/lib/telephony/gateway-errors";
import type { AriCommands } from "./ari-commands";
import { isGone } from "./ari-errors";
import type { HelperNames } from "./helper-names";
import { MediaSocket } from "./media-socket";
import type { ParsedOptions } from "./options";
import type { StasisArrivals } from "./stasis-arrivals";

/** Pauses before the next attempt, ms; the last one again and again. */
const RETRY_PAUSES_MS = [100, 500, 1_000, 2_000] as const;

/** What every call of one Asterisk shares. */
export type AsteriskLine = {
  commands: AriCommands;
  names: HelperNames;
  arrivals: StasisArrivals;
  options: ParsedOptions;
  clock: Clock;
  logger: Logger;
};

export type TapHandlers = {
  audio: (bytes: Buffer) => void;
  /** Up or down; `detail` says why it is down. */
  changed: (change: { isUp: boolean; detail: string | null }) => void;
  flow: (isOpen: boolean) => void;
};

type Pieces = { snoop: string; channel: string; bridge: string };

/**
 * One party's ear and mouth: a snoop on its channel (`spy=in`: what it says; `whisper=out`: only it hears us), a media channel,
 * and the bridge between them. Comes back by itself for as long as the party's channel is there.
 */
export class Tap {
  #pieces: Pieces | null = null;
  #media: MediaSocket | null = null;
  #isClosed = false;
  #isOpening = false;
  #failures = 0;
  /** That it is down. */
  #isTold = false;
  #settleFirst: () => void = () => {};
  /** The first attempt is over, or the tap was closed before. */
  readonly tried = new Promise<void>((resolve) => {
    this.#settleFirst = resolve;
  });
  #cancelRetry: () => void = () => {};

  constructor(
    readonly channelId: string,
    private readonly parts: { line: AsteriskLine; handlers: TapHandlers },
  ) {}

  /** Null while it is down. */
  get media(): MediaSocket | null {
    return this.#media?.isOpen ? this.#media : null;
  }

  /** Names in Asterisk that are in use. */
  get pieces(): readonly string[] {
    return this.#pieces ? Object.values(this.#pieces) : [];
  }

  /** Makes it, unless it stands or is being made. Never rejects: `changed` tells. */
  open(): void {
    this.#cancelRetry();
    if (this.#isClosed || this.#isOpening || this.#media) return;
    this.#isOpening = true;
    void this.#attempt().finally(() => {
      this.#isOpening = false;
    });
  }

  /** A channel of ours is gone. */
  pieceGone(channelId: string): void {
    if (this.#pieces?.snoop === channelId || this.#pieces?.channel === channelId) this.#media?.close();
  }

  /** Takes it out of Asterisk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#settleFirst();
    const pieces = this.#pieces;
    this.#media?.close();
    if (pieces) await this.#remove(pieces);
  }

  async #attempt(): Promise<void> {
    const { names } = this.parts.line;
    const name = names.make("tap");
    const pieces = { snoop: `${name}-s`, channel: `${name}-m`, bridge: `${name}-b` };
    this.#pieces = pieces;
    let media: MediaSocket | null = null;
    try {
      media = await this.#build(pieces);
      if (this.#isClosed || !media.isOpen) throw new GatewayConnectionError("CLOSED", { message: "closed meanwhile" });
      this.#media = media;
      this.#failures = 0;
      this.#isTold = false;
      this.parts.handlers.changed({ isUp: true, detail: null });
      this.#settleFirst();
    } catch (error) {
      media?.close();
      await this.#remove(pieces);
      if (!this.#isClosed) this.#failed(error);
    }
  }

  async #build({ snoop, channel, bridge }: Pieces): Promise<MediaSocket> {
    const { commands, arrivals, options, clock } = this.parts.line;
    const arrived = Promise.all([arrivals.expect(snoop), arrivals.expect(channel)]);
    // Asked for at once, awaited later: a failed request must not leave it unheard.
    arrived.catch(() => undefined);
    const [connectionId] = await Promise.all([
      commands.externalMedia(channel),
      commands.snoop(this.channelId, snoop),
      commands.createBridge(bridge),
    ]);
    const { audio, flow } = this.parts.handlers;
    const handlers = { audio, flow, closed: () => this.#lost() };
    // The media channel counts as answered, and enters the application, once its socket is connected.
    const media = await MediaSocket.open(connectionId, { options, clock, handlers });
    await arrived;
    await commands.addToBridge(bridge, [snoop, channel]);
    return media;
  }

  /** Said once, however often it fails after that; whether the party is gone the call learns by itself, and closes us. */
  #failed(error: unknown): void {
    // At first a missing channel means that its party hung up; still missing later, it means something else.
    const isNews = !this.#isTold && (!isGone(error) || this.#failures >= RETRY_PAUSES_MS.length);
    const detail = error instanceof Error ? error.message : "unknown";
    if (isNews) {
      this.#isTold = true;
      this.parts.line.logger.warn({ err: error }, "a party's audio could not be tapped");
      this.parts.handlers.changed({ isUp: false, detail });
    }
    this.#settleFirst();
    this.#retry();
  }

  #retry(): void {
    const pause = RETRY_PAUSES_MS[Math.min(this.#failures, RETRY_PAUSES_MS.length - 1)] ?? 2_000;
    this.#failures += 1;
    this.#cancelRetry = this.parts.line.clock.after(pause, () => this.open());
  }

  #lost(): void {
    if (!this.#media) return;
    this.#media = null;
    const pieces = this.#pieces;
    if (this.#isClosed) return;
    this.#isTold = true;
    this.parts.handlers.changed({ isUp: false, detail: "the audio connection to Asterisk broke" });
    if (pieces) void this.#remove(pieces);
    this.#retry();
  }

  async #remove(pieces: Pieces): Promise<void> {
    if (this.#pieces === pieces) this.#pieces = null;
    const { commands, logger } = this.parts.line;
    const results = await Promise.allSettled([
      commands.hangUp(pieces.snoop),
      commands.hangUp(pieces.channel),
      commands.destroyBridge(pieces.bridge),
    ]);
    // What stays behind while Asterisk is out of reach is swept on the way back.
    for (const result of results)
      if (result.status === "rejected") logger.debug({ err: result.reason }, "a helper of ours was not removed");
  }
}
