import type { TranscriptionLevel } from "@/lib/contract/transcript";

/** How busy decoding is, taken about once a second. Waits in ms; `busy` is the share of the decoders' time in use, 0…1. */
export type Pressure = { finalMs: number; partialMs: number; busy: number };

type Working = Exclude<TranscriptionLevel, "unavailable">;

const LADDER: readonly Working[] = ["full", "slow-partials", "finals-only"];
/** A reading is too much where a final waits so long; a partial's wait counts only as long as partials are at full pace. */
const FINAL_LIMIT_MS: Record<Working, number> = { full: 700, "slow-partials": 1500, "finals-only": 3000 };
const PARTIAL_LIMIT_MS = 1200;
/** Calm enough to try the better level. */
const CALM_FINAL_MS = 200;
const CALM_BUSY = 0.6;
const STRAINED_READINGS = 2;
const CALM_READINGS = 10;
/** A step up that soon failed makes the next one wait twice as long, up to this many readings. */
const MOST_CALM_READINGS = 120;
const SOON_READINGS = 20;

/** Goes down a level when decoding falls behind and up again when it has long been calm. Pure: time is readings. */
export class LoadShedding {
  #step = 0;
  #strained = 0;
  #calm = 0;
  #sinceUp = Number.POSITIVE_INFINITY;
  #needed = CALM_READINGS;

  get level(): Working {
    return LADDER[this.#step] ?? "finals-only";
  }

  /** @returns the level from now on. */
  observe({ finalMs, partialMs, busy }: Pressure): Working {
    this.#sinceUp += 1;
    const strained = finalMs > FINAL_LIMIT_MS[this.level] || (this.level === "full" && partialMs > PARTIAL_LIMIT_MS);
    this.#strained = strained ? this.#strained + 1 : 0;
    this.#calm = !strained && finalMs <= CALM_FINAL_MS && busy <= CALM_BUSY ? this.#calm + 1 : 0;
    if (this.#strained >= STRAINED_READINGS && this.#step < LADDER.length - 1) this.#down();
    else if (this.#calm >= this.#needed && this.#step > 0) this.#up();
    if (this.#sinceUp > MOST_CALM_READINGS) this.#needed = CALM_READINGS;
    return this.level;
  }

  #down(): void {
    if (this.#sinceUp <= SOON_READINGS) this.#needed = Math.min(MOST_CALM_READINGS, this.#needed * 2);
    this.#step += 1;
    this.#strained = 0;
    this.#calm = 0;
  }

  #up(): void {
    this.#step -= 1;
    this.#calm = 0;
    this.#sinceUp = 0;
  }
}

/** 0.4 s with two calls, 1.2 s with ten. @returns ms between the partials of a leg; null: none. */
export function partialInterval({ level, streams }: { level: TranscriptionLevel; streams: number }): number | null {
  if (level === "finals-only" || level === "unavailable") return null;
  const calls = streams / 2;
  const ms = Math.min(1200, Math.max(400, 400 + (calls - 2) * 100));
  return level === "slow-partials" ? Math.max(1500, ms * 2) : ms;
}
