import type { Piece } from "./types";

/** A piece that waits. `since` (ms) is when its leg began to wait: a newer partial takes the place and the age of an older. */
export type WaitingPiece = { piece: Piece; since: number; attempts: number };

/**
 * What to decode next: finals in their order, then early finals, then partials, one job a leg at a time, so that the lines of a leg come in
 * order. Of a leg's partials only the newest waits; its final makes them stale.
 */
export class DecodeQueue {
  #finals: WaitingPiece[] = [];
  #partials = new Map<number, WaitingPiece>();
  readonly #busy = new Set<number>();

  add({ piece, now }: { piece: Piece; now: number }): void {
    const { stream } = piece;
    const waiting = this.#partials.get(stream);
    if (piece.final) {
      this.#partials.delete(stream);
      this.#finals.push({ piece, since: now, attempts: 0 });
    } else {
      const since = waiting?.piece.ordinal === piece.ordinal ? waiting.since : now;
      this.#partials.set(stream, { piece, since, attempts: 0 });
    }
  }

  /** Takes the next piece whose leg is idle; the leg is busy until `done`. */
  next(): WaitingPiece | undefined {
    const isIdle = ({ piece }: WaitingPiece) => !this.#busy.has(piece.stream);
    const final = this.#finals.find(isIdle);
    const partials = [...this.#partials.values()].filter(isIdle);
    // The shortest first: it costs least, and mostly it is a line of which nothing is on the screens yet.
    partials.sort((a, b) => a.piece.samples.length - b.piece.samples.length);
    const next = final ?? partials.find(({ piece }) => piece.early) ?? partials[0];
    if (!next) return undefined;
    if (final) this.#finals = this.#finals.filter((waiting) => waiting !== final);
    else this.#partials.delete(next.piece.stream);
    this.#busy.add(next.piece.stream);
    return next;
  }

  done(stream: number): void {
    this.#busy.delete(stream);
  }

  /** Puts a final back at the head, after its decoder died; `done` first. */
  putBack(waiting: WaitingPiece): void {
    this.#finals.unshift({ ...waiting, attempts: waiting.attempts + 1 });
  }

  /** @returns whether a final of the leg waits or anything of it is being decoded. */
  has(stream: number): boolean {
    return this.#busy.has(stream) || this.#finals.some(({ piece }) => piece.stream === stream);
  }

  /** Drops the waiting partial of a stream, or of all. */
  dropPartials(stream?: number): void {
    if (stream === undefined) this.#partials.clear();
    else this.#partials.delete(stream);
  }

  /** Drops the oldest finals until those left are at most `samples` long. @returns the dropped. */
  shrinkTo(samples: number): Piece[] {
    const dropped: Piece[] = [];
    let held = this.#finals.reduce((sum, { piece }) => sum + piece.samples.length, 0);
    while (held > samples) {
      const oldest = this.#finals.shift();
      if (!oldest) break;
      held -= oldest.piece.samples.length;
      dropped.push(oldest.piece);
    }
    return dropped;
  }

  /** @returns how long the oldest of each kind has waited, ms; 0 where none waits. */
  waits(now: number): { finalMs: number; partialMs: number } {
    const oldest = (waiting: Iterable<WaitingPiece>) =>
      [...waiting].reduce((most, { since }) => Math.max(most, now - since), 0);
    return { finalMs: oldest(this.#finals), partialMs: oldest(this.#partials.values()) };
  }
}
