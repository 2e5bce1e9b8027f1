import type { Actor } from "@/lib/contract/call";
import type { AgentResponse, Suggestion } from "@/lib/contract/coaching";
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

/** What agents may do to the whispers of their own call. That it is theirs is checked before. @throws AppError NOT_FOUND, WRONG_STATE */
export interface DeskCommands {
  /**
   * `not-now` takes back what waits to be spoken, and stops what is being spoken; `repeat` delivers the same clip once more, approved by the agent who asks.
   */
  respond(request: OnSuggestion & { response: AgentResponse }): Promise<void>;
  /** What is approved while paused waits. */
  pauseWhispers(request: { callId: CallId; paused: boolean; by: Actor }): Promise<void>;
  /** Says `help.asked` once; again only after a while. */
  askHelp(request: { callId: CallId; by: Actor }): Promise<void>;
}
