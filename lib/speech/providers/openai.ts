import { samplesFromBytes } from "@/lib/audio/frame";
import { resample } from "@/lib/audio/resample";
import { parseWav } from "@/lib/audio/wav";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { SynthesisError, type SynthesisRequest, type Synthesizer } from "../synthesizer";

/** OpenAI documents its `pcm` format as 24 kHz s16le mono. */
const PCM_RATE = 24_000;
const TIME_LIMIT_MS = 15_000;
/** Ten minutes of 24 kHz speech: more is not a whisper but a fault. */
const MAX_BYTES = 30_000_000;

export type OpenAiSynthesizerOptions = {
  /** With or without the closing `/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
  model: string;
  /** The first is the default. */
  voices: readonly [string, ...string[]];
  responseFormat?: "wav" | "pcm";
  timeLimitMs?: number;
};

/** Any server that speaks OpenAI's `POST /v1/audio/speech` (OpenAI, Kokoro-FastAPI, LocalAI, openedai-speech…). */
export class OpenAiSynthesizer implements Synthesizer {
  readonly name = "openai";
  readonly voices: readonly string[];
  readonly #options: OpenAiSynthesizerOptions;
  readonly #closing = new AbortController();

  constructor(options: OpenAiSynthesizerOptions) {
    this.#options = options;
    this.voices = options.voices;
  }

  async synthesize(request: SynthesisRequest): Promise<{ samples: Int16Array; voice: string }> {
    const voice = request.voice ?? this.#options.voices[0];
    if (!this.voices.includes(voice)) throw new SynthesisError(`the speech server is not set up for voice ${voice}`);
    const text = request.text.trim();
    if (text === "") throw new SynthesisError("there are no words to speak");
    const { bytes, contentType } = await this.#fetch({ text, voice, signal: request.signal });
    const samples = decodeAudio({ bytes, contentType });
    if (samples.length === 0) throw new SynthesisError("the speech server sent no audio", { retryable: true });
    return { samples, voice };
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the synthesiser is closed"));
  }

  async #fetch(request: {
    text: string;
    voice: string;
    signal: AbortSignal | undefined;
  }): Promise<{ bytes: Uint8Array; contentType: string }> {
    const { apiKey, model, responseFormat = "wav", timeLimitMs = TIME_LIMIT_MS } = this.#options;
    const late = AbortSignal.timeout(timeLimitMs);
    const signals = [late, this.#closing.signal, ...(request.signal ? [request.signal] : [])];
    try {
      const response = await fetch(speechUrl(this.#options.baseUrl), {
        method: "POST",
        headers: { "content-type": "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
        body: JSON.stringify({ model, voice: request.voice, input: request.text, response_format: responseFormat }),
        signal: AbortSignal.any(signals),
      });
      if (!response.ok) {
        await response.body?.cancel();
        const retryable = response.status === 429 || response.status >= 500;
        throw new SynthesisError(`the speech server answered ${response.status}`, { retryable });
      }
      return { bytes: await readLimited(response), contentType: response.headers.get("content-type") ?? "" };
    } catch (error) {
      if (error instanceof SynthesisError) throw error;
      const why = late.aborted
        ? `the speech server took longer than ${timeLimitMs} ms`
        : signals.some((signal) => signal.aborted)
          ? "synthesis was cancelled"
          : "the speech server cannot be reached";
      throw new SynthesisError(why, { retryable: true, cause: error });
    }
  }
}

function speechUrl(baseUrl: string): string {
  const base = baseUrl.replace(/\/+$/, "");
  return base.endsWith("/v1") ? `${base}/audio/speech` : `${base}/v1/audio/speech`;
}

async function readLimited(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > MAX_BYTES) throw new SynthesisError(`the speech server sent more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** WAV by its first bytes; else raw samples, at the rate the content type names (`audio/pcm;rate=16000`). */
function decodeAudio({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): Int16Array {
  try {
    if (String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF") {
      const { channels, sampleRate } = parseWav(bytes);
      return resample(toMono(channels), { from: sampleRate, to: SAMPLE_RATE });
    }
    if (!/^(audio\/(pcm|l16|raw)|application\/octet-stream)/i.test(contentType))
      throw new SynthesisError(`the speech server sent ${contentType || "no content type"}, not WAV or PCM`);
    const rate = Number(/rate=(\d+)/.exec(contentType)?.[1] ?? PCM_RATE);
    return resample(samplesFromBytes(bytes), { from: rate, to: SAMPLE_RATE });
  } catch (error) {
    if (error instanceof SynthesisError) throw error;
    throw new SynthesisError("the speech server sent audio that cannot be read", { cause: error });
  }
}

function toMono(channels: readonly Int16Array[]): Int16Array {
  const [left = new Int16Array(0), right] = channels;
  return right ? left.map((sample, at) => Math.round((sample + (right[at] ?? 0)) / 2)) : left;
}
