import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { database } from "@/lib/platform/database";
import { canAdminister, homeOf, isAgent, type OwnAgentId, ownAgent, type TeamScope, teamScope } from "./ability";
import { CHANGE_PASSWORD_PATH, HOME_PATH, SIGN_IN_PATH } from "./constants";
import { listUsers, type UserRow } from "./data";
import { auth } from "./service";
import type { Viewer, Visitor } from "./types";

/** Who asks, once a request; null: nobody. */
export const currentVisitor = cache(async (): Promise<Visitor | null> => {
  // First of all: it tells the build that the page cannot be made in advance.
  const asked = await headers();
  return auth().visitorFromHeaders(asked);
});

/** Nobody goes to sign-in, a one-time password to its change. */
async function requireSignedIn(): Promise<Viewer> {
  const visitor = await currentVisitor();
  if (!visitor) redirect(SIGN_IN_PATH);
  if (visitor.mustChangePassword) redirect(CHANGE_PASSWORD_PATH);
  return visitor.viewer;
}

/** For pages of the dashboard, from supervisors up; an agent goes to their desk. */
export async function requireViewer(): Promise<Viewer> {
  const viewer = await requireSignedIn();
  if (isAgent(viewer)) redirect(homeOf(viewer));
  return viewer;
}

/** For the agent's desk; everybody else goes home. `agentId` null: an agent without a desk. */
export async function requireAgent(): Promise<{ viewer: Viewer; agentId: OwnAgentId | null }> {
  const viewer = await requireSignedIn();
  if (!isAgent(viewer)) redirect(homeOf(viewer));
  return { viewer, agentId: ownAgent(viewer) };
}

/** For the first page: on to where the role is at home. */
export async function goHome(): Promise<never> {
  redirect(homeOf(await requireSignedIn()));
}

/** For pages that read: the proof that data functions ask for. */
export async function requireScope(): Promise<{ viewer: Viewer; scope: TeamScope }> {
  const viewer = await requireViewer();
  return { viewer, scope: teamScope(viewer) };
}

/** For settings pages: everybody else goes home. */
export async function requireAdmin(): Promise<Viewer> {
  const viewer = await requireViewer();
  if (!canAdminister(viewer)) redirect(HOME_PATH);
  return viewer;
}

export async function loadUsers(): Promise<UserRow[]> {
  await requireAdmin();
  return listUsers({ prisma: database(), now: new Date() });
}
