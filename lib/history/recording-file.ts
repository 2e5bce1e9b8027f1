import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { repairWavHeader, WAV_HEADER_BYTES, wavHeader } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Bytes of one sample of both lanes. */
const FRAME_BYTES = 4;

/** `atMs`: position of its first sample on the call's audio clock. */
export type RecordingPiece = { wav: Uint8Array; atMs: number };

/**
 * A growing stereo WAV (16 bit, SAMPLE_RATE Hz). Samples are written at their own place, so a call taken up again after a
 * restart goes on in its file, with silence where nobody listened.
 */
export class RecordingFile {
  private constructor(
    private readonly handle: FileHandle,
    private dataBytes: number,
  ) {}

  static async open(path: string): Promise<RecordingFile> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "r+").catch(() => open(path, "w+"));
    const { size } = await handle.stat();
    if (size < WAV_HEADER_BYTES) {
      await handle.write(wavHeader({ sampleRate: SAMPLE_RATE, channelCount: 2, dataBytes: 0 }), 0, WAV_HEADER_BYTES, 0);
      return new RecordingFile(handle, 0);
    }
    return new RecordingFile(handle, size - WAV_HEADER_BYTES);
  }

  /** Milliseconds of audio so far. */
  get durationMs(): number {
    return Math.floor((this.dataBytes / FRAME_BYTES / SAMPLE_RATE) * 1000);
  }

  /** @param piece.position in samples of one lane */
  async write(piece: { position: number; woven: Int16Array }): Promise<void> {
    const bytes = Buffer.from(piece.woven.buffer, piece.woven.byteOffset, piece.woven.byteLength);
    const at = piece.position * FRAME_BYTES;
    await this.handle.write(bytes, 0, bytes.length, WAV_HEADER_BYTES + at);
    this.dataBytes = Math.max(this.dataBytes, at + bytes.length);
  }

  /** @returns the last `seconds` as a WAV file of its own. */
  async tail(seconds: number): Promise<Uint8Array> {
    return (await this.piece({ seconds })).wav;
  }

  /**
   * What lies between `sinceMs` on the call's audio clock and now, at most the last `seconds`.
   * @returns a WAV file of its own, and where its first sample lies, milliseconds
   */
  async piece({ seconds, sinceMs = 0 }: { seconds: number; sinceMs?: number | undefined }): Promise<RecordingPiece> {
    const total = Math.floor(this.dataBytes / FRAME_BYTES);
    const asked = Math.min(total, Math.round((sinceMs * SAMPLE_RATE) / 1000));
    const start = Math.max(asked, total - Math.round(seconds * SAMPLE_RATE));
    const dataBytes = (total - start) * FRAME_BYTES;
    const wav = Buffer.alloc(WAV_HEADER_BYTES + dataBytes);
    wav.set(wavHeader({ sampleRate: SAMPLE_RATE, channelCount: 2, dataBytes }));
    await this.handle.read(wav, WAV_HEADER_BYTES, dataBytes, WAV_HEADER_BYTES + start * FRAME_BYTES);
    return { wav, atMs: (start * 1000) / SAMPLE_RATE };
  }

  /** Writes the true header and closes. */
  async close(): Promise<void> {
    const header = wavHeader({ sampleRate: SAMPLE_RATE, channelCount: 2, dataBytes: this.dataBytes });
    await this.handle.write(header, 0, header.length, 0);
    await this.handle.close();
  }
}

/** Gives the file of a writer that died its true header. @returns milliseconds of audio in it. @throws WavError */
export async function repairRecording(path: string): Promise<number> {
  const handle = await open(path, "r+");
  try {
    const { size } = await handle.stat();
    const header = new Uint8Array(WAV_HEADER_BYTES);
    await handle.read(header, 0, WAV_HEADER_BYTES, 0);
    const repaired = repairWavHeader({ header, fileBytes: size });
    if (repaired) {
      await handle.truncate(repaired.fileBytes);
      await handle.write(repaired.header, 0, WAV_HEADER_BYTES, 0);
    }
    const bytes = (repaired?.fileBytes ?? size) - WAV_HEADER_BYTES;
    return Math.floor((bytes / FRAME_BYTES / SAMPLE_RATE) * 1000);
  } finally {
    await handle.close();
  }
}
