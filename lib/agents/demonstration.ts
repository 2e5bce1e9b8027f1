import { verifyPassword } from "better-auth/crypto";
import { createUser } from "@/lib/auth/mutations";
import { passwordFromBytes } from "@/lib/auth/password";
import type { Auth } from "@/lib/auth/service";
import type { Role } from "@/lib/auth/types";
import { type AgentId, agentIdSchema, type TeamId, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";

/** Who sits in the demonstration; the file belongs to the built-in switch. */
export type DemonstrationDirectory = { agents: readonly { name: string; extension: string; team: string }[] };

const DOMAIN = "demo.earshot";
const actor = { kind: "system" } as const;

/** `team` null: all teams of the demonstration. `extension`: of the agent that this person is. */
type Person = { local: string; name: string; role: Role; team: string | null; extension: string | null };

const SUPERVISORS: readonly Person[] = [
  { local: "supervisor.eu", name: "Nora Keller", role: "supervisor", team: "Support EU", extension: null },
  { local: "supervisor.sales", name: "Victor Almeida", role: "supervisor", team: "Sales & Retention", extension: null },
  { local: "lead", name: "Grace Mensah", role: "lead", team: null, extension: null },
  { local: "admin", name: "Ines Carvalho", role: "admin", team: null, extension: null },
];

/** The first agent of each team has a desk; the others are for scripted calls. */
function agentsWithDesk({ agents }: DemonstrationDirectory): Person[] {
  const first = new Map(agents.toReversed().map((agent) => [agent.team, agent]));
  return agents
    .filter((agent) => first.get(agent.team) === agent)
    .map(({ name, extension, team }) => {
      const local = `agent.${(name.split(" ")[0] ?? extension).toLowerCase()}`;
      return { local, name, role: "agent" as const, team, extension };
    });
}

export type DemonstrationUser = {
  email: string;
  name: string;
  role: Role;
  teams: string[];
  /** Of the agent that this person is; null for every role but agent. */
  extension: string | null;
  /** To be printed; null where the person has changed it since. */
  password: string | null;
};

async function seedTeams({ prisma, directory }: { prisma: Database; directory: DemonstrationDirectory }) {
  const ids = new Map<string, TeamId>();
  for (const name of new Set(directory.agents.map((agent) => agent.team))) {
    const team = await prisma.team.upsert({ where: { name }, create: { name }, update: {} });
    ids.set(name, teamIdSchema.parse(team.id));
  }
  // What an admin has changed since is left alone.
  await prisma.agent.createMany({
    data: directory.agents.map(({ name, extension, team }) => ({ name, extension, teamId: ids.get(team) ?? null })),
    skipDuplicates: true,
  });
  return ids;
}

/** @returns the agent at this extension, if they are at work and nobody else's; null: there is no desk to give. */
async function freeAgent(options: { prisma: Database; extension: string }): Promise<AgentId | null> {
  const { prisma, extension } = options;
  const agent = await prisma.agent.findFirst({ where: { extension, active: true, user: null }, select: { id: true } });
  return agent && agentIdSchema.parse(agent.id);
}

async function currentPassword(options: { prisma: Database; email: string; password: string }): Promise<string | null> {
  const account = await options.prisma.account.findFirst({
    where: { user: { email: options.email }, providerId: "credential" },
  });
  const holds = account?.password && (await verifyPassword({ hash: account.password, password: options.password }));
  return holds ? options.password : null;
}

/**
 * Teams, agents and users of the demonstration; may be called at every start and changes nothing that is there. Passwords come
 * from the installation's secret: the same at every start, guessable by nobody.
 */
export async function seedDemonstration(options: {
  prisma: Database;
  auth: Auth;
  directory: DemonstrationDirectory;
}): Promise<{ users: DemonstrationUser[] }> {
  const { prisma, auth, directory } = options;
  const teams = await seedTeams({ prisma, directory });
  const users: DemonstrationUser[] = [];
  for (const { local, name, role, team, extension } of [...SUPERVISORS, ...agentsWithDesk(directory)]) {
    const email = `${local}@${DOMAIN}`;
    const names = [...teams.keys()].filter((known) => team === null || known === team);
    const made = passwordFromBytes(auth.derive(`demonstration|${email}`));
    const exists = (await prisma.user.count({ where: { email } })) > 0;
    if (!exists) {
      const teamIds = names.flatMap((known) => teams.get(known) ?? []);
      const agentId = extension === null ? null : await freeAgent({ prisma, extension });
      // What an admin has done with the agent since is left alone.
      if (extension !== null && agentId === null) continue;
      await createUser({ prisma, actor, input: { name, email, role, teamIds, agentId }, password: made });
    }
    const password = exists ? await currentPassword({ prisma, email, password: made }) : made;
    users.push({ email, name, role, teams: names, extension, password });
  }
  return { users };
}

/** Outside the demonstration its users do not exist. Teams, agents and the record stay. @returns how many were removed. */
export async function removeDemonstrationUsers(options: { prisma: Database; auth: Auth }): Promise<number> {
  const where = { email: { endsWith: `@${DOMAIN}` } };
  const users = await options.prisma.user.findMany({ where, select: { id: true } });
  await options.prisma.user.deleteMany({ where });
  for (const { id } of users) options.auth.sessions.changed(userIdSchema.parse(id));
  return users.length;
}
