import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { TextAnalyser } from "./text-analyser";
import type { Transcriber } from "./transcriber";

export type AnalysisSettings = {
  /** Sentiment of the agent's own words. Off unless the operator wants it: EU AI Act, article 5(1)(f). */
  agentSentiment: boolean;
};

export type AnalysisDeps = {
  bus: EventBus;
  transcriber: Transcriber;
  textAnalyser: TextAnalyser;
  clock: Clock;
  logger: Logger;
  settings: AnalysisSettings;
};
