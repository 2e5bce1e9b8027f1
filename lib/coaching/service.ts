import type { Suggestion } from "@/lib/contract/coaching";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import { CallCoach } from "./call-coach";
import type { CallFold } from "./call-fold";
import { ClipMaker } from "./clip-maker";
import type { CoachingCommands, DeskCommands } from "./commands";
import { type CoachingSettings, defaultSettings } from "./constants";
import { FailureLog } from "./failure-log";
import type { CoachingDeps, TeamCoaching } from "./types";

type Commands = CoachingCommands & DeskCommands;
type Request<N extends keyof Commands> = Parameters<Commands[N]>[0];

/** Suggestions for every live call: listens to the bus from `start` to `stop`, one CallCoach a call. */
export class CoachingService implements CoachingCommands, DeskCommands {
  readonly #deps: CoachingDeps;
  readonly #settings: CoachingSettings;
  readonly #clips: ClipMaker;
  readonly #failures: FailureLog;
  readonly #coaches = new Map<CallId, CallCoach>();
  #unsubscribe: (() => void) | null = null;

  constructor(deps: CoachingDeps) {
    this.#deps = deps;
    this.#settings = { ...defaultSettings, ...deps.settings };
    this.#clips = new ClipMaker({ ...deps, timeLimitMs: this.#settings.clipTimeLimitMs });
    this.#failures = new FailureLog(deps);
  }

  start(): void {
    this.#unsubscribe ??= this.#deps.bus.subscribe((event) => this.#onEvent(event));
  }

  /** What is open expires, what is being spoken is stopped. */
  stop(): void {
    for (const coach of this.#coaches.values()) coach.close("Earshot was stopped.");
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#coaches.clear();
  }

  async claim({ callId, suggestionId, by, claimed }: Request<"claim">): Promise<Suggestion> {
    const coach = this.#coach(callId);
    const entry = coach.book.get(suggestionId);
    coach.desk.claim({ entry, by, claimed });
    return entry.suggestion;
  }

  async approve({ callId, suggestionId, by, text, force }: Request<"approve">): Promise<Suggestion> {
    const coach = this.#coach(callId);
    return coach.desk.approve({ entry: coach.book.get(suggestionId), by, text, force });
  }

  async reject({ callId, suggestionId, by, reason }: Request<"reject">): Promise<Suggestion> {
    const coach = this.#coach(callId);
    const entry = coach.book.get(suggestionId);
    coach.desk.reject({ entry, by, reason });
    return entry.suggestion;
  }

  async compose({ callId, text, force, by }: Request<"compose">): Promise<Suggestion> {
    return this.#coach(callId).compose({ text, force, by });
  }

  async interrupt({ callId, suggestionId, by }: Request<"interrupt">): Promise<Suggestion> {
    const coach = this.#coach(callId);
    const entry = coach.book.get(suggestionId);
    await coach.queue.interrupt({ entry, by, detail: "Stopped by a supervisor." });
    return entry.suggestion;
  }

  async respond({ callId, suggestionId, by, response }: Request<"respond">): Promise<void> {
    const coach = this.#coach(callId);
    await coach.agentDesk.respond({ entry: coach.book.get(suggestionId), by, response });
  }

  async pauseWhispers({ callId, paused, by }: Request<"pauseWhispers">): Promise<void> {
    this.#coach(callId).agentDesk.pauseWhispers({ paused, by });
  }

  async askHelp({ callId, by }: Request<"askHelp">): Promise<void> {
    this.#coach(callId).agentDesk.askHelp({ by });
  }

  #coach(callId: CallId): CallCoach {
    const coach = this.#coaches.get(callId);
    if (coach) return coach;
    throw new AppError("NOT_FOUND", { message: "no such call", userMessage: "This call is not live (any more)." });
  }

  #onEvent(event: DomainEvent): void {
    if (event.type === "call.arrived") this.#open(event);
    this.#coaches.get(event.callId)?.apply(event);
    // How a call ends that we left we never learn.
    const left = event.type === "call.monitoring_changed" && event.monitoring === "left";
    if (event.type === "call.ended" || left) this.#forgetLater(event.callId);
  }

  /** A call may arrive again after its gateway was away: then it is another life of the same id. */
  #open(arrival: Extract<DomainEvent, { type: "call.arrived" }>): void {
    this.#coaches.get(arrival.callId)?.close("The call arrived anew.");
    const coach = new CallCoach(
      {
        ...this.#deps,
        settings: this.#settings,
        clips: this.#clips,
        failures: this.#failures,
        policy: (call) => this.#policy(call),
      },
      arrival,
    );
    this.#coaches.set(arrival.callId, coach);
  }

  #forgetLater(callId: CallId): void {
    const coach = this.#coaches.get(callId);
    if (!coach) return;
    this.#deps.clock.after(this.#settings.keepEndedMs, () => {
      if (this.#coaches.get(callId) === coach) this.#coaches.delete(callId);
    });
  }

  /** Fail closed: without a policy nothing is proposed; nobody's team never speaks by itself. */
  async #policy(call: CallFold): Promise<TeamCoaching | null> {
    const { teamId, callId } = call.info;
    try {
      const policy = await this.#deps.policies.forTeam(teamId);
      return teamId === null ? { ...policy, whisperPolicy: "approve" } : policy;
    } catch (error) {
      this.#failures.warn({ key: "policy", error, message: "coaching policy unavailable", fields: { callId } });
      return null;
    }
  }
}
