import type { TeamId, UserId } from "@/lib/contract/ids";

/** Who asks, as the session says. */
export type Viewer = {
  userId: UserId;
  name: string;
  email: string;
  role: "agent" | "supervisor" | "team_lead" | "admin";
  teamIds: readonly TeamId[];
};

/** @returns whether this person may see calls of the team; a call of no team is for admins. */
export function canSeeCall(viewer: Viewer, { teamId }: { teamId: TeamId | null }): boolean {
  if (viewer.role === "admin") return true;
  return viewer.role !== "agent" && teamId !== null && viewer.teamIds.includes(teamId);
}

export function canSupervise(viewer: Viewer, call: { teamId: TeamId | null }): boolean {
  return canSeeCall(viewer, call);
}
