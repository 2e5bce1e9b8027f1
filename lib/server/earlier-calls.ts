import { canSeeCall, isAgent } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { AgentId, CallId, TeamId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Gateway } from "@/lib/telephony/gateway";

/** Once a telephone connection is up: so long its list, and the calls' own connections, have to stand again. */
export const FOUND_AGAIN_MS = 15_000;
/** Until a record that could not be written is tried again. */
export const TRY_AGAIN_MS = 5_000;

/** A call that may go on: its telephone system has not been asked yet. */
export type OpenCall = { callId: CallId; teamId: TeamId | null; agentId: AgentId | null };

/** A call, and who asks about it. */
export type AskedCall = { callId: CallId; viewer: Viewer };

type Deps = {
  gateways: readonly Pick<Gateway, "name" | "status" | "on">[];
  /**
   * Ends in the record whatever began before this time (milliseconds since the epoch) and was not found again, but for the
   * calls of the telephone systems that are `away`. @returns those
   */
  endLost: (options: { before: number; away: readonly string[] }) => Promise<readonly OpenCall[]>;
  clock: Clock;
  logger: Logger;
};

/**
 * The calls of an earlier run: which of them are over can be said only once their telephone system was up again long enough to
 * tell of them, and the record says so too. One that stays away keeps its own calls open, however long, and nobody else's.
 */
export class EarlierCalls {
  readonly #startedAt: number;
  /** Up for FOUND_AGAIN_MS on end, once. */
  readonly #asked = new Set<string>();
  readonly #stops = new Set<() => void>();
  #isDue = false;
  #isStopped = false;
  /** Null: nothing is known of any of them. */
  #open: ReadonlyMap<CallId, OpenCall> | null = null;
  #work: Promise<void> = Promise.resolve();
  #cancelRetry = () => {};

  constructor(private readonly deps: Deps) {
    this.#startedAt = deps.clock.now();
  }

  /**
   * @returns true: a call that is not live is over, in the record as well. Of an open one only those learn who may see it: to
   * others it is as one that never was. Without a call: true of every one.
   */
  knows(asked?: AskedCall): boolean {
    if (!this.#open || !asked) return this.#open?.size === 0;
    const { callId, viewer } = asked;
    const call = this.#open.get(callId);
    if (!call) return true;
    const isOwn = isAgent(viewer) && viewer.agentId !== null && viewer.agentId === call.agentId;
    return !isOwn && !canSeeCall({ viewer, teamId: call.teamId });
  }

  /** The telephone connections have been opened. */
  search(): void {
    for (const gateway of this.deps.gateways) this.#await(gateway);
    const cancel = this.deps.clock.after(FOUND_AGAIN_MS, () => {
      this.#isDue = true;
      this.#endSoon();
    });
    this.#stops.add(cancel);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    for (const stop of this.#stops) stop();
  }

  #await(gateway: Deps["gateways"][number]): void {
    let cancel: (() => void) | null = null;
    const look = () => {
      const isUp = gateway.status.state === "up";
      if (isUp === (cancel !== null) || this.#asked.has(gateway.name)) return;
      cancel?.();
      cancel = isUp ? this.deps.clock.after(FOUND_AGAIN_MS, () => this.#wasAsked(gateway.name)) : null;
    };
    this.#stops.add(gateway.on("status", look));
    this.#stops.add(() => cancel?.());
    look();
  }

  #wasAsked(name: string): void {
    this.#asked.add(name);
    if (this.#isDue) this.#endSoon();
  }

  /** One after the other: an older answer never takes the place of a newer one. */
  #endSoon(): void {
    this.#work = this.#work.then(() => this.#end());
  }

  async #end(): Promise<void> {
    if (this.#isStopped) return;
    const { gateways, endLost, clock, logger } = this.deps;
    const away = gateways.map(({ name }) => name).filter((name) => !this.#asked.has(name));
    this.#cancelRetry();
    try {
      const open = await endLost({ before: this.#startedAt, away });
      this.#open = new Map(open.map((call) => [call.callId, call]));
    } catch (error) {
      logger.error({ err: error }, "calls of an earlier run could not be ended");
      if (!this.#isStopped) this.#cancelRetry = clock.after(TRY_AGAIN_MS, () => this.#endSoon());
    }
  }
}
