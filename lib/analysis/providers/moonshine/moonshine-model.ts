import tokenizer from "llama-tokenizer-js";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { modelPaths } from "./model-files";
import type { ModelSize } from "./types";

const START_TOKEN = 1;
const END_TOKEN = 2;
/** Moonshine's vocabulary is Llama's 32,000 pieces and 768 special ones that carry no text. */
const TEXT_TOKENS = 32_000;
/** The fastest speakers stay below this; a decoder that loops is stopped by it (Moonshine paper, section 4). */
const MAX_TOKENS_PER_SECOND = 6.5;
const HEADS = 8;
const SHAPES = { tiny: { layers: 6, headDim: 36 }, base: { layers: 8, headDim: 52 } } as const;

type Cache = Record<string, Tensor>;

/** Moonshine (Jeffries et al. 2024): English speech at 16 kHz to punctuated text, greedy, one thread. */
export class MoonshineModel {
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #shape: { layers: number; headDim: number };
  /** The encoder's keys and values do not change after the first step: they are not fetched again. */
  readonly #laterOutputs: string[];

  private constructor(parts: { encoder: InferenceSession; decoder: InferenceSession; size: ModelSize }) {
    this.#encoder = parts.encoder;
    this.#decoder = parts.decoder;
    this.#shape = SHAPES[parts.size];
    this.#laterOutputs = parts.decoder.outputNames.filter((name) => !name.includes(".encoder."));
  }

  static async load({ dir, size }: { dir: string; size: ModelSize }): Promise<MoonshineModel> {
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" } as const;
    const encoder = await InferenceSession.create(modelPaths.encoder(dir, size), options);
    const decoder = await InferenceSession.create(modelPaths.decoder(dir, size), options);
    return new MoonshineModel({ encoder, decoder, size });
  }

  /** @returns the words, "" for silence and noise. */
  async transcribe(samples: Int16Array): Promise<string> {
    const input = Float32Array.from(samples, (sample) => sample / 32_768);
    const encoded = await this.#encoder.run({ input_values: new Tensor("float32", input, [1, input.length]) });
    const hidden = encoded.last_hidden_state;
    if (!hidden) return "";
    const most = Math.max(1, Math.ceil((samples.length / SAMPLE_RATE) * MAX_TOKENS_PER_SECOND));
    const tokens: number[] = [];
    let cache = this.#emptyCache();
    for (let token = START_TOKEN; tokens.length < most; ) {
      const feeds = {
        ...cache,
        input_ids: new Tensor("int64", BigInt64Array.of(BigInt(token)), [1, 1]),
        encoder_hidden_states: hidden,
        use_cache_branch: new Tensor("bool", Uint8Array.of(tokens.length > 0 ? 1 : 0), [1]),
      };
      const step =
        tokens.length > 0 ? await this.#decoder.run(feeds, this.#laterOutputs) : await this.#decoder.run(feeds);
      token = likeliest(step.logits);
      if (token === END_TOKEN) break;
      tokens.push(token);
      cache = updated(cache, step);
    }
    return tokenizer
      .decode(
        tokens.filter((token) => token < TEXT_TOKENS),
        false,
        false,
      )
      .trim();
  }

  #emptyCache(): Cache {
    const { layers, headDim } = this.#shape;
    const cache: Cache = {};
    for (let layer = 0; layer < layers; layer++)
      for (const part of ["decoder.key", "decoder.value", "encoder.key", "encoder.value"])
        cache[`past_key_values.${layer}.${part}`] = new Tensor("float32", new Float32Array(0), [1, HEADS, 0, headDim]);
    return cache;
  }
}

function updated(cache: Cache, step: InferenceSession.OnnxValueMapType): Cache {
  const next = { ...cache };
  for (const [name, value] of Object.entries(step))
    if (name.startsWith("present.") && value instanceof Tensor)
      next[name.replace("present", "past_key_values")] = value;
  return next;
}

function likeliest(logits: InferenceSession.OnnxValueMapType[string] | undefined): number {
  if (!logits || !(logits.data instanceof Float32Array)) return END_TOKEN;
  const scores = logits.data;
  let best = END_TOKEN;
  for (let token = 0; token < scores.length; token++)
    if ((scores[token] ?? Number.NEGATIVE_INFINITY) > (scores[best] ?? 0)) best = token;
  return best;
}
