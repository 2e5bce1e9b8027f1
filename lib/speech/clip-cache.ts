import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { bytesFromSamples } from "@/lib/audio/frame";
import { encodeWav, parseWav } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { clipRefSchema } from "@/lib/contract/coaching";
import type { Logger } from "@/lib/platform/logger";
import { type Clip, SynthesisError, type Synthesizer } from "./synthesizer";

/** About 17 minutes of speech. */
const MEMORY_BYTES = 32_000_000;

/** What lies on disk beside the samples. */
const entrySchema = z.object({ hash: clipRefSchema.shape.hash, text: z.string(), voice: z.string() });
type Entry = z.infer<typeof entrySchema>;

/**
 * Synthesised clips by text and by hash. In memory (least recently used go first) and in `dir`: KEY.json says which samples
 * a provider, voice and text gave, HASH.wav holds them, HASH.json their words. What does not match its hash is made again.
 */
export class ClipCache {
  readonly #synthesizer: Synthesizer;
  readonly #dir: string;
  readonly #logger: Logger;
  readonly #memoryBytes: number;
  readonly #clips = new Map<string, Clip>();
  readonly #underway = new Map<string, Promise<Clip>>();
  #held = 0;

  constructor(deps: { synthesizer: Synthesizer; dir: string; logger: Logger; memoryBytes?: number }) {
    this.#synthesizer = deps.synthesizer;
    this.#dir = deps.dir;
    this.#logger = deps.logger;
    this.#memoryBytes = deps.memoryBytes ?? MEMORY_BYTES;
  }

  /**
   * @returns the clip of a text, made once however many ask. Its samples are shared: read them, never transfer them.
   * An aborted signal ends the waiting of this caller only. @throws SynthesisError
   */
  async clipFor(text: string, options: { voice?: string; signal?: AbortSignal } = {}): Promise<Clip> {
    const voice = options.voice ?? this.#synthesizer.voices[0] ?? "";
    const key = sha256(JSON.stringify([this.#synthesizer.name, voice, text]));
    let work = this.#underway.get(key);
    if (!work) {
      work = this.#findOrMake({ key, text, voice }).finally(() => this.#underway.delete(key));
      this.#underway.set(key, work);
    }
    return options.signal ? untilAborted(work, options.signal) : work;
  }

  /** @returns the clip with these samples, or undefined where it is unknown or damaged. */
  async byHash(hash: string): Promise<Clip | undefined> {
    if (!clipRefSchema.shape.hash.safeParse(hash).success) return undefined;
    for (const clip of this.#clips.values()) if (clip.hash === hash) return clip;
    const entry = await this.#readEntry(hash);
    return entry?.hash === hash ? this.#readClip(entry) : undefined;
  }

  /** @returns the clip as a 16 kHz mono WAV file, for the browser's "hear it". */
  async wav(hash: string): Promise<Uint8Array | undefined> {
    const clip = await this.byHash(hash);
    return clip && encodeWav({ sampleRate: SAMPLE_RATE, channels: [clip.samples] });
  }

  async #findOrMake({ key, text, voice }: { key: string; text: string; voice: string }): Promise<Clip> {
    const known = this.#clips.get(key) ?? (await this.#load({ key, text, voice }));
    if (known) return this.#keep(key, known);
    const { samples, voice: spokenBy } = await this.#synthesizer.synthesize({ text, voice });
    const clip = makeClip({ samples, text, voice: spokenBy });
    await this.#store(key, clip);
    return this.#keep(key, clip);
  }

  async #load({ key, text, voice }: { key: string; text: string; voice: string }): Promise<Clip | undefined> {
    const entry = await this.#readEntry(key);
    return entry?.text === text && entry.voice === voice ? this.#readClip(entry) : undefined;
  }

  async #readEntry(name: string): Promise<Entry | undefined> {
    try {
      return entrySchema.parse(JSON.parse(await readFile(join(this.#dir, `${name}.json`), "utf8")));
    } catch (error) {
      if (!isMissing(error)) this.#logger.warn({ err: error, entry: name }, "clip entry cannot be read");
      return undefined;
    }
  }

  async #readClip(entry: Entry): Promise<Clip | undefined> {
    try {
      const { channels, sampleRate } = parseWav(await readFile(join(this.#dir, `${entry.hash}.wav`)));
      const clip = makeClip({ samples: channels[0] ?? new Int16Array(0), text: entry.text, voice: entry.voice });
      if (clip.hash === entry.hash && sampleRate === SAMPLE_RATE) return clip;
      this.#logger.warn({ hash: entry.hash }, "clip file is damaged");
    } catch (error) {
      this.#logger.warn({ err: error, hash: entry.hash }, "clip file cannot be read");
    }
    return undefined;
  }

  /** A full or read-only disk costs the cache, not the clip. */
  async #store(key: string, clip: Clip): Promise<void> {
    const entry = JSON.stringify({ hash: clip.hash, text: clip.text, voice: clip.voice } satisfies Entry);
    try {
      await mkdir(this.#dir, { recursive: true });
      const wav = encodeWav({ sampleRate: SAMPLE_RATE, channels: [clip.samples] });
      await this.#write(`${clip.hash}.wav`, wav);
      await this.#write(`${clip.hash}.json`, entry);
      await this.#write(`${key}.json`, entry);
    } catch (error) {
      this.#logger.warn({ err: error, hash: clip.hash }, "clip cannot be kept on disk");
    }
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const draft = join(this.#dir, `${name}.${randomUUID()}.part`);
    try {
      await writeFile(draft, content, { mode: 0o600 });
      await rename(draft, join(this.#dir, name));
    } finally {
      await rm(draft, { force: true });
    }
  }

  #keep(key: string, clip: Clip): Clip {
    if (!this.#clips.delete(key)) this.#held += clip.samples.byteLength;
    this.#clips.set(key, clip);
    for (const [oldest, held] of this.#clips) {
      if (this.#held <= this.#memoryBytes) break;
      this.#clips.delete(oldest);
      this.#held -= held.samples.byteLength;
    }
    return clip;
  }
}

function makeClip({ samples, text, voice }: { samples: Int16Array; text: string; voice: string }): Clip {
  const hash = sha256(bytesFromSamples(samples));
  return { hash, durationMs: Math.round((samples.length * 1000) / SAMPLE_RATE), text, voice, samples };
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () =>
      reject(new SynthesisError("waiting for the clip was cancelled", { retryable: true, cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
