import type { GatewayStatus } from "@/lib/contract/gateway-status";
import type { Gateway, GatewayCapabilities, GatewayEvents } from "@/lib/telephony/gateway";
import { GatewayConnectionError, type GatewayError } from "@/lib/telephony/gateway-errors";
import { Listeners } from "@/lib/telephony/listeners";
import { AriCommands } from "./ari-commands";
import { AriConnection } from "./ari-connection";
import { AriHttp } from "./ari-http";
import { AttachedCalls } from "./attached-calls";
import type { AsteriskCall } from "./call";
import { HelperNames } from "./helper-names";
import { ManagedCalls } from "./managed-calls";
import { type AsteriskDeps, type AsteriskOptions, asteriskOptionsSchema, type ParsedOptions } from "./options";
import { StasisArrivals } from "./stasis-arrivals";
import type { AsteriskLine } from "./tap";
import type { AriEvent } from "./wire";
import { World } from "./world";

const SUBSCRIBE_LIMIT_MS = 3_000;

const CAPABILITIES: GatewayCapabilities = {
  perPartyAudio: true,
  perPartyInjection: true,
  modes: ["spy", "whisper", "barge"],
  // Both ways in: a call found in the dialplan arrives CONNECTED, one handed over by Stasis() arrives PENDING.
  managed: true,
  flush: true,
  mark: false,
  serverSideModes: false,
  simulated: false,
  liveVoice: true,
};

/** The driver of Asterisk (docs/asterisk.md): ARI for events and commands, chan_websocket for audio. @throws ZodError on bad options */
export class AsteriskGateway implements Gateway {
  readonly capabilities = CAPABILITIES;
  readonly #options: ParsedOptions;
  readonly #listeners: Listeners<GatewayEvents>;
  readonly #ari: AriConnection;
  readonly #world = new World();
  readonly #line: AsteriskLine;
  readonly #attached: AttachedCalls;
  readonly #managed: ManagedCalls;
  readonly #deps: AsteriskDeps;
  #status: GatewayStatus;
  #wasUp = false;
  #willRefresh = false;
  #isStopped = false;
  /** What came in while the lists were being read. */
  #held: AriEvent[] | null = null;
  #starting: { resolve: () => void; reject: (error: GatewayError) => void } | null = null;

  constructor(options: AsteriskOptions, deps: AsteriskDeps) {
    this.#options = asteriskOptionsSchema.parse(options);
    this.#deps = deps;
    const { clock, logger, random = Math.random } = deps;
    const { name, app } = this.#options;
    this.#listeners = new Listeners(logger);
    this.#status = {
      ...{ name, driver: "asterisk", simulated: false, state: "down" },
      ...{ latencyMs: null, reconnects: 0, detail: null },
    };
    this.#ari = new AriConnection(this.#options, {
      ...{ clock, logger, random },
      handlers: {
        opened: () => this.#opened(),
        event: (event) => this.#receive(event),
        latency: (latencyMs) => this.#setStatus({ latencyMs }),
        down: (loss) => this.#lost(loss),
        refused: (error) => this.#refused(error),
      },
    });
    const arrivals = new StasisArrivals(clock);
    const http = new AriHttp(this.#options, SUBSCRIBE_LIMIT_MS);
    const commands = new AriCommands({ ari: this.#ari, http, app });
    this.#line = { commands, names: new HelperNames({ app }), arrivals, options: this.#options, clock, logger };
    const onCall = (call: AsteriskCall) => this.#listeners.emit("call", call);
    this.#managed = new ManagedCalls({ line: this.#line, onCall });
    this.#attached = new AttachedCalls({
      ...{ line: this.#line, world: this.#world, isAgent: deps.isAgent, onCall },
      isManaged: (bridgeId) => this.#managed.ownsBridge(bridgeId),
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get status(): GatewayStatus {
    return this.#status;
  }

  /** @throws GatewayAuthenticationError, GatewayError with what to change in Asterisk; GatewayConnectionError when stopped meanwhile */
  start(): Promise<void> {
    this.#setStatus({ state: "connecting", detail: null });
    return new Promise((resolve, reject) => {
      this.#starting = { resolve, reject };
      this.#ari.start();
    });
  }

  /** Takes every helper of ours out of Asterisk; the calls go on without us. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#attached.stop();
    await Promise.all(this.#calls().map((call) => call.abandon()));
    this.#ari.stop();
    this.#setStatus({ state: "down", latencyMs: null, detail: "stopped" });
    this.#starting?.reject(new GatewayConnectionError("STOPPED", { message: "stopped before Asterisk was reached" }));
    this.#starting = null;
  }

  on<E extends keyof GatewayEvents>(event: E, listener: GatewayEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  /** Asterisk never repeats an event, so its lists are read; what happens meanwhile is looked at after them. */
  async #opened(): Promise<void> {
    const held: AriEvent[] = [];
    this.#held = held;
    try {
      const { commands } = this.#line;
      await commands.subscribe();
      const [channels, bridges] = await Promise.all([commands.channels(), commands.bridges()]);
      if (this.#held !== held) return;
      this.#held = null;
      const isNoTap = ({ id }: { id: string }) => !this.#line.names.is("tap", id);
      this.#world.reset({ channels: channels.filter(isNoTap), bridges: bridges.filter(isNoTap) });
      this.#managed.resync({ channels, bridges });
      void this.#sweep({ ids: channels.map(({ id }) => id), bridgeIds: bridges.map(({ id }) => id) });
      for (const event of held) this.#apply(event);
      // First who is with whom, then whether we may speak to them.
      this.#attached.refresh();
      for (const call of this.#calls()) call.reach(true);
      this.#up();
    } catch (error) {
      this.#deps.logger.error({ err: error }, "Asterisk's calls could not be read");
      throw error;
    }
  }

  #up(): void {
    const reconnects = this.#status.reconnects + (this.#wasUp ? 1 : 0);
    this.#wasUp = true;
    this.#setStatus({ state: "up", detail: null, reconnects });
    this.#starting?.resolve();
    this.#starting = null;
  }

  #lost({ detail, retryInMs }: { detail: string; retryInMs: number }): void {
    this.#held = null;
    for (const call of this.#calls()) call.reach(false);
    const next = `; next attempt in ${Math.ceil(retryInMs / 1000)} s`;
    this.#setStatus({ state: "down", latencyMs: null, detail: `${detail.slice(0, 300 - next.length)}${next}` });
  }

  #refused(error: GatewayError): void {
    this.#setStatus({ state: "down", latencyMs: null, detail: error.message.slice(0, 300) });
    this.#starting?.reject(error);
    this.#starting = null;
  }

  #receive(event: AriEvent): void {
    if (event.type === "StasisStart" && this.#line.arrivals.arrived(event.channel.id)) return;
    if (this.#isStopped) return;
    if (this.#held) this.#held.push(event);
    else this.#apply(event);
  }

  /** Once for all the events that came in one packet. */
  #refreshSoon(): void {
    if (this.#willRefresh) return;
    this.#willRefresh = true;
    queueMicrotask(() => {
      this.#willRefresh = false;
      if (!this.#held) this.#attached.refresh();
    });
  }

  #apply(event: AriEvent): void {
    if (this.#isAboutTap(event)) {
      if (event.type === "ChannelDestroyed") for (const call of this.#calls()) call.pieceGone(event.channel.id);
      return;
    }
    this.#world.apply(event);
    this.#managed.hear(event);
    this.#refreshSoon();
  }

  /** Most events are: a tap has two channels and a bridge, and they say nothing of who talks with whom. */
  #isAboutTap(event: AriEvent): boolean {
    const { names } = this.#line;
    if ("bridge" in event && event.bridge && names.is("tap", event.bridge.id)) return true;
    return "channel" in event && event.channel !== undefined && names.is("tap", event.channel.id);
  }

  /** Helpers that nobody uses: left behind by an Earshot that died, or by ourselves while Asterisk was out of reach. */
  async #sweep({ ids, bridgeIds }: { ids: readonly string[]; bridgeIds: readonly string[] }): Promise<void> {
    const { commands, names } = this.#line;
    const inUse = new Set(this.#calls().flatMap((call) => call.pieces));
    const isOrphan = (id: string) => names.is("tap", id) && !inUse.has(id);
    const work = [
      ...ids.filter(isOrphan).map((id) => commands.hangUp(id)),
      ...bridgeIds.filter(isOrphan).map((id) => commands.destroyBridge(id)),
    ];
    if (work.length > 0)
      this.#deps.logger.info({ orphans: work.length }, "helpers of an earlier connection are removed");
    for (const result of await Promise.allSettled(work))
      if (result.status === "rejected") this.#deps.logger.warn({ err: result.reason }, "a helper was not removed");
  }

  #calls(): AsteriskCall[] {
    return [...this.#managed.all(), ...this.#attached.all()];
  }

  #setStatus(change: Partial<GatewayStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#listeners.emit("status", this.#status);
  }
}
