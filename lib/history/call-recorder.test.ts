import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseWav } from "@/lib/audio/wav";
import { type AudioFrame, FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { callIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { CallRecorder, type RecordingProgress } from "./call-recorder";
import { repairRecording } from "./recording-file";

const callId = callIdSchema.parse("call-1");
const frame = (party: AudioFrame["party"], index: number, value: number): AudioFrame => ({
  party,
  sequence: index,
  atMs: index * FRAME_MS,
  samples: new Int16Array(FRAME_SAMPLES).fill(value),
});

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "recorder-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function makeRecorder() {
  const clock = new FakeClock();
  const progress: RecordingProgress[] = [];
  const recorder = new CallRecorder({ dir, clock, logger: silentLogger, onProgress: (now) => progress.push(now) });
  recorder.start();
  return { clock, recorder, progress };
}
const read = async () => parseWav(await readFile(join(dir, "call-1.wav")));

describe("CallRecorder", () => {
  it("lays both parties side by side: left caller, right agent", async () => {
    const { recorder, progress } = makeRecorder();
    for (let index = 0; index < 50; index++) {
      recorder.push(callId, frame("caller", index, 100 + index));
      recorder.push(callId, frame("agent", index, -100 - index));
    }
    await recorder.stop();
    const { sampleRate, channels } = await read();
    expect(sampleRate).toBe(16_000);
    expect(channels[0]?.length).toBe(50 * FRAME_SAMPLES);
    expect([channels[0]?.[0], channels[1]?.[0]]).toEqual([100, -100]);
    expect([channels[0]?.at(-1), channels[1]?.at(-1)]).toEqual([149, -149]);
    expect(progress.at(-1)).toEqual({ callId, path: "call-1.wav", durationMs: 1000 });
  });

  it("writes silence for frames that are missing and keeps the lanes in step", async () => {
    const { recorder } = makeRecorder();
    recorder.push(callId, frame("caller", 0, 7));
    recorder.push(callId, frame("caller", 3, 9));
    recorder.push(callId, frame("agent", 2, 5));
    await recorder.stop();
    const { channels } = await read();
    const firstOf = (lane: number, index: number) => channels[lane]?.[index * FRAME_SAMPLES];
    expect([firstOf(0, 0), firstOf(0, 1), firstOf(0, 3)]).toEqual([7, 0, 9]);
    expect([firstOf(1, 0), firstOf(1, 2), firstOf(1, 3)]).toEqual([0, 5, 0]);
  });

  it("does not keep the caller's buffer", async () => {
    const { recorder } = makeRecorder();
    const given = frame("caller", 0, 42);
    recorder.push(callId, given);
    given.samples.fill(0);
    await recorder.stop();
    expect((await read()).channels[0]?.[0]).toBe(42);
  });

  it("has all but the last second on the disk when the process dies, and mends the header", async () => {
    const { recorder, clock } = makeRecorder();
    for (let second = 0; second < 3; second++) {
      for (let index = 0; index < 50; index++) {
        recorder.push(callId, frame("caller", second * 50 + index, 11));
        recorder.push(callId, frame("agent", second * 50 + index, 12));
      }
      await clock.advance(1000);
    }
    // The file as a dead process leaves it; an odd byte as of a torn write.
    await recorder.tail(callId, { seconds: 1 });
    const torn = join(dir, "torn.wav");
    await writeFile(torn, Buffer.concat([await readFile(join(dir, "call-1.wav")), Buffer.from([1])]));
    expect(await repairRecording(torn)).toBe(3000);
    const { channels } = parseWav(await readFile(torn));
    expect(channels[0]?.length).toBe(48_000);
    await recorder.stop();
  });

  it("gives the last seconds of a call that is going on", async () => {
    const { recorder } = makeRecorder();
    for (let index = 0; index < 100; index++) {
      recorder.push(callId, frame("caller", index, index));
      recorder.push(callId, frame("agent", index, index));
    }
    const tail = await recorder.tail(callId, { seconds: 0.5 });
    if (!tail) throw new Error("no tail");
    const { channels } = parseWav(tail);
    expect(channels[0]?.length).toBe(8000);
    expect(channels[0]?.at(-1)).toBe(99);
    expect(await recorder.tail(callIdSchema.parse("other"), { seconds: 1 })).toBeNull();
    const whole = await recorder.piece(callId, { seconds: 100 });
    const since = await recorder.piece(callId, { seconds: 100, sinceMs: 600 });
    const bounded = await recorder.piece(callId, { seconds: 0.1, sinceMs: 600 });
    const none = await recorder.piece(callId, { seconds: 100, sinceMs: 1e9 });
    if (!whole || !since || !bounded || !none) throw new Error("no piece");
    const left = (piece: { wav: Uint8Array }) => parseWav(piece.wav).channels[0] ?? new Int16Array(0);
    expect([whole.atMs, since.atMs]).toEqual([0, 600]);
    expect(left(since)).toEqual(left(whole).slice(600 * 16));
    expect(left(bounded)).toEqual(left(whole).slice(-1600));
    expect(bounded.atMs).toBe(left(whole).length / 16 - 100);
    expect(left(none)).toHaveLength(0);
    await recorder.stop();
  });

  it("goes on in the same file when a call is taken up again", async () => {
    const { recorder } = makeRecorder();
    recorder.push(callId, frame("caller", 0, 21));
    await recorder.close(callId);
    recorder.push(callId, frame("caller", 100, 22));
    await recorder.stop();
    const { channels } = await read();
    expect([channels[0]?.[0], channels[0]?.[FRAME_SAMPLES], channels[0]?.[100 * FRAME_SAMPLES]]).toEqual([21, 0, 22]);
  });

  it("does not hold a long gap in memory; the file has silence there", async () => {
    const { recorder } = makeRecorder();
    recorder.push(callId, frame("caller", 0, 31));
    await recorder.tail(callId, { seconds: 1 });
    const later = 10 * 60 * 50;
    recorder.push(callId, frame("caller", later, 32));
    recorder.push(callId, frame("agent", later, 33));
    await recorder.stop();
    const { channels } = await read();
    const at = (lane: number, index: number) => channels[lane]?.[index * FRAME_SAMPLES];
    expect([at(0, 0), at(0, 1), at(0, later - 1), at(0, later), at(1, later)]).toEqual([31, 0, 0, 32, 33]);
  });
});
