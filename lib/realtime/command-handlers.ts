import type { AlertCommands } from "@/lib/analysis/commands";
import { canSeeCall, canSeeTeam, visibleTeams } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { CallCommands, FloorCommands, SpeakingCommands } from "@/lib/calls/commands";
import type { CoachingCommands, DeskCommands } from "@/lib/coaching/commands";
import type { Actor, Mode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type {
  ClientCommandName,
  CommandData,
  CommandPayload,
  ServerEventName,
  ServerEventPayload,
} from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { createAudioHandlers } from "./audio/audio-handlers";
import type { Listeners } from "./audio/listeners";
import type { Board } from "./board";
import type { Desks } from "./desk";
import { createDeskHandlers } from "./desk-handlers";
import type { LiveCalls } from "./live-calls";
import type { NoteCommands, TeamScope } from "./ports";
import type { PresenceList } from "./presence";
import type { Rate } from "./rate-limiter";
import { SharedWishes } from "./retreats";
import { rooms } from "./rooms";

/** A socket may have so many calls open; a person works with a few. */
const OPEN_CALLS_LIMIT = 50;

/** What a handler may do to the socket it answers. */
export type Seat = {
  readonly socketId: string;
  isOpen(): boolean;
  tell<N extends ServerEventName>(name: N, payload: ServerEventPayload<N>): void;
  /** Closes the connection. */
  end(): void;
  join(room: string | string[]): Promise<void> | void;
  leave(room: string): Promise<void> | void;
  isIn(room: string): boolean;
  openCalls(): number;
};

export type CommandRequest<N extends ClientCommandName> = {
  payload: CommandPayload<N>;
  viewer: Viewer;
  by: Actor;
  seat: Seat;
};

export type CommandHandlers = {
  [N in ClientCommandName]: (request: CommandRequest<N>) => CommandData<N> | Promise<CommandData<N>>;
};

/**
 * For supervisors and up: `supervise` acts on a call, audited; `see` opens one, audited; `own` concerns only the asker. For agents:
 * `desk` acts on a call that must be their own, audited; `agent` concerns only the asker. `anyone`: both.
 */
type CommandRule = { needs: "own" | "see" | "supervise" | "desk" | "agent" | "anyone"; rate: Rate };

export type CommandRules = Record<ClientCommandName, CommandRule>;

/** What each command needs, and how often a person may send it over all sockets: a dozen tabs may come back at once. A retreat only counts. */
export const COMMAND_RULES: CommandRules = {
  "board:subscribe": { needs: "own", rate: { burst: 30, perSecond: 3 } },
  "clock:read": { needs: "anyone", rate: { burst: 30, perSecond: 3 } },
  "call:subscribe": { needs: "see", rate: { burst: 60, perSecond: 5 } },
  "call:unsubscribe": { needs: "own", rate: { burst: 60, perSecond: 5 } },
  "call:set-mode": { needs: "supervise", rate: { burst: 10, perSecond: 2 } },
  "call:leave": { needs: "supervise", rate: { burst: 5, perSecond: 1 } },
  "call:end": { needs: "supervise", rate: { burst: 5, perSecond: 1 } },
  "call:add-note": { needs: "supervise", rate: { burst: 10, perSecond: 1 } },
  "suggestion:claim": { needs: "supervise", rate: { burst: 20, perSecond: 5 } },
  "suggestion:approve": { needs: "supervise", rate: { burst: 20, perSecond: 5 } },
  "suggestion:reject": { needs: "supervise", rate: { burst: 20, perSecond: 5 } },
  "suggestion:compose": { needs: "supervise", rate: { burst: 5, perSecond: 1 } },
  "suggestion:interrupt": { needs: "supervise", rate: { burst: 20, perSecond: 5 } },
  "alert:dismiss": { needs: "supervise", rate: { burst: 20, perSecond: 5 } },
  "listen:start": { needs: "see", rate: { burst: 20, perSecond: 2 } },
  "listen:stop": { needs: "own", rate: { burst: 20, perSecond: 2 } },
  "floor:claim": { needs: "supervise", rate: { burst: 10, perSecond: 2 } },
  "floor:ask": { needs: "supervise", rate: { burst: 5, perSecond: 1 } },
  "floor:hand-over": { needs: "supervise", rate: { burst: 10, perSecond: 2 } },
  "floor:release": { needs: "supervise", rate: { burst: 10, perSecond: 2 } },
  "speak:start": { needs: "supervise", rate: { burst: 20, perSecond: 4 } },
  "speak:stop": { needs: "supervise", rate: { burst: 20, perSecond: 4 } },
  "desk:subscribe": { needs: "agent", rate: { burst: 30, perSecond: 3 } },
  "desk:respond": { needs: "desk", rate: { burst: 10, perSecond: 2 } },
  "desk:pause-whispers": { needs: "desk", rate: { burst: 10, perSecond: 1 } },
  "desk:ask-help": { needs: "desk", rate: { burst: 5, perSecond: 0.2 } },
};

export type CommandDeps = {
  clock: Clock;
  scope: TeamScope;
  live: LiveCalls;
  board: Board;
  presence: PresenceList;
  calls: CallCommands;
  floor: FloorCommands;
  speaking: SpeakingCommands;
  listeners: Listeners;
  coaching: CoachingCommands;
  alerts: AlertCommands;
  notes: NoteCommands;
  desks: Desks;
  desk: DeskCommands;
};

export function noSuchCall(callId: CallId): AppError {
  return new AppError("NOT_FOUND", {
    message: `no call ${callId} for this viewer`,
    userMessage: "There is no such call, or it has ended.",
  });
}

/** What each command does, once its payload is parsed and the asker's right and rate are checked. */
export function createCommandHandlers(deps: CommandDeps): CommandHandlers {
  const { calls, coaching, alerts, notes } = deps;
  const [stepDowns, leaves] = [new SharedWishes<Mode>(), new SharedWishes<void>()];
  return {
    "board:subscribe": (request) => subscribeBoard(deps, request),
    "clock:read": () => ({ at: deps.clock.now() }),
    "call:subscribe": (request) => subscribeCall(deps, request),
    "call:unsubscribe": async ({ payload: { callId }, seat }) => {
      // Nobody learns from the answer whether a call exists that they may not see.
      if (!seat.isIn(rooms.call(callId))) throw noSuchCall(callId);
      await seat.leave(rooms.call(callId));
      return {};
    },
    "call:set-mode": async ({ payload: { callId, mode }, viewer, by }) => {
      const change = () => calls.setMode({ callId, mode, by });
      return { mode: await (mode === "spy" ? stepDowns.run(`${viewer.userId} ${callId}`, change) : change()) };
    },
    "call:leave": async ({ payload: { callId }, viewer, by }) => {
      await leaves.run(`${viewer.userId} ${callId}`, () => calls.leave({ callId, by }));
      return {};
    },
    "call:end": async ({ payload: { callId }, by }) => {
      await calls.end({ callId, by });
      return {};
    },
    "call:add-note": ({ payload: { callId, text }, by }) => notes.add({ callId, text, by }),
    "suggestion:claim": ({ payload: { callId, suggestionId, claimed }, by }) =>
      coaching.claim({ callId, suggestionId, claimed, by }),
    "suggestion:approve": ({ payload: { callId, suggestionId, text, force }, by }) =>
      coaching.approve({ callId, suggestionId, text, force, by }),
    "suggestion:reject": ({ payload: { callId, suggestionId, reason }, by }) =>
      coaching.reject({ callId, suggestionId, reason, by }),
    "suggestion:compose": ({ payload: { callId, text, force }, by }) => coaching.compose({ callId, text, force, by }),
    "suggestion:interrupt": ({ payload: { callId, suggestionId }, by }) =>
      coaching.interrupt({ callId, suggestionId, by }),
    "alert:dismiss": ({ payload: { callId, alertId, wrong }, by }) => alerts.dismiss({ callId, alertId, wrong, by }),
    ...createAudioHandlers(deps),
    ...createDeskHandlers(deps),
  };
}

/** Joins first and reads after, without a pause between snapshot and answer: what comes later is in the room's updates. */
async function subscribeBoard(
  { board, clock, scope }: CommandDeps,
  { viewer, seat }: CommandRequest<"board:subscribe">,
): Promise<CommandData<"board:subscribe">> {
  const teams = (await scope.teamsOf(viewer)).filter(({ teamId }) => canSeeTeam({ viewer, teamId }));
  const isAdmin = visibleTeams(viewer) === "all";
  await seat.join(isAdmin ? rooms.allBoards : teams.map(({ teamId }) => rooms.board(teamId)));
  const shown = isAdmin ? [...teams, { teamId: null, name: "No team" }] : teams;
  return { sentAt: clock.now(), ...board.snapshot(shown) };
}

async function subscribeCall(
  { live, presence, clock }: CommandDeps,
  { payload: { callId }, viewer, seat }: CommandRequest<"call:subscribe">,
): Promise<CommandData<"call:subscribe">> {
  const room = rooms.call(callId);
  if (!seat.isIn(room) && seat.openCalls() >= OPEN_CALLS_LIMIT)
    throw new AppError("CONFLICT", { message: "too many calls open", userMessage: "Close some calls first." });
  await seat.join(room);
  const view = live.get(callId);
  if (!view || !canSeeCall({ viewer, teamId: view.info.teamId })) {
    await seat.leave(room);
    throw noSuchCall(callId);
  }
  return { sentAt: clock.now(), view, viewers: presence.viewers(callId) };
}
