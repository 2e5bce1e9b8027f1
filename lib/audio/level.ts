/** What an empty or silent stretch measures, dBFS: below the quantisation floor of 16 bits. */
export const SILENCE_DBFS = -120;

/** @returns the root mean square in dBFS (0 = a full-scale square wave; a full-scale sine is −3.01). */
export function rmsDbfs(samples: Int16Array): number {
  if (samples.length === 0) return SILENCE_DBFS;
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return toDbfs(Math.sqrt(energy / samples.length));
}

/** @returns the largest magnitude in dBFS. */
export function peakDbfs(samples: Int16Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return toDbfs(peak);
}

function toDbfs(amplitude: number): number {
  return amplitude > 0 ? Math.max(SILENCE_DBFS, 20 * Math.log10(amplitude / 32_768)) : SILENCE_DBFS;
}
