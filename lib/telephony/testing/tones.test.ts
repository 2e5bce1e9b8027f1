import { describe, expect, it } from "vitest";
import { concatSamples } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { audibleMs, loudest, toneTrack } from "./tones";

const sampleRate = 8_000;
const tone = (frequency: number, durationMs: number, amplitude = 0.25) =>
  sine({ frequency, durationMs, amplitude, sampleRate });

describe("toneTrack", () => {
  it("finds when a tone comes and goes beside another", () => {
    const heard = concatSamples([tone(440, 500), tone(2_000, 300), tone(440, 500)]);
    const track = toneTrack(heard, { frequency: 2_000, sampleRate });
    expect(loudest(track)).toBeCloseTo(0.25, 2);
    expect(track.find(({ amplitude }) => amplitude > 0.24)?.fromMs).toBe(500);
    expect(audibleMs(track, { threshold: 0.24 })).toBe(220);
  });

  it("keeps a steady tone out of another's track to below one step of a sample", () => {
    const track = toneTrack(tone(1_000, 1_000), { frequency: 2_000, sampleRate });
    expect(loudest(track) * 32_767).toBeLessThan(1);
  });

  it("is empty where the recording is shorter than a window", () => {
    expect(toneTrack(new Int16Array(100), { frequency: 440, sampleRate })).toEqual([]);
    expect(loudest([])).toBe(0);
    expect(audibleMs([], { threshold: 0 })).toBe(0);
  });
});
