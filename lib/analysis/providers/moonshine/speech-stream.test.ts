import { expect, test } from "vitest";
import { toFrames } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { SpeechStream } from "./speech-stream";
import type { IngestReply, Piece } from "./types";

const tone = (ms: number) => sine({ frequency: 500, sampleRate: 16_000, durationMs: ms });
const silence = (ms: number) => new Int16Array(ms * 16);

/** A stream whose detector takes any sound for speech. */
function createStream(options: { firstOrdinal?: number } = {}) {
  const replies: IngestReply[] = [];
  const stream = new SpeechStream({
    stream: 7,
    utterancePrefix: "caller-x",
    firstOrdinal: options.firstOrdinal ?? 1,
    detect: async (window) => (window.some((sample) => Math.abs(sample) > 100) ? 0.9 : 0),
    emit: (reply) => replies.push(reply),
  });
  const hear = async (samples: Int16Array, atMs: number, partialsEveryMs: number | null = null) => {
    for (const [at, frame] of toFrames(samples).entries())
      await stream.accept({ atMs: atMs + at * 20, samples: frame, partialsEveryMs });
    return atMs + Math.ceil(samples.length / 320) * 20;
  };
  const pieces = (): Piece[] => replies.flatMap((reply) => (reply.type === "piece" ? [reply.piece] : []));
  return { stream, hear, pieces, replies };
}

test("times are on the call's clock, wherever the stream begins", async () => {
  const { hear, pieces, replies } = createStream();
  await hear(silence(1000), 5000)
    .then((at) => hear(tone(2000), at))
    .then((at) => hear(silence(1000), at));
  const [piece] = pieces();
  expect(piece).toMatchObject({ stream: 7, utteranceId: "caller-x-1", ordinal: 1, final: true });
  expect(piece?.startMs).toBeGreaterThanOrEqual(5968);
  expect(piece?.startMs).toBeLessThanOrEqual(6032);
  expect(Math.abs((piece?.endMs ?? 0) - 8000)).toBeLessThanOrEqual(32);
  expect(replies[0]).toMatchObject({ type: "voice", speaking: true, atMs: piece?.startMs });
});

test("the piece holds the speech with 0.3 s before and 0.2 s after it", async () => {
  const { hear, pieces } = createStream();
  await hear(silence(1000), 0)
    .then((at) => hear(tone(2000), at))
    .then((at) => hear(silence(1000), at));
  const samples = pieces()[0]?.samples ?? new Int16Array();
  const first = samples.findIndex((sample) => Math.abs(sample) > 100) / 16;
  const last = (samples.length - samples.findLastIndex((sample) => Math.abs(sample) > 100)) / 16;
  expect(first).toBeGreaterThan(260);
  expect(first).toBeLessThan(340);
  expect(last).toBeGreaterThan(190);
  expect(last).toBeLessThan(235);
});

test("a short word is padded by 0.1 s before and 0.2 s after, a long sentence is not", async () => {
  const length = async (ms: number) => {
    const { hear, pieces } = createStream();
    await hear(silence(1024), 0)
      .then((at) => hear(tone(ms), at))
      .then((at) => hear(silence(1000), at));
    const [piece] = pieces();
    return (piece?.samples.length ?? 0) / 16 - ((piece?.endMs ?? 0) - (piece?.startMs ?? 0));
  };
  expect(await length(320)).toBeCloseTo(300 + 200 + 100 + 200, -1);
  expect(await length(1600)).toBeCloseTo(300 + 200, -1);
});

test("partials grow, come at their interval, and stop in silence; the final has their id", async () => {
  const { hear, pieces } = createStream();
  await hear(silence(500), 0)
    .then((at) => hear(tone(3000), at, 400))
    .then((at) => hear(silence(1000), at, 400));
  const partials = pieces().filter((piece) => !piece.final);
  expect(partials.length).toBeGreaterThanOrEqual(6);
  expect(partials.length).toBeLessThanOrEqual(8);
  expect((partials[0]?.endMs ?? 0) - (partials[0]?.startMs ?? 0)).toBeLessThanOrEqual(450);
  const ends = partials.map((piece) => piece.endMs);
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  expect(new Set(pieces().map((piece) => piece.utteranceId))).toEqual(new Set(["caller-x-1"]));
  expect(pieces().at(-1)?.final).toBe(true);
});

test("partials of a long utterance become rarer, and none come where none are wanted", async () => {
  const { hear, pieces } = createStream();
  const at = await hear(tone(6000), 0, 400);
  const early = pieces().length;
  await hear(tone(6000), at, 400);
  expect(pieces().length - early).toBeLessThan(early);
  const quiet = createStream();
  await quiet.hear(tone(3000), 0, null);
  expect(quiet.pieces()).toEqual([]);
});

test("in a pause the final is offered ahead, once, with its very samples", async () => {
  const { hear, pieces } = createStream();
  let at = await hear(tone(1200), 0, 5000);
  at = await hear(silence(350), at, 5000);
  at = await hear(tone(1200), at, 5000);
  await hear(silence(1000), at, 5000);
  const offered = pieces().filter((piece) => piece.early);
  expect(offered).toHaveLength(2);
  expect(offered.every((piece) => !piece.final)).toBe(true);
  const final = pieces().at(-1);
  expect(final).toMatchObject({ final: true, early: false, startMs: offered[1]?.startMs, endMs: offered[1]?.endMs });
  expect(final?.samples.join()).toBe(offered[1]?.samples.join());
  expect(offered[0]?.endMs).toBeLessThan(offered[1]?.endMs ?? 0);
});

test("a small hole is filled with silence, a long one ends the utterance, the past is ignored", async () => {
  const { hear, pieces, stream } = createStream();
  let at = await hear(tone(1000), 0);
  at = await hear(tone(1000), at + 300);
  await hear(tone(200), 500);
  expect(pieces()).toEqual([]);
  at = await hear(tone(1500), at + 5000);
  stream.finish();
  const [first, second] = pieces();
  expect(first?.endMs).toBeGreaterThan(2250);
  expect(first?.endMs).toBeLessThan(2350);
  expect(second?.startMs).toBeGreaterThan(7250);
  expect(second?.endMs).toBeLessThanOrEqual(at + 32);
  expect([first?.ordinal, second?.ordinal]).toEqual([1, 2]);
});

test("a stream that goes on after a restart goes on counting", async () => {
  const { hear, pieces, stream } = createStream({ firstOrdinal: 12 });
  await hear(tone(1000), 90_000);
  stream.finish();
  expect(pieces()).toMatchObject([{ utteranceId: "caller-x-12", startMs: 90_000 }]);
});
