import type { Actor } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import type { CallId, SuggestionId } from "@/lib/contract/ids";

type OnSuggestion = { callId: CallId; suggestionId: SuggestionId; by: Actor };

/** What people may do to suggestions. @throws AppError NOT_FOUND, WRONG_STATE, CONFLICT (claimed by another), UNAVAILABLE */
export interface CoachingCommands {
  claim(request: OnSuggestion & { claimed: boolean }): Promise<Suggestion>;
  /** Resolves as soon as the decision stands; the steps of the delivery follow as events. */
  approve(request: OnSuggestion & { text?: string | undefined; force: boolean }): Promise<Suggestion>;
  reject(request: OnSuggestion & { reason?: string | undefined }): Promise<Suggestion>;
  compose(request: { callId: CallId; text: string; force: boolean; by: Actor }): Promise<Suggestion>;
  interrupt(request: OnSuggestion): Promise<Suggestion>;
}
