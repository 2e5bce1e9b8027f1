import { describe, expect, test } from "vitest";
import type { Mode } from "@/lib/contract/call";
import type { Conference } from "./mixer";
import { type ClipOutcome, OutboundAudio } from "./outbound";
import { seededRandom } from "./random";

const WHISPER: Conference = { phase: "connected", mode: "whisper" };
const BARGE: Conference = { phase: "connected", mode: "barge" };
type Sent = { type: string; playId: number; samples?: number; code?: string; playedSamples?: number };

function speaking({ sampleRate = 16_000, mode = "whisper" as Mode, conference = WHISPER as Conference } = {}) {
  const sent: Sent[] = [];
  const outcomes: ClipOutcome[] = [];
  const audio = new OutboundAudio(
    { sampleRate },
    { send: (message) => sent.push(message), onOutcome: (outcome) => outcomes.push(outcome) },
  );
  let sequence = 0;
  audio.play({ playId: 1, mode, samples: null }, conference);
  return {
    ...{ audio, sent, outcomes },
    /** 20 ms of this value. */
    say: (value: number, count = sampleRate / 50) =>
      audio.frame({
        ...{ track: "outbound", mode, playId: 1, sequence: sequence++, position: 0 },
        samples: new Int16Array(count).fill(value),
      }),
    /** The first sample of the next 20 ms; null: nothing of ours. */
    take: (now: Conference = conference) => {
      const into = new Int16Array(320);
      return audio.take(into, now) ? (into[0] ?? 0) : null;
    },
    granted: () => sent.reduce((sum, { type, samples }) => sum + (type === "credit" ? (samples ?? 0) : 0), 0),
  };
}

describe("a live voice", () => {
  test("waits for 40 ms before the first sample, and plays then as it comes", () => {
    const { say, take } = speaking();
    say(1);
    expect(take()).toBeNull();
    say(2);
    expect(take()).toBe(1);
    say(3);
    expect([take(), take()]).toEqual([2, 3]);
  });

  test("plays a lonely frame after 40 ms, so that it does not wait for the next word", () => {
    const { say, take } = speaking();
    say(7);
    expect([take(), take(), take(), take()]).toEqual([null, null, 7, null]);
  });

  test("a gap is silence and not the end, and the queue fills up again after it", () => {
    const { say, take, sent } = speaking();
    for (const value of [1, 2]) say(value);
    expect([take(), take()]).toEqual([1, 2]);
    for (let at = 0; at < 100; at++) expect(take()).toBeNull();
    say(3);
    expect(take()).toBeNull();
    say(4);
    expect([take(), take()]).toEqual([3, 4]);
    expect(sent.filter(({ type }) => type !== "credit")).toEqual([]);
  });

  test("never gets late: what waits beyond 120 ms is thrown away from the front, and counted", () => {
    const { say, take, sent, outcomes, audio } = speaking();
    for (let value = 1; value <= 6; value++) say(value);
    say(7);
    expect([take(), take()]).toEqual([6, 7]);
    audio.end({ playId: 1 });
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 640 });
    expect(outcomes).toMatchObject([{ announcedSamples: null, receivedSamples: 2_240, playedSamples: 640 }]);
  });

  test("a sender that is 1 % too fast for ten minutes is never more than 120 ms behind", () => {
    const { say, take, granted } = speaking();
    let spoken = 0;
    let latest = 0;
    for (let tick = 1; tick <= 30_000; tick++) {
      while (spoken < tick * 1.01) expect(say((spoken++ % 30_000) + 1)).toBeNull();
      const heard = take();
      if (heard !== null) latest = Math.max(latest, ((spoken - heard) % 30_000) + 1);
    }
    expect(latest).toBeLessThanOrEqual(7);
    expect(granted() - spoken * 320).toBeLessThanOrEqual(6_400);
  });

  test("credit is 400 ms ahead of the queue's end, and never more, whether samples are played or thrown away", () => {
    const { say, take, granted } = speaking();
    expect(granted()).toBe(6_400);
    for (let frame = 1; frame <= 200; frame++) {
      expect(say(frame)).toBeNull();
      if (frame % 3 === 0) take();
      expect(granted() - frame * 320).toBeLessThanOrEqual(6_400);
      expect(granted() - frame * 320).toBeGreaterThan(0);
    }
  });

  test("more than was granted costs the voice", () => {
    const { audio, sent, say } = speaking();
    expect(say(1, 6_401)).toMatchObject({ code: "CREDIT_EXCEEDED" });
    expect(sent.at(-1)).toMatchObject({ type: "refused", code: "CREDIT_EXCEEDED" });
    expect(audio.interrupt()).toBe(0);
  });

  test("is refused the moment the mode is another one, with all that waits, and stays refused", () => {
    const { say, take, sent } = speaking();
    for (const value of [1, 2, 3]) say(value);
    expect(take()).toBe(1);
    expect(take(BARGE)).toBeNull();
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 1, code: "MODE_MISMATCH", samples: 640 });
    expect(say(4)).toBeNull();
    expect([take(), take(), take(), take()]).toEqual([null, null, null, null]);
  });

  test.each<[Mode, Conference]>([
    ["spy", { phase: "connected", mode: "spy" }],
    ["whisper", BARGE],
    ["whisper", { phase: "answered" }],
  ])("for %s is refused at once where the call is %o", (mode, conference) => {
    const { sent } = speaking({ mode, conference });
    expect(sent).toMatchObject([{ type: "refused", samples: 0 }]);
  });

  test("a frame with another mode byte costs the voice", () => {
    const { audio, sent } = speaking();
    const frame = { track: "outbound", playId: 1, sequence: 0, position: 0, samples: new Int16Array(320) } as const;
    expect(audio.frame({ ...frame, mode: "barge" })).toMatchObject({ code: "MODE_MISMATCH" });
    expect(sent.at(-1)).toMatchObject({ type: "refused", code: "MODE_MISMATCH" });
  });

  test("after its end the queue is still heard, and then it is drained", () => {
    const { audio, say, take, sent } = speaking();
    say(1);
    audio.end({ playId: 1 });
    expect(sent.at(-1)).toMatchObject({ type: "credit" });
    expect(say(2)).toMatchObject({ code: "BAD_FRAME" });
    expect(take()).toBeNull();
    const calm = speaking();
    for (const value of [1, 2, 3]) calm.say(value);
    calm.audio.end({ playId: 1 });
    expect([calm.take(), calm.take(), calm.take(), calm.take()]).toEqual([1, 2, 3, null]);
    expect(calm.sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 960 });
  });

  test("an interrupt throws the queue away at once, and the place is free", () => {
    const { audio, say, take, sent } = speaking();
    for (const value of [1, 2, 3]) say(value);
    take();
    expect(audio.interrupt()).toBe(640);
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 320 });
    expect(take()).toBeNull();
    audio.play({ playId: 2, mode: "whisper", samples: 320 }, WHISPER);
    expect(sent.at(-1)).toEqual({ type: "credit", playId: 2, samples: 320 });
  });

  test("five seconds without a frame end it, and free the place", () => {
    const { audio, say, take, sent } = speaking();
    for (const value of [1, 2]) say(value);
    for (let at = 0; at < 250; at++) take();
    expect(sent.at(-1)).toMatchObject({ type: "credit" });
    take();
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: 640 });
    audio.play({ playId: 2, mode: "whisper", samples: null }, WHISPER);
    expect(sent.at(-1)).toMatchObject({ type: "credit", playId: 2 });
  });

  test("takes the clip's place, and a clip its", () => {
    const { audio, sent } = speaking();
    audio.play({ playId: 2, mode: "whisper", samples: 320 }, WHISPER);
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 2, code: "BUSY", samples: 0 });
    audio.interrupt();
    audio.play({ playId: 3, mode: "whisper", samples: 320 }, WHISPER);
    audio.play({ playId: 4, mode: "whisper", samples: null }, WHISPER);
    expect(sent.at(-1)).toEqual({ type: "refused", playId: 4, code: "BUSY", samples: 0 });
  });

  test.each([8000, 24_000])("%i Hz outside is the same time inside", (sampleRate) => {
    const { audio, say, take, sent } = speaking({ sampleRate });
    let heard = 0;
    for (let tick = 0; tick < 100; tick++) {
      expect(say(8_000)).toBeNull();
      if (Math.abs((take() ?? 0) - 8_000) < 50) heard += 1;
    }
    expect(heard).toBeGreaterThan(95);
    audio.end({ playId: 1 });
    for (let tick = 0; tick < 5; tick++) take();
    expect(sent.at(-1)).toEqual({ type: "drained", playId: 1, playedSamples: sampleRate * 2 });
  });

  test("in 500 random sequences of modes, voices, cuts and losses nothing is ever mixed in another mode than its own", () => {
    const random = seededRandom(20_261_122);
    const modes = ["spy", "whisper", "barge"] as const;
    const pick = () => modes[Math.floor(random() * 3)] ?? "spy";
    const heard = { spy: 0, whisper: 0, barge: 0 };
    let astray = 0;
    for (let round = 0; round < 500; round++) {
      const audio = new OutboundAudio({ sampleRate: 16_000 }, { send: () => undefined, onOutcome: () => undefined });
      let [mode, meant, playId, sequence] = [pick(), pick(), 0, 0];
      for (let step = 0; step < 200; step++) {
        const chance = random();
        if (chance < 0.05) mode = pick();
        else if (chance < 0.15) {
          [meant, sequence] = [pick(), 0];
          audio.play({ playId: ++playId, mode: meant, samples: null }, { phase: "connected", mode });
        } else if (chance < 0.6) {
          const samples = new Int16Array(320).fill(modes.indexOf(meant) + 1);
          audio.frame({ track: "outbound", mode: meant, playId, sequence: sequence++, position: 0, samples });
        } else if (chance < 0.62) audio.interrupt();
        else if (chance < 0.63) audio.abandon();
        else if (chance < 0.65) audio.end({ playId });
        else {
          const into = new Int16Array(320);
          if (!audio.take(into, { phase: "connected", mode })) continue;
          astray += into.filter((sample) => sample !== 0 && modes[sample - 1] !== mode).length;
          heard[mode] += 1;
        }
      }
    }
    expect(astray).toBe(0);
    expect(heard.spy).toBe(0);
    expect(Math.min(heard.whisper, heard.barge)).toBeGreaterThan(500);
  });
});
