import { z } from "zod";
import { parseWav } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import type { FromPlayback, ToPlayback } from "./worklet-messages";

const MAX_SECONDS = 30;
const MIN_RATE = 1;
const MAX_RATE = 1.5;
/** Closer than this, live is heard again. */
const LIVE_WITHIN_MS = 1500;
/** The next piece is fetched when so much of the last is left. */
const FETCH_BEFORE_MS = 2500;
/** Not in crumbs: every fetch is a request of its own to the server. */
const WORTH_FETCHING_MS = 4000;
const FETCH_AT_LAST_MS = 800;
/** The newest of a recording is still in memory on its way to the disk. */
const SHORTEST_PIECE_MS = 100;
const FETCH_LIMIT_MS = 10_000;

const ON_ITS_WAY = "What was said before is on its way…";
const TOO_YOUNG = "The call has only just begun: there is nothing to hear again yet.";
const NOT_FETCHED = "What was said before could not be fetched.";

export type RewindDeps = {
  fetch: typeof fetch;
  send: (message: ToPlayback, transfer: Transferable[]) => void;
  /** `behind` null: live. `detail`: what people should know of it, until the next change. */
  onChange: (behind: { behindMs: number; rate: number } | null, detail: string | null) => void;
};

type Piece = { atMs: number | null; channels: Int16Array[] };
type Run = { id: number; callId: CallId; positionMs: number; endMs: number; isFetching: boolean };

/** Hears again what was said, piece by piece from the recording, until live is caught up with. */
export class Rewind {
  #run: Run | null = null;
  #rate = 1;
  #turn = 0;
  /** A piece that was asked for is under way. */
  #isStarting = false;

  constructor(private readonly deps: RewindDeps) {}

  /** Seconds before what is heard now, or all that there is. `liveMs`: call's clock now, where known. Says at once that it was asked. */
  async start(request: { callId: CallId; seconds: number; liveMs: number | null }): Promise<void> {
    const seconds = Math.max(1, Math.min(MAX_SECONDS, request.seconds));
    const turn = ++this.#turn;
    const before = this.#run;
    const query = before
      ? `sinceMs=${Math.max(0, Math.round(before.positionMs - seconds * 1000))}`
      : `lastSeconds=${seconds}`;
    this.#isStarting = true;
    this.deps.onChange(this.#behind(null), ON_ITS_WAY);
    const piece = await this.#fetch(request.callId, query);
    if (turn !== this.#turn) return;
    this.#isStarting = false;
    if (typeof piece === "string") return this.deps.onChange(this.#behind(null), piece);
    const lengthMs = durationMs(piece);
    const atMs = piece.atMs ?? Math.max(0, (request.liveMs ?? lengthMs) - lengthMs);
    if (lengthMs < LIVE_WITHIN_MS) return this.deps.onChange(this.#behind(null), TOO_YOUNG);
    this.#run = { id: turn, callId: request.callId, positionMs: atMs, endMs: atMs + lengthMs, isFetching: false };
    this.#play(piece, { atMs, append: false });
    const behindMs = Math.max(request.liveMs ?? 0, atMs + lengthMs) - atMs;
    this.deps.onChange({ behindMs, rate: this.#rate }, null);
  }

  setRate(rate: number): void {
    this.#rate = Math.max(MIN_RATE, Math.min(MAX_RATE, rate));
    if (this.#run) this.deps.send({ type: "replay-rate", rate: this.#rate }, []);
  }

  /** Live again, at once. */
  stop(detail: string | null = null): void {
    this.#turn += 1;
    if (!this.#run && !this.#isStarting) return;
    if (this.#run) this.deps.send({ type: "live" }, []);
    this.#run = null;
    this.#isStarting = false;
    this.deps.onChange(null, detail);
  }

  onReplaying(message: Extract<FromPlayback, { type: "replaying" }>): void {
    const run = this.#run;
    if (!run || message.replayId !== run.id) return;
    run.positionMs = message.positionMs;
    const behind = this.#behind(message.liveMs);
    // While more is on its way, what is heard may well catch up with live.
    if (!this.#isStarting && (!behind || behind.behindMs < LIVE_WITHIN_MS)) {
      this.stop();
      return;
    }
    if (!behind) return;
    this.deps.onChange(behind, this.#isStarting ? ON_ITS_WAY : null);
    const { leftMs } = message;
    const isWorthIt = behind.behindMs - leftMs > WORTH_FETCHING_MS || leftMs < FETCH_AT_LAST_MS;
    if (leftMs < FETCH_BEFORE_MS && isWorthIt && !run.isFetching) void this.#goOn(run, leftMs);
  }

  #behind(liveMs: number | null): { behindMs: number; rate: number } | null {
    const run = this.#run;
    return run && { behindMs: Math.max(0, (liveMs ?? run.endMs) - run.positionMs), rate: this.#rate };
  }

  async #goOn(run: Run, leftMs: number): Promise<void> {
    run.isFetching = true;
    const piece = await this.#fetch(run.callId, `sinceMs=${Math.round(run.endMs)}`);
    run.isFetching = false;
    if (this.#run !== run) return;
    if (typeof piece === "string") {
      if (leftMs < SHORTEST_PIECE_MS) this.stop(piece);
      return;
    }
    const fresh = trimTo(piece, run.endMs);
    if (durationMs(fresh) < SHORTEST_PIECE_MS) return;
    run.endMs += durationMs(fresh);
    this.#play(fresh, { atMs: run.endMs, append: true });
  }

  #play(piece: Piece, options: { atMs: number; append: boolean }): void {
    const samples = piece.channels;
    const transfer = [...new Set(samples.map(({ buffer }) => buffer))];
    this.deps.send({ type: "replay", replayId: this.#run?.id ?? 0, rate: this.#rate, samples, ...options }, transfer);
  }

  /** @returns the piece, or why there is none. */
  async #fetch(callId: CallId, query: string): Promise<Piece | string> {
    try {
      const response = await this.deps.fetch(`/api/calls/${encodeURIComponent(callId)}/audio?${query}`, {
        cache: "no-store",
        signal: AbortSignal.timeout(FETCH_LIMIT_MS),
      });
      if (!response.ok) return refusalOf(await response.json().catch(() => null));
      const wav = parseWav(new Uint8Array(await response.arrayBuffer()));
      if (wav.sampleRate !== SAMPLE_RATE) return "The recording has an unexpected sample rate.";
      const at = positionSchema.safeParse(response.headers.get("x-audio-at-ms"));
      const [left = new Int16Array(0), right = left] = wav.channels;
      return { atMs: at.success ? at.data : null, channels: [left.slice(), right.slice()] };
    } catch {
      return NOT_FETCHED;
    }
  }
}

const positionSchema = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const refusalSchema = z.object({ message: z.string() });

function refusalOf(body: unknown): string {
  return refusalSchema.safeParse(body).data?.message ?? NOT_FETCHED;
}

function durationMs({ channels }: Piece): number {
  return ((channels[0]?.length ?? 0) * 1000) / SAMPLE_RATE;
}

/** Pieces follow each other without a seam: what overlaps is left out, what is missing is silent. */
function trimTo(piece: Piece, atMs: number): Piece {
  const offset = Math.round((((piece.atMs ?? atMs) - atMs) * SAMPLE_RATE) / 1000);
  if (offset <= 0) return { atMs, channels: piece.channels.map((samples) => samples.slice(-offset)) };
  return {
    atMs,
    channels: piece.channels.map((samples) => {
      const padded = new Int16Array(samples.length + Math.min(offset, SAMPLE_RATE * MAX_SECONDS));
      padded.set(samples, padded.length - samples.length);
      return padded;
    }),
  };
}
