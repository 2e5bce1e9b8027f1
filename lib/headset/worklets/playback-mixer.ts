import { JitterBuffer } from "@/lib/audio/jitter-buffer";
import { createResampler, type Resampler } from "@/lib/audio/resample";
import type { Party } from "@/lib/contract/call";
import type { FromPlayback, PlayFrame, ToPlayback } from "../worklet-messages";
import { Replay } from "./replay";

const BLOCK_MS = 10;
const LEVEL_MS = 50;
const STATS_MS = 500;
/** A gain has come to 63 % of its new value after so long: no click, no wait. */
const GAIN_MS = 8;
const CROSS_FADE_MS = 20;
/** A sound card asks far more often than this; its clock stood still while it did not. */
const STOOD_STILL_MS = 300;

type Stream = { id: number; rate: number; buffer: JitterBuffer<PlayFrame>; resamplers: Resampler[] };

export type PlaybackMixerDeps = {
  /** Hz of the sound card's context. */
  contextRate: number;
  /** Epoch milliseconds. */
  wallClock: () => number;
  post: (message: FromPlayback) => void;
};

/** What the playback worklet does, without the worklet: frames in, stereo at the context's rate out. */
export class PlaybackMixer {
  readonly #gains: Record<Party, { now: number; wanted: number }> = {
    caller: { now: 1, wanted: 1 },
    agent: { now: 1, wanted: 1 },
  };
  readonly #glide: number;
  #stream: Stream | null = null;
  #replay: Replay | null = null;
  /** False while a replay is faded out. */
  #isReplaying = false;
  /** 1: live is heard, 0: the replay. */
  #liveShare = 1;
  #queue: [Float32Array, Float32Array] = [new Float32Array(0), new Float32Array(0)];
  #peaks = { caller: 0, agent: 0 };
  #sinceLevelsMs = 0;
  #sinceStatsMs = 0;
  #playedAfterMs: number | null = null;
  #renderedAt: number | null = null;

  constructor(private readonly deps: PlaybackMixerDeps) {
    this.#glide = 1 - Math.exp(-1000 / (GAIN_MS * deps.contextRate));
  }

  handle(message: ToPlayback, nowMs: number): void {
    if (message.type === "frame") this.#take(message, nowMs);
    else if (message.type === "gain") {
      this.#gains.caller.wanted = message.gains.caller;
      this.#gains.agent.wanted = message.gains.agent;
    } else if (message.type === "stop") this.#stop();
    else if (message.type === "replay") {
      if (message.append && this.#replay?.id === message.replayId) this.#replay.append(message.samples);
      else if (!message.append) this.#isReplaying = true;
      if (!message.append) this.#replay = new Replay({ ...message, id: message.replayId, ...this.deps });
    } else if (message.type === "replay-rate") this.#replay?.setRate(message.rate);
    else if (message.type === "live") this.#isReplaying = false;
  }

  /** Fills one quantum of both ears. */
  render(left: Float32Array, right: Float32Array, nowMs: number): void {
    this.#watchClock();
    while (this.#queue[0].length < left.length) this.#renderBlock(nowMs);
    for (const [ear, out, party] of [
      [0, left, "caller"],
      [1, right, "agent"],
    ] as const) {
      const gain = this.#gains[party];
      for (let at = 0; at < out.length; at++) {
        gain.now += (gain.wanted - gain.now) * this.#glide;
        out[at] = (this.#queue[ear][at] ?? 0) * gain.now;
      }
      this.#queue[ear] = this.#queue[ear].subarray(out.length);
    }
    this.#report((left.length * 1000) / this.deps.contextRate);
  }

  /** What came while nobody rendered (a suspended context) bears a time that means nothing: begins anew, with what comes now. */
  #watchClock(): void {
    const now = this.deps.wallClock();
    if (this.#renderedAt === null || now - this.#renderedAt > STOOD_STILL_MS) this.#stream?.buffer.reset();
    this.#renderedAt = now;
  }

  #take(frame: PlayFrame, nowMs: number): void {
    const known = this.#stream;
    const isSame = known?.rate === frame.rate && known.resamplers.length === frame.channels.length;
    if (isSame && known.id === frame.streamId) {
      known.buffer.push(frame, nowMs);
      return;
    }
    this.#playedAfterMs = null;
    const { rate, channels, streamId } = frame;
    const buffer = new JitterBuffer<PlayFrame>({
      sampleRate: rate,
      channelCount: channels.length,
      onPlay: (played, inMs) => this.#onPlay(played, inMs),
    });
    const resamplers = channels.map(() => createResampler({ from: rate, to: this.deps.contextRate }));
    this.#stream = { id: streamId, rate, buffer, resamplers };
    buffer.push(frame, nowMs);
  }

  #onPlay({ heardAt }: PlayFrame, inMs: number): void {
    if (heardAt === 0) return;
    const queuedMs = (this.#queue[0].length * 1000) / this.deps.contextRate;
    const after = this.deps.wallClock() + inMs + queuedMs - heardAt;
    this.#playedAfterMs =
      this.#playedAfterMs === null ? after : this.#playedAfterMs + (after - this.#playedAfterMs) / 16;
  }

  #stop(): void {
    this.#stream = null;
    this.#replay = null;
    this.#isReplaying = false;
    this.#playedAfterMs = null;
  }

  #renderBlock(nowMs: number): void {
    const length = Math.ceil((BLOCK_MS * this.deps.contextRate) / 1000);
    const live = this.#liveBlock(nowMs) ?? [new Float32Array(length), new Float32Array(length)];
    const wanted = this.#isReplaying ? 0 : 1;
    const replayed = this.#replay?.render(live[0].length);
    if (wanted !== this.#liveShare || replayed) {
      const step = 1000 / (CROSS_FADE_MS * this.deps.contextRate);
      for (let at = 0; at < live[0].length; at++) {
        this.#liveShare = Math.max(0, Math.min(1, this.#liveShare + (wanted === 1 ? step : -step)));
        for (const ear of [0, 1] as const)
          live[ear][at] = (live[ear][at] ?? 0) * this.#liveShare + (replayed?.[ear][at] ?? 0) * (1 - this.#liveShare);
      }
    }
    if (!this.#isReplaying && this.#liveShare === 1) this.#replay = null;
    for (const [ear, party] of [
      [0, "caller"],
      [1, "agent"],
    ] as const) {
      for (const value of live[ear]) this.#peaks[party] = Math.max(this.#peaks[party], Math.abs(value));
      this.#queue[ear] = append(this.#queue[ear], live[ear]);
    }
  }

  #liveBlock(nowMs: number): [Float32Array, Float32Array] | null {
    const stream = this.#stream;
    if (!stream) return null;
    const lanes = stream.buffer.pull(Math.round((BLOCK_MS * stream.rate) / 1000), nowMs);
    const [left, right] = lanes.map((lane, at) => toFloats(stream.resamplers[at]?.process(lane) ?? lane));
    if (!left) return null;
    return [left, right ?? left.slice()];
  }

  #report(elapsedMs: number): void {
    this.#sinceLevelsMs += elapsedMs;
    this.#sinceStatsMs += elapsedMs;
    if (this.#sinceLevelsMs >= LEVEL_MS) {
      this.#sinceLevelsMs %= LEVEL_MS;
      this.deps.post({ type: "levels", ...this.#peaks });
      this.#peaks = { caller: 0, agent: 0 };
      this.#reportReplay();
    }
    const stream = this.#stream;
    if (this.#sinceStatsMs < STATS_MS || !stream) return;
    this.#sinceStatsMs %= STATS_MS;
    const positionMs = stream.buffer.positionMs;
    if (positionMs === null) return;
    const playedAfterMs = this.#playedAfterMs;
    this.deps.post({ type: "stats", streamId: stream.id, ...stream.buffer.stats, playedAfterMs, positionMs });
  }

  #reportReplay(): void {
    const replay = this.#replay;
    if (!replay || !this.#isReplaying || !replay.isReportDue()) return;
    const { id: replayId, positionMs, leftMs } = replay;
    this.deps.post({
      type: "replaying",
      replayId,
      positionMs,
      leftMs,
      liveMs: this.#stream?.buffer.positionMs ?? null,
    });
  }
}

function toFloats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}

function append(queue: Float32Array, block: Float32Array): Float32Array {
  const joined = new Float32Array(queue.length + block.length);
  joined.set(queue);
  joined.set(block, queue.length);
  return joined;
}
