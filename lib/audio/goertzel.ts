/**
 * Goertzel's algorithm: how much of one frequency is in a stretch.
 * @returns the amplitude of the sine at `frequency` Hz, 0…1 of full scale.
 */
export function toneAmplitude(samples: Int16Array, options: { frequency: number; sampleRate: number }): number {
  if (samples.length === 0) return 0;
  const omega = (2 * Math.PI * options.frequency) / options.sampleRate;
  const coefficient = 2 * Math.cos(omega);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample / 32_768 + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** @returns a sine of `amplitude` (0…1 of full scale) beginning at phase 0. */
export function sine(options: {
  frequency: number;
  sampleRate: number;
  durationMs: number;
  amplitude?: number;
}): Int16Array {
  const amplitude = 32_767 * (options.amplitude ?? 0.5);
  const length = Math.round((options.durationMs * options.sampleRate) / 1000);
  const step = (2 * Math.PI * options.frequency) / options.sampleRate;
  return Int16Array.from({ length }, (_, at) => Math.round(amplitude * Math.sin(step * at)));
}
