import type { TextAnalyser } from "@/lib/analysis/text-analyser";
import type { Transcriber } from "@/lib/analysis/transcriber";
import type { Advisor } from "@/lib/coaching/advisor";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";
import { OpenAiSynthesizer } from "@/lib/speech/providers/openai";
import type { Synthesizer } from "@/lib/speech/synthesizer";

type Options = { env: Env; logger: Logger };

/** Each port's provider, chosen once by the environment. */
export function createSynthesizer({ env, logger }: Options): Synthesizer {
  if (env.TTS_PROVIDER === "openai" && env.TTS_BASE_URL)
    return new OpenAiSynthesizer({
      baseUrl: env.TTS_BASE_URL,
      apiKey: env.TTS_API_KEY,
      model: env.TTS_MODEL,
      voices: [env.TTS_VOICE],
    });
  return new FliteSynthesizer({ logger });
}

export declare function createTranscriber(options: Options): Transcriber;
export declare function createTextAnalyser(options: { logger: Logger }): TextAnalyser;
export declare function createAdvisors(options: Options): Advisor[];
