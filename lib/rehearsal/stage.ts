import type { CallId } from "@/lib/contract/ids";
import type { MomentOutcome, ScenarioCard } from "@/lib/contract/switch-control";

/** How a rehearsed call went. `audioStartedAt`: epoch milliseconds of audio position 0; null: the two were never connected. */
export type StageEnd = {
  callId: CallId;
  audioStartedAt: number | null;
  moments: readonly MomentOutcome[];
  unreached: readonly { moment: string; advice: string }[];
};

/** Port: where simulated calls are placed on request. */
export interface RehearsalStage {
  /** @throws AppError UNAVAILABLE where there is no built-in switch, or it does not answer */
  scenarios(): Promise<readonly ScenarioCard[]>;
  /** Resolves once the call is on its way, which may take as long as its agent's call before. @throws AppError UNAVAILABLE, CONFLICT */
  place(request: { scenarioId: string; callId: CallId }): Promise<void>;
  onOver(listener: (end: StageEnd) => void): () => void;
  /** Calls the listener when all calls that were placed are gone at once, and nothing is told of them any more. */
  onLost(listener: () => void): () => void;
}
