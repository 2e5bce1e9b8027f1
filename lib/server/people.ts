import { removeDemonstrationUsers, seedDemonstration } from "@/lib/agents/demonstration";
import { ensureFirstAdmin } from "@/lib/auth/mutations";
import type { Auth } from "@/lib/auth/service";
import type { Database } from "@/lib/platform/database";
import { loadDirectory } from "@/lib/switch/directory";

/** Someone who can sign in right after a start, as it is printed. */
export type SignIn = {
  email: string;
  password: string;
  name: string;
  role: string;
  teams: string[];
  /** Of an agent with a desk. */
  extension: string | null;
};

/** The first start's people: demonstration teams, agents and users in demonstration mode, else one admin. */
export async function preparePeople(options: {
  prisma: Database;
  auth: Auth;
  demonstration: boolean;
}): Promise<SignIn[]> {
  const { prisma, auth, demonstration } = options;
  if (demonstration) {
    const { users } = await seedDemonstration({ prisma, auth, directory: await loadDirectory() });
    return users.flatMap(({ password, ...user }) => (password === null ? [] : [{ ...user, password }]));
  }
  await removeDemonstrationUsers({ prisma, auth });
  const admin = await ensureFirstAdmin({ prisma });
  return admin ? [{ ...admin, name: "Administrator", role: "admin", teams: [], extension: null }] : [];
}
