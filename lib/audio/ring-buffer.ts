/**
 * The last `capacity` samples of a stream, addressed by their position in the whole stream (0 = first sample ever), so a
 * reader keeps a position of its own and notices when it was too slow.
 */
export class SampleRingBuffer {
  readonly capacity: number;
  readonly #samples: Int16Array;
  #end = 0;

  constructor(options: { capacity: number }) {
    if (!Number.isInteger(options.capacity) || options.capacity < 1)
      throw new RangeError(`capacity must be a positive integer, not ${options.capacity}`);
    this.capacity = options.capacity;
    this.#samples = new Int16Array(options.capacity);
  }

  /** Position of the oldest sample still held. */
  get start(): number {
    return Math.max(0, this.#end - this.capacity);
  }

  /** Position after the newest sample. */
  get end(): number {
    return this.#end;
  }

  write(samples: Int16Array): void {
    const kept = samples.length > this.capacity ? samples.subarray(samples.length - this.capacity) : samples;
    this.#end += samples.length - kept.length;
    const at = this.#end % this.capacity;
    const first = kept.subarray(0, this.capacity - at);
    this.#samples.set(first, at);
    this.#samples.set(kept.subarray(first.length), 0);
    this.#end += kept.length;
  }

  /** @returns a copy of what is still held of [from, to); shorter than asked where part of it is gone or yet to come. */
  read(range: { from: number; to?: number }): Int16Array {
    const from = Math.max(this.start, range.from);
    const to = Math.min(this.#end, range.to ?? this.#end);
    if (to <= from) return new Int16Array(0);
    const copy = new Int16Array(to - from);
    const at = from % this.capacity;
    const first = this.#samples.subarray(at, Math.min(this.capacity, at + copy.length));
    copy.set(first);
    copy.set(this.#samples.subarray(0, copy.length - first.length), first.length);
    return copy;
  }
}
