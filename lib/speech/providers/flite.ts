import { execFile } from "node:child_process";
import { setMaxListeners } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { resample } from "@/lib/audio/resample";
import { parseWav } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Logger } from "@/lib/platform/logger";
import { SynthesisError, type SynthesisRequest, type Synthesizer } from "../synthesizer";
import { ConcurrencyLimit } from "./concurrency-limit";

const run = promisify(execFile);
const VOICES = ["slt", "rms", "awb"] as const;
const CONCURRENCY = 2;
/** Twenty times what the longest permitted text takes on a free core. */
const TIME_LIMIT_MS = 15_000;
const MAX_TEXT = 2000;
const BACKGROUND_LIMIT_MS = 120_000;
/** The baseline compiler alone: one sentence is too short for the optimising one to pay (0.3 instead of 0.44 s). */
const WASM_FLAGS = ["--no-warnings", "--liftoff-only"];
const CHILD = fileURLToPath(new URL("./flite-child.mjs", import.meta.url));

export type FliteOptions = {
  logger: Logger;
  /** `auto`: the `flite` on PATH where there is one, else the WebAssembly build from npm. */
  program?: "auto" | "native" | "wasm";
  timeLimitMs?: number;
  /** For work that nobody waits for: gives way to everything else on the machine. */
  background?: boolean;
};

/** Of 20; calls, recognition and clips that someone waits for run at 0. */
const BACKGROUND_PRIORITY = 15;

/**
 * CMU flite: slt (female), rms and awb (male), 16 kHz. Clearly synthetic, works offline. One child process per sentence
 * (about 0.02 s a second of speech natively, 0.3 s more for the WebAssembly build).
 */
export class FliteSynthesizer implements Synthesizer {
  readonly name = "flite";
  readonly voices: readonly string[] = VOICES;
  readonly #logger: Logger;
  readonly #timeLimitMs: number;
  readonly #background: boolean;
  readonly #limit = new ConcurrencyLimit({ limit: CONCURRENCY });
  readonly #closing = new AbortController();
  readonly #wanted: NonNullable<FliteOptions["program"]>;
  #native: Promise<boolean> | undefined;
  #open = new Set<Promise<unknown>>();

  constructor(options: FliteOptions) {
    this.#logger = options.logger;
    this.#wanted = options.program ?? "auto";
    // Every sentence under way listens for the end of all.
    setMaxListeners(0, this.#closing.signal);
    this.#background = options.background ?? false;
    this.#timeLimitMs = options.timeLimitMs ?? (this.#background ? BACKGROUND_LIMIT_MS : TIME_LIMIT_MS);
  }

  async synthesize(request: SynthesisRequest): Promise<{ samples: Int16Array; voice: string }> {
    const voice = request.voice ?? VOICES[0];
    if (!this.voices.includes(voice))
      throw new SynthesisError(`flite has no voice ${voice}; it has ${VOICES.join(", ")}`);
    const text = plainText(request.text);
    if (!/[a-z0-9]/i.test(text)) throw new SynthesisError("there are no words to speak");
    if (text.length > MAX_TEXT) throw new SynthesisError(`the text is longer than ${MAX_TEXT} characters`);
    const signal = request.signal ? AbortSignal.any([request.signal, this.#closing.signal]) : this.#closing.signal;
    const work = this.#limit.run(() => this.#speak({ text, voice, signal }), { signal });
    this.#open.add(work);
    try {
      return { samples: await work, voice };
    } catch (error) {
      if (error instanceof SynthesisError) throw error;
      if (signal.aborted) throw new SynthesisError("synthesis was cancelled", { retryable: true, cause: error });
      throw new SynthesisError("flite failed", { retryable: true, cause: error });
    } finally {
      this.#open.delete(work);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the synthesiser is closed"));
    await Promise.allSettled(this.#open);
  }

  async #speak(work: { text: string; voice: string; signal: AbortSignal }): Promise<Int16Array> {
    const folder = await mkdtemp(join(tmpdir(), "earshot-flite-"));
    try {
      // By file, not by argument: what is whispered must not stand in the process list.
      await writeFile(join(folder, "text"), work.text, { mode: 0o600 });
      await this.#runFlite({ folder, voice: work.voice, signal: work.signal });
      const wav = parseWav(await readFile(join(folder, "speech.wav")));
      const samples = resample(wav.channels[0] ?? new Int16Array(0), { from: wav.sampleRate, to: SAMPLE_RATE });
      if (samples.length === 0) throw new SynthesisError("flite found nothing to speak in the text");
      return samples;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #runFlite({ folder, voice, signal }: { folder: string; voice: string; signal: AbortSignal }): Promise<void> {
    const [file, ...args] = (await this.#isNative())
      ? ["flite", "-voice", voice, "-f", join(folder, "text"), "-o", join(folder, "speech.wav")]
      : [process.execPath, ...WASM_FLAGS, CHILD, voice, folder];
    if (file === undefined) return;
    try {
      const running = run(file, args, {
        signal,
        timeout: this.#timeLimitMs,
        killSignal: "SIGKILL",
        windowsHide: true,
      });
      if (this.#background && running.child.pid) lowerPriority(running.child.pid);
      await running;
    } catch (error) {
      const late = error instanceof Error && "killed" in error && error.killed === true && !signal.aborted;
      if (late)
        throw new SynthesisError(`flite took longer than ${this.#timeLimitMs} ms`, { retryable: true, cause: error });
      throw error;
    }
  }

  #isNative(): Promise<boolean> {
    if (this.#wanted !== "auto") return Promise.resolve(this.#wanted === "native");
    this.#native ??= isFliteInstalled().then((native) => {
      this.#logger.info({ program: native ? "native" : "wasm" }, "flite chosen");
      return native;
    });
    return this.#native;
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, BACKGROUND_PRIORITY);
  } catch {
    // Already over, or the system forbids it: then it runs like everything else.
  }
}

/** @returns whether a `flite` with all our voices is on PATH. */
export async function isFliteInstalled(): Promise<boolean> {
  try {
    const { stdout } = await run("flite", ["-lv"], { timeout: 3000, killSignal: "SIGKILL", windowsHide: true });
    return VOICES.every((voice) => stdout.split(/\s+/).includes(voice));
  } catch {
    return false;
  }
}

/** flite reads bytes as Latin letters: typographic signs and accents become their plain forms, controls become spaces. */
function plainText(text: string): string {
  return text
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/[‐‑‒–—]/g, "-")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim();
}
