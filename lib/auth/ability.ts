import type { AgentId, TeamId } from "@/lib/contract/ids";
import { DESK_PATH, HOME_PATH } from "./constants";
import type { Viewer } from "./types";

/** Who may do what. Pure and safe in the browser: it only hides buttons there; the server asks the same functions again. */

declare const proof: unique symbol;

/** Team ids of which it was proven that the asker supervises them. Only `teamScope` makes them. */
export type SupervisedTeamIds = readonly TeamId[] & { readonly [proof]: "SupervisedTeamIds" };

/** What a data function may read. It cannot be written by hand: without asking for a viewer there is no scope. */
export type TeamScope = { readonly [proof]: "TeamScope" } & (
  | { readonly all: true }
  | { readonly all: false; readonly teamIds: SupervisedTeamIds }
);

/** The agent of whom it was proven that the asker is this very one. Only `ownAgent` makes it. */
export type OwnAgentId = AgentId & { readonly [proof]: "OwnAgentId" };

/** `teamId` null: a call of nobody's extension. */
type OnTeam = { viewer: Viewer; teamId: TeamId | null };

export function canAdminister(viewer: Viewer): boolean {
  return viewer.role === "admin";
}

/** An agent has a desk, and nothing else. */
export function isAgent(viewer: Viewer): boolean {
  return viewer.role === "agent";
}

/** @returns the page where this viewer's work is. */
export function homeOf(viewer: Viewer): string {
  return isAgent(viewer) ? DESK_PATH : HOME_PATH;
}

/** @returns the agent whose desk the viewer may use; null: none, also for an agent who is deactivated. */
export function ownAgent(viewer: Viewer): OwnAgentId | null {
  return isAgent(viewer) ? (viewer.agentId as OwnAgentId | null) : null;
}

/** @returns the teams a viewer sees; "all" includes the calls that belong to no team. */
export function visibleTeams(viewer: Viewer): "all" | readonly TeamId[] {
  if (isAgent(viewer)) return [];
  return canAdminister(viewer) ? "all" : viewer.teamIds;
}

export function canSeeTeam({ viewer, teamId }: OnTeam): boolean {
  const visible = visibleTeams(viewer);
  return visible === "all" || (teamId !== null && visible.includes(teamId));
}

/** See and hear a call, live or stored: transcript, audio, suggestions, export. */
export function canSeeCall({ viewer, teamId }: OnTeam): boolean {
  return canSeeTeam({ viewer, teamId });
}

/** Change a call: modes, whispers, alerts, notes, leave, end. */
export function canSupervise({ viewer, teamId }: OnTeam): boolean {
  return canSeeTeam({ viewer, teamId });
}

/** Judge an ended call: comments and scores. */
export function canReview({ viewer, teamId }: OnTeam): boolean {
  return (viewer.role === "lead" || viewer.role === "admin") && canSeeTeam({ viewer, teamId });
}

/** The proof that data functions ask for. The one place that mints it. */
export function teamScope(viewer: Viewer): TeamScope {
  const visible = visibleTeams(viewer);
  return (visible === "all" ? { all: true } : { all: false, teamIds: [...visible] }) as unknown as TeamScope;
}

/**
 * A Prisma `where` for rows with a `teamId`: `prisma.call.findMany({ where: { ...inTeams(scope) } })`.
 * A scope without teams matches nothing; calls of no team are for admins.
 */
export function inTeams(scope: TeamScope): { teamId?: { in: TeamId[] } } {
  return scope.all ? {} : { teamId: { in: [...scope.teamIds] } };
}
