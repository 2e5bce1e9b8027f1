import type { Clock } from "@/lib/platform/clock";
import { HEARTBEAT_BOUNDS_MS } from "./options";

/**
 * Pings at the gateway's own interval. `dead` is called when nothing at all was heard over two intervals, which a half-open
 * TCP connection would never tell. Two, because after a stall of this process the timer is due before what came in is read.
 */
export class Heartbeat {
  #cancel: (() => void) | null = null;
  #sent: { id: string; at: number } | null = null;
  #count = 0;
  #heard = false;
  #silentBeats = 0;

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
    this.#silentBeats = this.#sent && !this.#heard ? this.#silentBeats + 1 : 0;
    if (this.#silentBeats === 2) {
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
