/** What is known of one step. */
const KNOWN = 1;
const CALLER = 2;
const AGENT = 4;

/** Quieter than this is breath and line noise, dBFS. */
const SPEECH_DBFS = -42;
/** Gaps between syllables do not end a turn, ms. */
const HANG_MS = 250;

export type TalkCell = { known: boolean; caller: boolean; agent: boolean };
export type TalkSummary = { callerShare: number; agentShare: number; overlaps: number; overlapMs: number };

/** Who spoke when, over the last seconds, from the levels of both parties. Time in ms of any one clock that does not go back. */
export class TalkLanes {
  readonly #stepMs: number;
  readonly #cells: Uint8Array;
  #newest = -1;
  readonly #speechUntil = { caller: Number.NEGATIVE_INFINITY, agent: Number.NEGATIVE_INFINITY };

  constructor({ windowMs = 20_000, stepMs = 100 }: { windowMs?: number; stepMs?: number } = {}) {
    this.#stepMs = stepMs;
    this.#cells = new Uint8Array(Math.ceil(windowMs / stepMs));
  }

  /** @param levels dBFS */
  add({ atMs, caller, agent }: { atMs: number; caller: number; agent: number }): void {
    if (caller > SPEECH_DBFS) this.#speechUntil.caller = atMs + HANG_MS;
    if (agent > SPEECH_DBFS) this.#speechUntil.agent = atMs + HANG_MS;
    const step = this.#moveTo(atMs);
    const speaks =
      (this.#speechUntil.caller > atMs ? CALLER : 0) | (this.#speechUntil.agent > atMs ? AGENT : 0) | KNOWN;
    const at = step % this.#cells.length;
    this.#cells[at] = (this.#cells[at] ?? 0) | speaks;
  }

  /** The window that ends at `nowMs`, oldest first. Steps of which nothing was measured (a hidden tab) are not known. */
  cells(nowMs: number): TalkCell[] {
    const newest = this.#moveTo(nowMs);
    return Array.from(this.#cells, (_, index) => {
      const cell = this.#cells[(newest + 1 + index) % this.#cells.length] ?? 0;
      return { known: (cell & KNOWN) !== 0, caller: (cell & CALLER) !== 0, agent: (cell & AGENT) !== 0 };
    });
  }

  /** Shares are 0…1 of what is known. */
  summary(nowMs: number): TalkSummary {
    const cells = this.cells(nowMs);
    const known = Math.max(1, cells.filter((cell) => cell.known).length);
    const both = cells.map((cell) => cell.caller && cell.agent);
    return {
      callerShare: cells.filter((cell) => cell.caller).length / known,
      agentShare: cells.filter((cell) => cell.agent).length / known,
      overlaps: both.filter((now, index) => now && !both[index - 1]).length,
      overlapMs: both.filter(Boolean).length * this.#stepMs,
    };
  }

  /** Empties what lies between the newest step and the one of `atMs`. @returns that step */
  #moveTo(atMs: number): number {
    const step = Math.max(this.#newest, Math.floor(atMs / this.#stepMs));
    const first = Math.max(this.#newest + 1, step - this.#cells.length + 1);
    for (let empty = first; empty <= step; empty++) this.#cells[empty % this.#cells.length] = 0;
    this.#newest = step;
    return step;
  }
}
