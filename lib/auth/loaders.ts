import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { database } from "@/lib/platform/database";
import { canAdminister, type TeamScope, teamScope } from "./ability";
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

/** For pages: nobody goes to sign-in, a one-time password to its change. */
export async function requireViewer(): Promise<Viewer> {
  const visitor = await currentVisitor();
  if (!visitor) redirect(SIGN_IN_PATH);
  if (visitor.mustChangePassword) redirect(CHANGE_PASSWORD_PATH);
  return visitor.viewer;
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
