import { isDeepStrictEqual } from "node:util";
import { type CallState, isLive } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import type { Suggestion, SuggestionState } from "@/lib/contract/coaching";
import type { DeskView } from "@/lib/contract/desk";
import type { DomainEvent, DomainEventType } from "@/lib/contract/domain-events";
import type { AgentId, CallId, TeamId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { speakerOf } from "./board-row";
import { leftOf } from "./elapsed";
import type { LiveCalls } from "./live-calls";
import type { Broadcast } from "./ports";
import type { PresenceList } from "./presence";
import { rooms } from "./rooms";

/** At most four updates a second for each desk. */
const DESK_INTERVAL_MS = 250;
/** A policy changes without an event: so often each open desk is looked at again. */
const REVIEW_MS = 5000;
/** As many as the contract's deskViewSchema takes. */
const LIMITS = { whispers: 20, listeners: 20 } as const;

/** Events that change what a desk shows. */
const SEEN: ReadonlySet<DomainEventType> = new Set([
  "call.arrived",
  "call.answered",
  "call.connected",
  "call.monitoring_changed",
  "call.ended",
  "suggestion.changed",
  "suggestion.proposed",
  "speaking.started",
  "speaking.ended",
  "whispers.paused",
  "help.asked",
]);

/** States that only an approval leads to; nothing undecided, rejected or expired ever reaches an agent. */
const DECIDED: ReadonlySet<SuggestionState> = new Set(["approved", "edited", "speaking", "spoken"]);
/** An approved one that broke off ends here, but so may one that nobody approved. */
const BROKEN_OFF: ReadonlySet<SuggestionState> = new Set(["interrupted", "failed"]);
const APPROVALS: ReadonlySet<SuggestionState> = new Set(["approved", "edited"]);

/** What a team wants its agents to be told. */
export interface DeskPolicies {
  forTeam(teamId: TeamId | null): Promise<{ tellAgents: boolean }>;
}

/** @returns whether the agent may read this suggestion: somebody, or the team's policy, approved it. */
export function isForAgent({ state, steps }: Suggestion): boolean {
  return DECIDED.has(state) || (BROKEN_OFF.has(state) && steps.some((step) => APPROVALS.has(step.state)));
}

/** @param listeners null: the agent is not told */
export function toDeskView(view: CallView, { listeners }: { listeners: string[] | null }): DeskView {
  const { info, state, connectedAt, endedAt, whispersPaused, helpAskedAt } = view;
  const whispers = view.suggestions.filter(isForAgent).map((suggestion) => ({
    suggestionId: suggestion.suggestionId,
    text: suggestion.text,
    state: suggestion.state,
    at: approvedAt(suggestion),
    response: suggestion.agentResponse,
  }));
  return {
    ...{ callId: info.callId, callerNumber: info.callerNumber, callerName: info.callerName },
    ...{ state, connectedAt, endedAt, whispersPaused, helpAskedAt },
    whispers: whispers.sort((a, b) => a.at - b.at).slice(-LIMITS.whispers),
    listeners: listeners?.slice(0, LIMITS.listeners) ?? null,
    speaker: speakerOf(view),
  };
}

function approvedAt({ steps, proposedAt }: Suggestion): number {
  return steps.findLast((step) => APPROVALS.has(step.state))?.at ?? proposedAt;
}

const RANK: Record<CallState, number> = { CONNECTED: 0, ANSWERED: 1, PENDING: 1, DISCONNECTED: 2 };

/**
 * @returns the agent's own call: the newest connected one, else the newest on its way, else the one that ended last. A call that
 * Earshot has left is nobody's to coach any more, and none.
 */
export function callOfAgent(views: Iterable<CallView>, { agentId }: { agentId: AgentId }): CallView | null {
  const own = [...views].filter(
    ({ info, monitoring, state }) => info.agentId === agentId && !(isLive(state) && monitoring === "left"),
  );
  const since = ({ connectedAt, info }: CallView) => connectedAt ?? info.startedAt;
  return own.sort((a, b) => RANK[a.state] - RANK[b.state] || since(b) - since(a))[0] ?? null;
}

type Desk = { sent: DeskView | null | undefined; flushedAt: number; isDirty: boolean; isPlanned: boolean };

type Deps = {
  clock: Clock;
  calls: Pick<LiveCalls, "get" | "all">;
  presence: Pick<PresenceList, "viewers">;
  policies: DeskPolicies;
  broadcast: Broadcast;
  /** Whether anyone is in the room: without, nothing is made. */
  hasAudience: (room: string) => boolean;
  logger: Logger;
};

/** The desks of agents: each gets their own call, whole, and nothing of anybody else's. */
export class Desks {
  readonly #desks = new Map<AgentId, Desk>();
  readonly #agentOf = new Map<CallId, AgentId>();
  #isClosed = false;
  #cancelReview: () => void;

  constructor(private readonly deps: Deps) {
    this.#cancelReview = this.#planReview();
  }

  /** To be told of an event after the call's view has folded it. */
  onEvent(event: DomainEvent): void {
    if (SEEN.has(event.type)) this.onChanged(event.callId);
  }

  /** Something of the call has changed, such as who listens, or whose it is. */
  onChanged(callId: CallId): void {
    const before = this.#agentOf.get(callId);
    const now = this.deps.calls.get(callId)?.info.agentId ?? null;
    if (now === null) this.#agentOf.delete(callId);
    else this.#agentOf.set(callId, now);
    for (const agentId of new Set([before, now])) if (agentId) this.#touch(agentId);
  }

  /** The agent's call as it is now, for one who has just come into the desk's room. */
  snapshot(agentId: AgentId): Promise<DeskView | null> {
    // Who comes may be ahead of what was sent last: the next look is sent, whatever it finds.
    const desk = this.#desks.get(agentId);
    if (desk) desk.sent = undefined;
    return this.#read(agentId);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelReview();
  }

  async #read(agentId: AgentId): Promise<DeskView | null> {
    for (;;) {
      const asked = this.#callOf(agentId);
      if (!asked) return null;
      const isTold = await this.#isTold(asked.info.teamId);
      // The call may have become another's while the policy was read.
      const view = this.#callOf(agentId);
      if (!view) return null;
      if (view.info.callId === asked.info.callId && view.info.teamId === asked.info.teamId)
        return toDeskView(view, { listeners: isTold ? this.#listenersOf(view.info.callId) : null });
    }
  }

  #callOf(agentId: AgentId): CallView | null {
    return callOfAgent(this.deps.calls.all(), { agentId });
  }

  #listenersOf(callId: CallId): string[] {
    const listening = this.deps.presence.viewers(callId).filter((viewer) => viewer.listening);
    return listening.map(({ name }) => name);
  }

  /** Where the policy cannot be read, nobody is named. */
  async #isTold(teamId: TeamId | null): Promise<boolean> {
    try {
      return (await this.deps.policies.forTeam(teamId)).tellAgents;
    } catch (error) {
      this.deps.logger.warn({ err: error, teamId }, "policy of a desk could not be read");
      return false;
    }
  }

  #touch(agentId: AgentId): void {
    if (!this.deps.hasAudience(rooms.desk(agentId))) {
      this.#desks.delete(agentId);
      return;
    }
    const desk = this.#desks.get(agentId) ?? {
      sent: undefined,
      flushedAt: Number.NEGATIVE_INFINITY,
      isDirty: false,
      isPlanned: false,
    };
    this.#desks.set(agentId, desk);
    desk.isDirty = true;
    if (!desk.isPlanned) this.#plan(agentId, desk);
  }

  #plan(agentId: AgentId, desk: Desk): void {
    desk.isPlanned = true;
    const waitMs = leftOf({ since: desk.flushedAt, ms: DESK_INTERVAL_MS, now: this.deps.clock.now() });
    this.deps.clock.after(waitMs, () => void this.#flush(agentId, desk));
  }

  async #flush(agentId: AgentId, desk: Desk): Promise<void> {
    desk.isDirty = false;
    const call = await this.#read(agentId);
    if (this.#isClosed) return;
    if (desk.sent === undefined || !isDeepStrictEqual(call, desk.sent)) {
      desk.sent = call;
      desk.flushedAt = this.deps.clock.now();
      this.deps.broadcast({
        rooms: rooms.desk(agentId),
        name: "desk:updated",
        payload: { version: SOCKET_VERSION, sentAt: desk.flushedAt, call },
      });
    }
    desk.isPlanned = false;
    if (desk.isDirty) this.#plan(agentId, desk);
  }

  #planReview(): () => void {
    return this.deps.clock.after(REVIEW_MS, () => {
      this.#cancelReview = this.#planReview();
      for (const agentId of this.#desks.keys()) this.#touch(agentId);
    });
  }
}
