import type { AgentId, TeamId, UserId } from "@/lib/contract/ids";
import { agentIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { Role } from "./types";

export type UserRow = {
  userId: UserId;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  mustChangePassword: boolean;
  teamIds: TeamId[];
  /** The agent that the user is; null for every role but agent. */
  agentId: AgentId | null;
  /** Sessions that have not run out. */
  sessions: number;
  /** Milliseconds since the epoch, of the newest sign-in that still has a session. */
  lastSignInAt: number | null;
};

/** All users, by name. For admins. */
export async function listUsers(options: { prisma: Database; now: Date }): Promise<UserRow[]> {
  const users = await options.prisma.user.findMany({
    orderBy: [{ active: "desc" }, { name: "asc" }],
    include: {
      memberships: { select: { teamId: true } },
      sessions: { where: { expiresAt: { gt: options.now } }, select: { createdAt: true } },
    },
  });
  return users.map((user) => ({
    userId: userIdSchema.parse(user.id),
    name: user.name,
    email: user.email,
    role: user.role,
    active: user.active,
    mustChangePassword: user.mustChangePassword,
    teamIds: user.memberships.map((membership) => teamIdSchema.parse(membership.teamId)),
    agentId: user.agentId === null ? null : agentIdSchema.parse(user.agentId),
    sessions: user.sessions.length,
    lastSignInAt: user.sessions.reduce<number | null>(
      (latest, session) => Math.max(latest ?? 0, session.createdAt.getTime()),
      null,
    ),
  }));
}
