import type { GatewayReport, GatewayStatus } from "@/lib/contract/gateway-status";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Gateway } from "@/lib/telephony/gateway";

/** What the contract carries of a diagnosis, characters. */
const LONGEST_DETAIL = 300;
/** How long start and stop wait for a telephone connection; it goes on trying afterwards. */
const WAIT_MS = 5_000;

/** All telephone systems together: none waits for another, and each one's state is told with since when. */
export class GatewayGroup {
  readonly #known = new Map<Gateway, { isUp: boolean; since: number }>();

  constructor(private readonly deps: { gateways: readonly Gateway[]; clock: Clock; logger: Logger }) {
    for (const gateway of deps.gateways) {
      this.#noteState(gateway);
      gateway.on("status", () => this.#noteState(gateway));
    }
  }

  /** Waits a little for each; one that is away or refuses us is shown on the screen. Never rejects. */
  async open(): Promise<void> {
    await this.#atAll("open", (gateway) => gateway.start());
  }

  async close(): Promise<void> {
    await this.#atAll("close", (gateway) => gateway.stop());
  }

  /** In the order they were configured. */
  reports(): GatewayReport[] {
    return this.deps.gateways.map((gateway) => {
      const { detail, ...status }: GatewayStatus = gateway.status;
      return { ...status, detail: detail?.slice(0, LONGEST_DETAIL) ?? null, since: this.#noteState(gateway) };
    });
  }

  async #atAll(what: "open" | "close", act: (gateway: Gateway) => Promise<void>): Promise<void> {
    const { clock, logger, gateways } = this.deps;
    const waits = gateways.map((gateway) => {
      const done = act(gateway).catch((error: unknown) => {
        logger.error({ err: error, gateway: gateway.name, what }, "telephone connection has failed");
      });
      return Promise.race([done, new Promise<void>((resolve) => clock.after(WAIT_MS, resolve))]);
    });
    await Promise.all(waits);
  }

  /** `connecting` counts as away: with each attempt a new time would begin. @returns since when it is up or away */
  #noteState(gateway: Gateway): number {
    const isUp = gateway.status.state === "up";
    const known = this.#known.get(gateway);
    if (known?.isUp === isUp) return known.since;
    const since = this.deps.clock.now();
    this.#known.set(gateway, { isUp, since });
    return since;
  }
}
