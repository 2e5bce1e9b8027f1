import { describe, expect, it } from "vitest";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import type { FromMicrophone, FromPlayback, MicrophoneFrame, ToPlayback } from "../worklet-messages";
import { MicrophoneGate } from "./microphone-gate";
import { PlaybackMixer } from "./playback-mixer";

const QUANTUM = 128;
const caller = sine({ frequency: 450, sampleRate: 16_000, durationMs: 4000, amplitude: 0.4 });
const agent = sine({ frequency: 1000, sampleRate: 16_000, durationMs: 4000, amplitude: 0.4 });

/** Plays `seconds` with a frame every 20 ms. */
function play(options: {
  contextRate: number;
  seconds: number;
  channels: (n: number) => (Int16Array | null)[];
  at?: (ms: number, send: (message: ToPlayback) => void) => void;
}) {
  const posted: FromPlayback[] = [];
  let nowMs = 0;
  const mixer = new PlaybackMixer({
    contextRate: options.contextRate,
    wallClock: () => 1_000_000 + nowMs,
    post: (message) => posted.push(message),
  });
  const out = [0, 1].map(
    () => new Float32Array(Math.floor((options.seconds * options.contextRate) / QUANTUM) * QUANTUM),
  );
  let sent = 0;
  for (let at = 0; at < (out[0]?.length ?? 0); at += QUANTUM) {
    nowMs = (at * 1000) / options.contextRate;
    for (; sent * 20 <= nowMs; sent++)
      mixer.handle(
        {
          ...{ type: "frame", streamId: 1, rate: 16_000, sequence: sent, atMs: sent * 20 },
          ...{ heardAt: 1_000_000 + sent * 20, channels: options.channels(sent) },
        },
        nowMs,
      );
    options.at?.(nowMs, (message) => mixer.handle(message, nowMs));
    const [left, right] = out.map((lane) => lane.subarray(at, at + QUANTUM));
    if (left && right) mixer.render(left, right, nowMs);
  }
  const tone = (ear: 0 | 1, frequency: number, fromMs: number) => {
    const from = Math.round((fromMs * options.contextRate) / 1000);
    const piece = out[ear]?.subarray(from, from + options.contextRate / 5) ?? new Float32Array(0);
    const samples = Int16Array.from(piece, (value) => Math.round(value * 32_767));
    return toneAmplitude(samples, { frequency, sampleRate: options.contextRate });
  };
  return { posted, tone, out };
}
const both = (n: number) => [caller, agent].map((lane) => lane.slice((n % 150) * 320, (n % 150) * 320 + 320));

describe("PlaybackMixer", () => {
  it.each([16_000, 44_100, 48_000])("plays the caller left and the agent right at %i Hz", (contextRate) => {
    const { tone, posted } = play({ contextRate, seconds: 1.5, channels: both });
    expect(tone(0, 450, 1000)).toBeCloseTo(0.4, 1);
    expect(tone(1, 1000, 1000)).toBeCloseTo(0.4, 1);
    expect(tone(0, 1000, 1000)).toBeLessThan(0.001);
    expect(tone(1, 450, 1000)).toBeLessThan(0.001);
    const levels = posted.filter((message) => message.type === "levels");
    expect(levels.length).toBeGreaterThan(20);
    expect(levels.length).toBeLessThanOrEqual(30);
    expect(levels.at(-1)?.caller).toBeCloseTo(0.4, 1);
    const stats = posted.filter((message) => message.type === "stats").at(-1);
    expect(stats?.playedAfterMs).toBeGreaterThan(30);
    expect(stats?.playedAfterMs).toBeLessThan(90);
  });

  it("plays what comes last after its sound card stood still, not what had piled up", () => {
    let wallMs = 1_000_000;
    let sequence = 0;
    const posted: FromPlayback[] = [];
    const post = (message: FromPlayback) => posted.push(message);
    const mixer = new PlaybackMixer({ contextRate: 16_000, wallClock: () => wallMs, post });
    const ears = [new Float32Array(320), new Float32Array(320)] as const;
    const arrive = (nowMs: number) => {
      wallMs += 20;
      const at = { sequence, atMs: sequence * 20, heardAt: wallMs, channels: both(sequence) };
      mixer.handle({ type: "frame", streamId: 1, rate: 16_000, ...at }, nowMs);
      sequence += 1;
    };
    for (const suspendedAt of [0, 1000]) {
      for (let n = 0; n < 100; n++) arrive(suspendedAt);
      posted.length = 0;
      for (let n = 1; n <= 50; n++) {
        arrive(suspendedAt + n * 20);
        mixer.render(...ears, suspendedAt + n * 20);
      }
      const delays = posted.flatMap((message) => (message.type === "stats" ? [message.playedAfterMs ?? 0] : []));
      expect(delays.length).toBeGreaterThan(0);
      expect(Math.max(...delays)).toBeLessThan(100);
    }
  });

  it("plays one channel on both sides", () => {
    const { tone } = play({ contextRate: 48_000, seconds: 1, channels: (n) => both(n).slice(0, 1) });
    expect(tone(0, 450, 700)).toBeCloseTo(0.4, 1);
    expect(tone(1, 450, 700)).toBeCloseTo(0.4, 1);
  });

  it("mutes one party without a click and shows its level all the same", () => {
    const { tone, out, posted } = play({
      ...{ contextRate: 48_000, seconds: 2, channels: both },
      at: (ms, send) => ms >= 1000 && ms < 1003 && send({ type: "gain", gains: { caller: 0, agent: 1 } }),
    });
    expect(tone(0, 450, 1500)).toBeLessThan(1e-4);
    expect(tone(1, 1000, 1500)).toBeCloseTo(0.4, 1);
    const left = out[0] ?? new Float32Array(0);
    const steps = left.subarray(47_000, 52_000).map((value, at, all) => Math.abs(value - (all[at - 1] ?? value)));
    // A 450 Hz sine of 0.4 has steps up to 0.024.
    expect(steps.reduce((a, b) => Math.max(a, b))).toBeLessThan(0.03);
    const last = posted.filter((message) => message.type === "levels").at(-1);
    expect(last?.caller).toBeCloseTo(0.4, 1);
  });

  it("plays a replay in place of live, with the same volumes, and goes back", () => {
    const samples = [300, 700].map((frequency) =>
      sine({ frequency, sampleRate: 16_000, durationMs: 3000, amplitude: 0.4 }),
    );
    const half = [0, 1].map((lane) => samples[lane]?.slice(0, 8000) ?? new Int16Array(0));
    const rest = [0, 1].map((lane) => samples[lane]?.slice(8000) ?? new Int16Array(0));
    const once = new Set<string>();
    const { tone, posted } = play({
      ...{ contextRate: 48_000, seconds: 4, channels: both },
      at: (ms, send) => {
        const at = (limit: number, message: ToPlayback) => {
          if (ms < limit || once.has(`${limit}`)) return;
          once.add(`${limit}`);
          send(message);
        };
        at(1000, { type: "replay", replayId: 9, atMs: 5000, rate: 1, samples: half, append: false });
        at(1200, { type: "replay", replayId: 9, atMs: 5500, rate: 1, samples: rest, append: true });
        at(1201, { type: "replay", replayId: 8, atMs: 0, rate: 1, samples: rest, append: true });
        at(2000, { type: "gain", gains: { caller: 1, agent: 0 } });
        at(2800, { type: "gain", gains: { caller: 1, agent: 1 } });
        at(3000, { type: "live" });
      },
    });
    expect(tone(0, 300, 1600)).toBeCloseTo(0.4, 1);
    expect(tone(1, 700, 1600)).toBeCloseTo(0.4, 1);
    expect(tone(0, 450, 1600)).toBeLessThan(0.01);
    expect(tone(1, 700, 2300)).toBeLessThan(1e-4);
    expect(tone(0, 450, 3500)).toBeCloseTo(0.4, 1);
    expect(tone(0, 300, 3500)).toBeLessThan(0.01);
    const reports = posted.filter((message) => message.type === "replaying");
    expect(reports.length).toBeGreaterThan(6);
    expect(reports.at(-1)?.positionMs).toBeGreaterThan(6600);
    expect(reports.at(-1)?.liveMs).toBeGreaterThan(2500);
  });
});

describe("MicrophoneGate", () => {
  const gate = (contextRate: number) => {
    const frames: MicrophoneFrame[] = [];
    const levels: FromMicrophone[] = [];
    const made = new MicrophoneGate({
      ...{ contextRate, wallClock: () => 42 },
      post: (message) => levels.push(message),
      send: (frame) => frames.push(frame),
    });
    let at = 0;
    const hear = (ms: number) => {
      for (let left = Math.round((ms * contextRate) / 1000 / QUANTUM); left > 0; left--, at += QUANTUM)
        made.hear(
          Float32Array.from(
            { length: QUANTUM },
            (_, n) => 0.5 * Math.sin((2 * Math.PI * 600 * (at + n)) / contextRate),
          ),
        );
    };
    return { made, frames, levels, hear };
  };

  it("passes nothing on before it is opened and after it is cut, not even what had begun", () => {
    const { made, frames, levels, hear } = gate(48_000);
    hear(500);
    expect(frames).toHaveLength(0);
    expect(levels.length).toBeGreaterThanOrEqual(9);
    made.open();
    hear(210);
    const heard = frames.length;
    expect(heard).toBeGreaterThanOrEqual(10);
    made.cut();
    hear(500);
    expect(frames).toHaveLength(heard);
    made.open();
    hear(100);
    // The first frame of the second opening begins with the filter's silence: nothing of before is in it.
    expect(Math.abs(frames[heard]?.samples[0] ?? 1)).toBeLessThan(200);
  });

  it.each([16_000, 44_100, 48_000])("gives 20 ms frames of 16 kHz from %i Hz", (contextRate) => {
    const { made, frames, hear } = gate(contextRate);
    made.open();
    hear(1000);
    expect(frames.length).toBeGreaterThanOrEqual(48);
    expect(frames.length).toBeLessThanOrEqual(50);
    expect(frames.every(({ samples }) => samples.length === 320)).toBe(true);
    const joined = Int16Array.from(frames.slice(10, 40).flatMap(({ samples }) => [...samples]));
    expect(toneAmplitude(joined, { frequency: 600, sampleRate: 16_000 })).toBeCloseTo(0.5, 1);
  });
});
