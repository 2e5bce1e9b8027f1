import { toneAmplitude } from "@/lib/audio/goertzel";

export type ToneTrack = { fromMs: number; amplitude: number }[];

/**
 * How loud one frequency is over the length of a recording, in windows that overlap.
 * Windows of whole periods of every tone that is present (100 ms for multiples of 10 Hz) keep the tones apart.
 * @returns amplitude 0…1 of full scale for each window; × 32767 for the peak value of the sine in samples.
 */
export function toneTrack(
  samples: Int16Array,
  options: { frequency: number; sampleRate: number; windowMs?: number; stepMs?: number },
): ToneTrack {
  const { frequency, sampleRate, windowMs = 100, stepMs = 20 } = options;
  const window = Math.round((windowMs * sampleRate) / 1000);
  const step = Math.round((stepMs * sampleRate) / 1000);
  const track: ToneTrack = [];
  for (let at = 0; at + window <= samples.length; at += step) {
    const amplitude = toneAmplitude(samples.subarray(at, at + window), { frequency, sampleRate });
    track.push({ fromMs: (at * 1000) / sampleRate, amplitude });
  }
  return track;
}

/** @returns the largest amplitude of a track, 0 for an empty one */
export function loudest(track: ToneTrack): number {
  return track.reduce((most, { amplitude }) => Math.max(most, amplitude), 0);
}

/** @returns how many ms the frequency was louder than `threshold` (0…1), by windows' steps */
export function audibleMs(track: ToneTrack, options: { threshold: number }): number {
  const [first, second] = track;
  const stepMs = first && second ? second.fromMs - first.fromMs : 0;
  return track.filter(({ amplitude }) => amplitude > options.threshold).length * stepMs;
}
