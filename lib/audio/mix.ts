/** @returns `value` as a 16-bit sample, held at the ends of the range. */
export function saturate(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value));
}

/**
 * @returns the saturated sum, as long as the longest source (`length` where given). The sum is made before it is held, so
 * the order of the sources does not matter.
 */
export function mix(sources: readonly Int16Array[], options: { length?: number } = {}): Int16Array {
  const length = options.length ?? sources.reduce((longest, source) => Math.max(longest, source.length), 0);
  const mixed = new Int16Array(length);
  for (let at = 0; at < length; at++) {
    let sum = 0;
    for (const source of sources) sum += source[at] ?? 0;
    mixed[at] = saturate(sum);
  }
  return mixed;
}

/** @returns the samples times `gain` (1 = unchanged), rounded and saturated, in a buffer of their own. */
export function amplify(samples: Int16Array, options: { gain: number }): Int16Array {
  return Int16Array.from(samples, (sample) => saturate(Math.round(sample * options.gain)));
}

/** @returns frames of several channels woven together: first sample of each, second of each… as long as the longest. */
export function interleave(channels: readonly Int16Array[]): Int16Array {
  const length = channels.reduce((longest, channel) => Math.max(longest, channel.length), 0);
  const woven = new Int16Array(length * channels.length);
  channels.forEach((channel, lane) => {
    for (let at = 0; at < channel.length; at++) woven[at * channels.length + lane] = channel[at] ?? 0;
  });
  return woven;
}
