import { type FileHandle, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bytesFromSamples } from "@/lib/audio/frame";
import { WAV_HEADER_BYTES, wavHeader } from "@/lib/audio/wav";
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import type { Logger } from "@/lib/platform/logger";
import type { LegFrame } from "./conversation";

/** What is gathered before it is written: one second. */
const BLOCK_FRAMES = 1000 / FRAME_MS;

const LANES = ["callerSaid", "callerHeard", "agentSaid", "agentHeard"] as const;
const LANE_FILE = {
  callerSaid: "caller-said",
  callerHeard: "caller-heard",
  agentSaid: "agent-said",
  agentHeard: "agent-heard",
} as const;

export type JournalEntry = { frame: number; event: string; [field: string]: unknown };

/**
 * Writes what each leg of a call said and heard: four mono 16 kHz WAV files that begin with the answer, and a JSON file
 * of what happened. A disk that fails costs the record, never the call.
 */
export class LegRecorder {
  readonly #lanes = LANES.map((lane) => ({
    lane,
    block: new Int16Array(BLOCK_FRAMES * FRAME_SAMPLES),
    file: LANE_FILE[lane],
  }));
  readonly #journal: JournalEntry[] = [];
  #frames = 0;
  #files: Promise<FileHandle[]> | null = null;
  #writes: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: { dir: string; callId: CallId },
    private readonly deps: { logger: Logger },
  ) {}

  note(entry: JournalEntry): void {
    this.#journal.push(entry);
  }

  add(frame: LegFrame): void {
    const at = (this.#frames % BLOCK_FRAMES) * FRAME_SAMPLES;
    for (const { lane, block } of this.#lanes) block.set(frame[lane], at);
    this.#frames += 1;
    if (this.#frames % BLOCK_FRAMES === 0) this.#flush(BLOCK_FRAMES);
  }

  /** Resolves when everything is on disk. */
  async close(summary: Record<string, unknown>): Promise<void> {
    this.#flush(this.#frames % BLOCK_FRAMES);
    const dataBytes = this.#frames * FRAME_SAMPLES * 2;
    this.#enqueue(async () => {
      const header = wavHeader({ sampleRate: SAMPLE_RATE, channelCount: 1, dataBytes });
      for (const file of (await this.#files) ?? []) {
        await file.write(header, 0, header.length, 0);
        await file.close();
      }
      const record = { callId: this.options.callId, frameMs: FRAME_MS, frames: this.#frames, ...summary };
      await mkdir(this.options.dir, { recursive: true });
      await writeFile(this.#path("json"), JSON.stringify({ ...record, journal: this.#journal }, null, 2));
    });
    await this.#writes;
  }

  #flush(frames: number): void {
    if (frames === 0) return;
    const position = WAV_HEADER_BYTES + (this.#frames - frames) * FRAME_SAMPLES * 2;
    const blocks = this.#lanes.map(({ block }) => bytesFromSamples(block.subarray(0, frames * FRAME_SAMPLES)));
    this.#files ??= this.#open();
    this.#enqueue(async () => {
      const files = (await this.#files) ?? [];
      for (const [lane, bytes] of blocks.entries()) await files[lane]?.write(bytes, 0, bytes.length, position);
    });
  }

  async #open(): Promise<FileHandle[]> {
    await mkdir(this.options.dir, { recursive: true });
    const header = wavHeader({ sampleRate: SAMPLE_RATE, channelCount: 1, dataBytes: 0 });
    const files = await Promise.all(this.#lanes.map(({ file }) => open(this.#path(`${file}.wav`), "w")));
    for (const file of files) await file.write(header, 0, header.length, 0);
    return files;
  }

  #enqueue(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write).catch((error: unknown) => {
      this.deps.logger.error({ err: error, callId: this.options.callId }, "leg recording failed");
    });
  }

  #path(suffix: string): string {
    return join(this.options.dir, `${this.options.callId}.${suffix}`);
  }
}
