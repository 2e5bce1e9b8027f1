import { MoonshineTranscriber } from "@/lib/analysis/providers/moonshine/moonshine-transcriber";
import { NoTranscriber } from "@/lib/analysis/providers/none";
import { SentenceEncoderAnalyser } from "@/lib/analysis/providers/sentence-encoder";
import type { TextAnalyser } from "@/lib/analysis/text-analyser";
import type { Transcriber } from "@/lib/analysis/transcriber";
import type { Advisor } from "@/lib/coaching/advisor";
import { LlmAdvisor } from "@/lib/coaching/llm-advisor";
import { defaultPlaybook } from "@/lib/coaching/playbook";
import { PlaybookAdvisor } from "@/lib/coaching/playbook-advisor";
import { systemClock } from "@/lib/platform/clock";
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

export function createTranscriber({ env, logger }: Options): Transcriber {
  if (env.STT_PROVIDER === "none") return new NoTranscriber();
  return new MoonshineTranscriber({ modelsDir: env.MODELS_DIR, logger });
}

export function createTextAnalyser({ env, logger }: Options): TextAnalyser {
  return new SentenceEncoderAnalyser({ clock: systemClock, logger, topicsPath: env.TOPICS_FILE });
}

/** The playbook always; a language model beside it only where one is configured. */
export function createAdvisors({ env, logger }: Options): Advisor[] {
  const playbook = new PlaybookAdvisor({ playbook: defaultPlaybook });
  if (!env.LLM_BASE_URL || !env.LLM_MODEL) return [playbook];
  const options = { baseUrl: env.LLM_BASE_URL, apiKey: env.LLM_API_KEY, model: env.LLM_MODEL };
  return [playbook, new LlmAdvisor({ options, clock: systemClock, logger })];
}
