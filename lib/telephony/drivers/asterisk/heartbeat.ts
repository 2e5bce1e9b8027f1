import type { Clock } from "@/lib/platform/clock";

/** A ping this often … */
const INTERVAL_MS = 2_000;
/** … counts as missed after this: a line cut at any moment is noticed within two intervals and one of these, 4.9 s. */
const PATIENCE_MS = 900;
/** Two, because after a stall of this process a deadline is due before what came in meanwhile is read. */
const MOST_MISSED = 2;

/** Pings Asterisk; `dead` is called when nothing at all was heard after two of them, which a cut network does not tell. */
export class AriHeartbeat {
  #cancelBeat: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #sent: { id: string; at: number } | null = null;
  #count = 0;
  #heard = false;
  #missed = 0;

  constructor(
    private readonly options: {
      clock: Clock;
      ping: (id: string) => void;
      latency: (ms: number) => void;
      dead: () => void;
    },
  ) {}

  start(): void {
    this.#beat();
  }

  stop(): void {
    this.#cancelBeat?.();
    this.#cancelDeadline?.();
  }

  /** Anything came in. */
  heard(): void {
    this.#heard = true;
    this.#missed = 0;
  }

  /** @returns whether it answers a ping of ours. */
  pong(id: string): boolean {
    if (!id.startsWith("ping-")) return false;
    if (this.#sent?.id === id) {
      this.options.latency(this.options.clock.now() - this.#sent.at);
      this.#sent = null;
    }
    return true;
  }

  #beat(): void {
    const { clock, ping } = this.options;
    this.#heard = false;
    this.#count += 1;
    this.#sent = { id: `ping-${this.#count}`, at: clock.now() };
    this.#cancelBeat = clock.after(INTERVAL_MS, () => this.#beat());
    this.#cancelDeadline = clock.after(PATIENCE_MS, () => this.#check());
    ping(this.#sent.id);
  }

  #check(): void {
    if (this.#heard) return;
    this.#missed += 1;
    if (this.#missed < MOST_MISSED) return;
    this.stop();
    this.options.dead();
  }
}
