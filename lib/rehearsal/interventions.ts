import type { Actor } from "@/lib/contract/call";
import type { Suggestion, SuggestionState } from "@/lib/contract/coaching";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { SuggestionId, UserId } from "@/lib/contract/ids";
import type { Intervention, Offered } from "./schema";

const DECISIONS: readonly SuggestionState[] = ["approved", "edited"];
const ENDS: readonly SuggestionState[] = ["spoken", "interrupted", "failed"];

type Voice = { startedAt: number; endedAt: number | null };

/** What one supervisor did on one call, gathered from its events. */
export class Interventions {
  readonly #suggestions = new Map<SuggestionId, Suggestion>();
  readonly #voices = new Map<string, Voice>();

  constructor(private readonly userId: UserId) {}

  apply(event: DomainEvent): void {
    if (event.type === "suggestion.proposed" || event.type === "suggestion.changed")
      this.#suggestions.set(event.suggestion.suggestionId, event.suggestion);
    else if (event.type === "speaking.started" && this.#isOwn(event.by))
      this.#voices.set(event.speakingId, { startedAt: event.occurredAt, endedAt: null });
    else if (event.type === "speaking.ended") {
      const voice = this.#voices.get(event.speakingId);
      if (voice) voice.endedAt = event.occurredAt;
    }
  }

  /** In the order of their beginning. @param audioStartedAt epoch milliseconds of audio position 0 */
  spoken(audioStartedAt: number): Intervention[] {
    const place = (at: number) => Math.max(0, at - audioStartedAt);
    const whispers = [...this.#suggestions.values()].flatMap((suggestion): Intervention[] => {
      const began = suggestion.steps.find(({ state }) => state === "speaking");
      const ended = suggestion.steps.find(({ state }) => ENDS.includes(state));
      const decided = suggestion.steps.find(({ state }) => DECISIONS.includes(state));
      if (!began || !decided || !this.#isOwn(decided.actor)) return [];
      const endMs = place(ended?.at ?? began.at);
      return [{ kind: "whisper", text: suggestion.text, atMs: place(began.at), endMs }];
    });
    const voices = [...this.#voices.values()].map(({ startedAt, endedAt }): Intervention => {
      return { kind: "voice", text: null, atMs: place(startedAt), endMs: place(endedAt ?? startedAt) };
    });
    return [...whispers, ...voices].sort((one, other) => one.atMs - other.atMs);
  }

  /** What the playbook proposed, not what the supervisor wrote. */
  offered(audioStartedAt: number): Offered[] {
    return [...this.#suggestions.values()]
      .filter(({ steps }) => steps[0]?.actor.kind === "system")
      .map(({ originalText, proposedAt, state }) => {
        return { text: originalText, atMs: Math.max(0, proposedAt - audioStartedAt), state };
      });
  }

  #isOwn(actor: Actor): boolean {
    return actor.kind === "user" && actor.userId === this.userId;
  }
}
