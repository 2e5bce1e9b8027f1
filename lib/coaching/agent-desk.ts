import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/contract/call";
import { type AgentResponse, isFinal, type Suggestion } from "@/lib/contract/coaching";
import type { CallId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { AgentPause } from "./agent-pause";
import { type CoachingSettings, REPEAT_RULE } from "./constants";
import type { DeliveryQueue } from "./delivery-queue";
import type { Entry, SuggestionBook } from "./suggestion-book";
import type { PlayableClip } from "./types";

type Deps = {
  callId: CallId;
  bus: EventBus;
  book: SuggestionBook;
  queue: DeliveryQueue;
  pause: AgentPause;
  clock: Clock;
  settings: CoachingSettings;
  /** Why the agent cannot be helped on this call any more, or not yet, for people; null: they can. */
  obstacle: () => string | null;
  /** Proposes, approves and delivers a clip once more. @throws AppError WRONG_STATE */
  again: (repeat: { clip: PlayableClip; by: Actor; words: Words }) => Promise<Suggestion>;
};
type Words = Pick<Suggestion, "rule" | "ruleLabel" | "urgency" | "text" | "reason" | "evidence">;

const LABEL_PREFIX = "Again: ";
const MAX_LABEL = 120;

/** Where the agent answers the whispers of their own call. They know of no suggestion that nobody approved. */
export class AgentDesk {
  #helpAskedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: Deps) {}

  /** @throws AppError WRONG_STATE where it was never approved, or has nothing to repeat */
  async respond({ entry, by, response }: { entry: Entry; by: Actor; response: AgentResponse }): Promise<void> {
    assertApproved(entry.suggestion);
    this.#assertPossible();
    if (response === "repeat") return this.#repeat({ entry, by });
    this.#note({ entry, by, response });
    // One that speaks is stopped as well; a supervisor's own voice is no suggestion, and goes on.
    if (response === "not-now" && !isFinal(entry.suggestion.state))
      await this.deps.queue.interrupt({ entry, by, detail: "The agent said: not now." });
  }

  /** Said again it changes nothing. @throws AppError WRONG_STATE */
  pauseWhispers({ paused, by }: { paused: boolean; by: Actor }): void {
    const { bus, pause, callId } = this.deps;
    this.#assertPossible();
    if (pause.has("agent-paused") === paused) return;
    bus.publish({ type: "whispers.paused", callId, isPaused: paused, by });
  }

  /** @throws AppError WRONG_STATE where it was asked a moment ago */
  askHelp({ by }: { by: Actor }): void {
    const { bus, clock, settings, callId } = this.deps;
    this.#assertPossible();
    const now = clock.now();
    if (now - this.#helpAskedAt < settings.helpAgainMs)
      throw wrongState("You have asked for help a moment ago. Your supervisors see it.");
    this.#helpAskedAt = now;
    bus.publish({ type: "help.asked", callId, by });
  }

  async #repeat({ entry, by }: { entry: Entry; by: Actor }): Promise<void> {
    const { clip, suggestion } = entry;
    if (!clip || suggestion.state !== "spoken") throw wrongState("Only a whisper that was spoken can be repeated.");
    const isUnderWay = this.deps.book.entries.some(
      (other) =>
        other.suggestion.rule === REPEAT_RULE && other.clip?.hash === clip.hash && !isFinal(other.suggestion.state),
    );
    if (isUnderWay) throw wrongState("It is on its way to you already.");
    const { ruleLabel, urgency, text } = suggestion;
    const label = ruleLabel.startsWith(LABEL_PREFIX) ? ruleLabel : `${LABEL_PREFIX}${ruleLabel}`.slice(0, MAX_LABEL);
    await this.deps.again({
      clip,
      by,
      words: {
        rule: REPEAT_RULE,
        ruleLabel: label,
        urgency,
        text,
        reason: "The agent asked to hear it again.",
        evidence: [],
      },
    });
    this.#note({ entry, by, response: "repeat" });
  }

  #note({ entry, by, response }: { entry: Entry; by: Actor; response: AgentResponse }): void {
    const { agentResponse, agentResponseBy } = entry.suggestion;
    if (agentResponse === response && isDeepStrictEqual(agentResponseBy, by)) return;
    this.deps.book.patch(entry, { agentResponse: response, agentResponseBy: by });
  }

  #assertPossible(): void {
    const obstacle = this.deps.obstacle();
    if (obstacle) throw wrongState(obstacle);
  }
}

/** Says nothing of what became of it: who decided against a suggestion is not the agent's to know. */
function assertApproved({ steps }: Suggestion): void {
  if (!steps.some(({ state }) => state === "approved" || state === "edited"))
    throw wrongState("There is no such whisper.");
}

function wrongState(userMessage: string): AppError {
  return new AppError("WRONG_STATE", { message: "not possible at the agent's desk now", userMessage });
}
