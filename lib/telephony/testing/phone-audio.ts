import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { concatSamples } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { resample } from "@/lib/audio/resample";
import { parseWav, WavError, wavHeader } from "@/lib/audio/wav";

/** What a phone says from the moment a call is established. Silence is sent too, frame by frame. */
export type Says =
  /** `amplitude` 0…1 of full scale, default 0.25. Whole Hz. */
  | { toneHz: number; amplitude?: number }
  /** A mono or stereo (first channel) file; after its end silence. */
  | { wav: string }
  /** s16le mono, 16 kHz; after their end silence. */
  | { samples: Int16Array }
  | "silence";

/** G.711's rate, and so the phones'. */
export const PHONE_RATE = 8_000;
const SPEAKER_RATE = 16_000;
/** baresip ends the call where its file ends: every file goes on for longer than any test. */
const FILE_SECONDS = 600;
/** Sorts behind `dump-2026-…`, as baresip names its own recordings. */
const NAME_AFTER_DATES = "9999";

/** Writes what a phone says. The silence at the end is a hole in the file, which takes no room. */
export function writeSource(says: Says, { path }: { path: string }): void {
  const file = openSync(path, "w");
  try {
    const dataBytes = FILE_SECONDS * PHONE_RATE * 2;
    const header = wavHeader({ sampleRate: PHONE_RATE, channelCount: 1, dataBytes });
    writeFileSync(file, header);
    writeFileSync(file, new Uint8Array(soundOf(says).buffer));
    ftruncateSync(file, header.length + dataBytes);
  } finally {
    closeSync(file);
  }
}

/** @returns at most FILE_SECONDS at PHONE_RATE */
function soundOf(says: Says): Int16Array<ArrayBuffer> {
  if (says === "silence") return new Int16Array(0);
  if ("toneHz" in says) {
    const { toneHz: frequency, amplitude = 0.25 } = says;
    const second = sine({ frequency, amplitude, sampleRate: PHONE_RATE, durationMs: 1_000 });
    return new Int16Array(concatSamples(Array.from({ length: FILE_SECONDS }, () => second)));
  }
  if ("samples" in says)
    return new Int16Array(resample(says.samples, { from: SPEAKER_RATE, to: PHONE_RATE })).slice(
      0,
      FILE_SECONDS * PHONE_RATE,
    );
  const { channels, sampleRate } = parseWav(readFileSync(says.wav));
  const [voice = new Int16Array(0)] = channels;
  return new Int16Array(resample(voice, { from: sampleRate, to: PHONE_RATE })).slice(0, FILE_SECONDS * PHONE_RATE);
}

/** The recordings of one phone, in order; they grow while a call is on (baresip writes every frame at once). */
export class PhoneRecordings {
  #closed = 0;

  /** `folder` as the test sees it. */
  constructor(private readonly folder: string) {}

  /** @returns all that the phone has heard, or said (its own encoder's input), at PHONE_RATE */
  read(side: "heard" | "said"): Int16Array {
    return concatSamples(this.#files(side).map((name) => readGrowing(join(this.folder, name))));
  }

  /** @returns a name for what baresip's player writes, which comes after all that is there */
  nextPlayerFile(number: number): string {
    return `dump-${NAME_AFTER_DATES}-${inOrder(number)}-play.wav`;
  }

  /** baresip names by the second, and so might use a name twice: takes the files of ended calls out of the way. */
  close(): void {
    const number = inOrder(this.#closed++);
    for (const name of readdirSync(this.folder))
      if (name.startsWith("dump-")) renameSync(join(this.folder, name), join(this.folder, `call-${number}-${name}`));
  }

  #files(side: "heard" | "said"): string[] {
    if (!existsSync(this.folder)) return [];
    const endings = side === "heard" ? ["-dec.wav", "-play.wav"] : ["-enc.wav"];
    return readdirSync(this.folder)
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .sort();
  }
}

function inOrder(number: number): string {
  return String(number).padStart(4, "0");
}

function readGrowing(path: string): Int16Array {
  try {
    return parseWav(readFileSync(path)).channels[0] ?? new Int16Array(0);
  } catch (error) {
    // The first bytes of a file that was opened a moment ago.
    if (error instanceof WavError) return new Int16Array(0);
    throw error;
  }
}
