import type { Clock } from "@/lib/platform/clock";
import { HEARTBEAT_BOUNDS_MS } from "./options";

/**
 * Pings at the gateway's own interval. `dead` is called when a whole interval passed since a ping and nothing at all was
 * heard, which a half-open TCP connection would never tell.
 */
export class Heartbeat {
  #cancel: (() => void) | null = null;
  #sent: { id: string; at: number } | null = null;
  #count = 0;
  #heard = false;

  constructor(
    private readonly options: {
      clock: Clock;
      intervalMs: number;
      ping: (id: string) => void;
      latency: (ms: number) => void;
      dead: () => void;
    },
  ) {}

  start(): void {
    this.#beat();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Anything came in. */
  heard(): void {
    this.#heard = true;
  }

  pong(id: string): void {
    if (this.#sent?.id !== id) return;
    this.options.latency(this.options.clock.now() - this.#sent.at);
    this.#sent = null;
  }

  #beat(): void {
    const { clock, intervalMs, ping, dead } = this.options;
    if (this.#sent && !this.#heard) {
      dead();
      return;
    }
    this.#heard = false;
    this.#count += 1;
    this.#sent = { id: `p${this.#count}`, at: clock.now() };
    const wait = Math.min(HEARTBEAT_BOUNDS_MS.most, Math.max(HEARTBEAT_BOUNDS_MS.least, intervalMs));
    this.#cancel = clock.after(wait, () => this.#beat());
    ping(this.#sent.id);
  }
}
