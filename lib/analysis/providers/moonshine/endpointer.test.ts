import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_UTTERANCE, WINDOW_SAMPLES } from "./constants";
import { type EndpointEvent, Endpointer } from "./endpointer";

const W = WINDOW_SAMPLES;
/** `count` windows of a probability; loudness follows it unless given. */
const windows = (count: number, probability: number, energy = probability) =>
  Array.from({ length: count }, () => ({ probability, energy }));

function run(readings: { probability: number; energy: number }[], options: { flush?: boolean } = {}): EndpointEvent[] {
  const endpointer = new Endpointer();
  const events = readings.flatMap((reading) => endpointer.accept(reading));
  return options.flush ? [...events, ...endpointer.flush()] : events;
}
const utterances = (events: EndpointEvent[]) => events.filter((event) => event.type === "utterance");

test("an utterance: pre-roll of 0.3 s, speech as it was, 0.2 s of its closing silence", () => {
  const events = run([...windows(20, 0), ...windows(40, 0.9), ...windows(20, 0)]);
  expect(events).toEqual([
    { type: "voice", speaking: true, at: 20 * W },
    { type: "voice", speaking: false, at: 60 * W },
    { type: "utterance", from: 20 * W - 4800, to: 60 * W + 3200, speechFrom: 20 * W, speechTo: 60 * W },
  ]);
});

test("one loud window is no speech, two are", () => {
  expect(run([...windows(5, 0), ...windows(1, 0.9), ...windows(30, 0)])).toEqual([]);
  expect(utterances(run([...windows(5, 0), ...windows(2, 0.9), ...windows(30, 0)]))).toHaveLength(1);
});

test("the end comes with half a second of silence, not before", () => {
  const endpointer = new Endpointer();
  for (const reading of windows(10, 0.9)) endpointer.accept(reading);
  const ended = windows(20, 0).map((reading) => utterances(endpointer.accept(reading)).length);
  expect(ended.indexOf(1)).toBe(Math.ceil(8000 / W) - 1);
  expect(ended.filter(Boolean)).toHaveLength(1);
});

test("a shorter pause keeps the utterance, but the voice is off in it", () => {
  const events = run([...windows(10, 0.9), ...windows(10, 0), ...windows(10, 0.9), ...windows(20, 0)]);
  expect(events.map((event) => (event.type === "voice" ? event.speaking : event.type))).toEqual([
    true,
    false,
    true,
    false,
    "utterance",
  ]);
  expect(utterances(events)).toMatchObject([{ speechFrom: 0, speechTo: 30 * W }]);
});

test("a doubtful window keeps speech going and starts none", () => {
  expect(run(windows(50, 0.4))).toEqual([]);
  expect(utterances(run([...windows(5, 0.9), ...windows(50, 0.4), ...windows(20, 0)]))).toMatchObject([
    { speechTo: 55 * W },
  ]);
});

test("pre-roll never reaches back into the utterance before", () => {
  const [first, second] = utterances(
    run([...windows(10, 0.9), ...windows(17, 0), ...windows(10, 0.9), ...windows(20, 0)]),
  );
  expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? 0);
});

test("a monologue is cut at 14 s where it is quietest, and nothing is lost between the parts", () => {
  const quietAt = 380;
  const readings = windows(600, 0.9, 100).map((reading, at) => ({
    ...reading,
    energy: Math.abs(at - quietAt) <= 2 ? 1 : reading.energy,
  }));
  const [first, second, ...others] = utterances(run(readings, { flush: true }));
  expect(others).toEqual([]);
  expect(first).toMatchObject({ from: 0, to: quietAt * W, speechTo: quietAt * W });
  expect(second).toMatchObject({ from: quietAt * W, speechFrom: quietAt * W, speechTo: 600 * W });
});

test("a stream that ends gives the utterance under way", () => {
  const events = run([...windows(10, 0.9), ...windows(2, 0)], { flush: true });
  expect(events.slice(1)).toEqual([
    { type: "voice", speaking: false, at: 10 * W },
    { type: "utterance", from: 0, to: 12 * W, speechFrom: 0, speechTo: 10 * W },
  ]);
  expect(run([], { flush: true })).toEqual([]);
});

test("whatever comes in: parts in order, no overlap, none too long, voice alternates, all speech is covered", () => {
  const reading = fc.record({ probability: fc.constantFrom(0, 0.2, 0.4, 0.6, 0.95), energy: fc.nat(100) });
  const stretch = fc.tuple(reading, fc.integer({ min: 1, max: 200 }));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 20 }), (stretches) => {
      const readings = stretches.flatMap(([one, count]) => Array<typeof one>(count).fill(one));
      const events = run(readings, { flush: true });
      const parts = utterances(events);
      parts.forEach((part, at) => {
        expect(part.from).toBeGreaterThanOrEqual(parts[at - 1]?.to ?? 0);
        expect(part.to).toBeLessThanOrEqual(readings.length * W);
        expect(part.to - part.from).toBeLessThanOrEqual(MAX_UTTERANCE + W);
        expect(part.speechFrom).toBeGreaterThanOrEqual(part.from);
        expect(part.speechTo).toBeLessThanOrEqual(part.to);
        expect(part.speechTo).toBeGreaterThan(part.speechFrom);
      });
      const voices = events.filter((event) => event.type === "voice").map((event) => event.speaking);
      voices.forEach((speaking, at) => {
        expect(speaking).toBe(at % 2 === 0);
      });
      expect(voices.length % 2).toBe(0);
      for (let at = 1; at < readings.length; at++) {
        const spoken = [readings[at - 1], readings[at]].every((one) => (one?.probability ?? 0) >= 0.5);
        if (spoken) expect(parts.some((part) => part.from <= at * W && part.to >= (at + 1) * W)).toBe(true);
      }
    }),
  );
});
