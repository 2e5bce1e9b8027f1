import { describe, expect, it } from "vitest";
import { utteranceIdSchema } from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";
import { clampPosition, lineAt, positionOf } from "./recording-position";

const line = (id: string, startMs: number, endMs: number): Utterance => ({
  utteranceId: utteranceIdSchema.parse(id),
  party: "caller",
  text: id,
  startMs,
  endMs,
  final: true,
});

describe("the line being spoken", () => {
  const lines = [line("hello", 1000, 3000), line("yes", 2000, 2500), line("later", 10_000, 12_000)];

  it("is none before the first word and in a long pause", () => {
    expect(lineAt(lines, 999)).toBeNull();
    expect(lineAt(lines, 6000)).toBeNull();
    expect(lineAt([], 0)).toBeNull();
  });

  it("begins at its first millisecond and is held through a breath", () => {
    expect(lineAt(lines, 1000)).toBe("hello");
    expect(lineAt(lines, 3600)).toBe("hello");
    expect(lineAt(lines, 3700)).toBeNull();
    expect(lineAt(lines, 10_000)).toBe("later");
  });

  it("is the last one begun where both speak, and goes back to the one who goes on", () => {
    expect(lineAt(lines, 2200)).toBe("yes");
    expect(lineAt(lines, 2700)).toBe("hello");
  });
});

describe("places in the recording", () => {
  it("counts from the start of the audio", () => {
    expect(positionOf({ at: 61_500, audioStartedAt: 1500 })).toBe(60_000);
  });

  it("has none before the audio began, nor without audio", () => {
    expect(positionOf({ at: 1000, audioStartedAt: 1500 })).toBeNull();
    expect(positionOf({ at: 1000, audioStartedAt: null })).toBeNull();
  });

  it("stays inside", () => {
    expect(clampPosition({ atMs: -4000, durationMs: 9000 })).toBe(0);
    expect(clampPosition({ atMs: 9500, durationMs: 9000 })).toBe(9000);
    expect(clampPosition({ atMs: 4000, durationMs: 9000 })).toBe(4000);
  });
});
