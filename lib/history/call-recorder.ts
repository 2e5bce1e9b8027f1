import { join } from "node:path";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { RECORDING_FLUSH_MS } from "./constants";
import { RecordingFile, type RecordingPiece } from "./recording-file";
import { RecordingLanes } from "./recording-lanes";

type Recording = {
  lanes: RecordingLanes;
  file: Promise<RecordingFile>;
  /** Writes one after another; audio never waits for it. */
  writing: Promise<void>;
};

/** Told after every write: how much of the call is on the disk. `path` is relative to the recordings folder. */
export type RecordingProgress = { callId: CallId; path: string; durationMs: number };

export type CallRecorderDeps = {
  dir: string;
  clock: Clock;
  logger: Logger;
  onProgress: (progress: RecordingProgress) => void;
};

/** Records every call to a stereo WAV of its own (left caller, right agent), on disk up to its last second. */
export class CallRecorder {
  readonly #recordings = new Map<CallId, Recording>();
  #cancelTick: (() => void) | null = null;

  constructor(private readonly deps: CallRecorderDeps) {}

  start(): void {
    this.#cancelTick = this.deps.clock.after(RECORDING_FLUSH_MS, () => {
      for (const callId of this.#recordings.keys()) this.#flush(callId, {});
      this.start();
    });
  }

  /** Writes and closes everything. */
  async stop(): Promise<void> {
    this.#cancelTick?.();
    await Promise.all([...this.#recordings.keys()].map((callId) => this.close(callId)));
  }

  /** Copies the frame; never waits. The first one opens the file. */
  push(callId: CallId, frame: AudioFrame): void {
    let recording = this.#recordings.get(callId);
    if (!recording) {
      recording = {
        lanes: new RecordingLanes({ startMs: 0 }),
        file: RecordingFile.open(join(this.deps.dir, this.#path(callId))),
        writing: Promise.resolve(),
      };
      // Taken up in the middle: what went before is not ours to fill in memory, only a place in the file.
      if (frame.atMs > 1000) recording.lanes = new RecordingLanes({ startMs: frame.atMs });
      recording.file.catch((error) => this.deps.logger.error({ err: error, callId }, "recording cannot be opened"));
      this.#recordings.set(callId, recording);
    }
    recording.lanes.add(frame);
  }

  /** @returns the last `seconds` of a call being recorded as a WAV, null where it is not. */
  async tail(callId: CallId, options: { seconds: number }): Promise<Uint8Array | null> {
    return (await this.piece(callId, options))?.wav ?? null;
  }

  /** @returns what was recorded since `sinceMs` on the call's audio clock, at most the last `seconds`; null where it is not. */
  async piece(
    callId: CallId,
    options: { seconds: number; sinceMs?: number | undefined },
  ): Promise<RecordingPiece | null> {
    const recording = this.#recordings.get(callId);
    if (!recording) return null;
    this.#flush(callId, {});
    await recording.writing;
    return (await recording.file).piece(options);
  }

  /** Writes the rest and closes the file. A frame that comes later opens it again. */
  async close(callId: CallId): Promise<void> {
    const recording = this.#recordings.get(callId);
    if (!recording) return;
    this.#flush(callId, { all: true });
    this.#recordings.delete(callId);
    await recording.writing;
    const file = await recording.file.catch(() => null);
    await file?.close();
  }

  #flush(callId: CallId, options: { all?: boolean }): void {
    const recording = this.#recordings.get(callId);
    const piece = recording?.lanes.take(options);
    if (!recording || !piece) return;
    recording.writing = recording.writing.then(async () => {
      try {
        const file = await recording.file;
        await file.write(piece);
        this.deps.onProgress({ callId, path: this.#path(callId), durationMs: file.durationMs });
      } catch (error) {
        this.deps.logger.error({ err: error, callId }, "recording could not be written");
      }
    });
  }

  #path(callId: CallId): string {
    return `${callId}.wav`;
  }
}
