import { agentIdSchema, type TeamId, teamIdSchema } from "@/lib/contract/ids";
import { type Clock, systemClock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import { existingSingleton, singleton } from "@/lib/platform/singleton";
import { DEFAULT_POLICY } from "./constants";
import type { AgentOfCall, TeamPolicy } from "./types";

/** Other nodes change the same tables: nothing older than this is used while the database answers. */
const FRESH_MS = 2000;

type Snapshot = { readAt: number; agents: Map<string, AgentOfCall>; policies: Map<string, TeamPolicy> };

/** Whose extension it is, and what their team wants. Held in memory, because every call and suggestion asks. */
export class AgentDirectory {
  readonly #deps: { prisma: Database; clock: Clock };
  #snapshot: Snapshot | null = null;
  #reading: Promise<Snapshot> | null = null;
  #generation = 0;

  constructor(deps: { prisma: Database; clock?: Clock }) {
    this.#deps = { prisma: deps.prisma, clock: deps.clock ?? systemClock };
  }

  /** @returns null where the extension is nobody's, or its agent is deactivated. */
  async byExtension(extension: string): Promise<AgentOfCall | null> {
    return (await this.#fresh()).agents.get(normalise(extension)) ?? null;
  }

  /** The default where the team is null or gone: a person decides. */
  async policyForTeam(teamId: TeamId | null): Promise<TeamPolicy> {
    const known = teamId === null ? undefined : (await this.#fresh()).policies.get(teamId);
    return (
      known ?? {
        whisperPolicy: DEFAULT_POLICY.whisperPolicy,
        expiryMs: DEFAULT_POLICY.suggestionExpirySeconds * 1000,
        maxPerMinute: DEFAULT_POLICY.maxSuggestionsPerMinute,
        whisperTone: DEFAULT_POLICY.whisperTone,
        tellAgents: DEFAULT_POLICY.tellAgents,
      }
    );
  }

  /** What is held is out of date: the next question reads again. */
  invalidate(): void {
    this.#generation += 1;
    this.#reading = null;
    if (this.#snapshot) this.#snapshot.readAt = Number.NEGATIVE_INFINITY;
  }

  async #fresh(): Promise<Snapshot> {
    const held = this.#snapshot;
    if (held && this.#deps.clock.now() - held.readAt < FRESH_MS) return held;
    this.#reading ??= this.#read();
    try {
      return await this.#reading;
    } catch (error) {
      // A call must find its agent while the database is away, and nothing can have changed there meanwhile.
      if (held) return held;
      throw error;
    }
  }

  async #read(): Promise<Snapshot> {
    const generation = this.#generation;
    const readAt = this.#deps.clock.now();
    try {
      const [agents, teams] = await Promise.all([
        this.#deps.prisma.agent.findMany({ where: { active: true }, include: { team: true } }),
        this.#deps.prisma.team.findMany(),
      ]);
      const snapshot: Snapshot = {
        readAt,
        agents: new Map(
          agents.map((agent) => [
            normalise(agent.extension),
            {
              agentId: agentIdSchema.parse(agent.id),
              agentName: agent.name,
              teamId: agent.team ? teamIdSchema.parse(agent.team.id) : null,
              teamName: agent.team?.name ?? null,
            },
          ]),
        ),
        policies: new Map(
          teams.map((team) => [
            team.id,
            {
              whisperPolicy: team.whisperPolicy,
              expiryMs: team.suggestionExpirySeconds * 1000,
              maxPerMinute: team.maxSuggestionsPerMinute,
              whisperTone: team.whisperTone,
              tellAgents: team.tellAgents,
            },
          ]),
        ),
      };
      if (generation === this.#generation) this.#snapshot = snapshot;
      return snapshot;
    } finally {
      if (generation === this.#generation) this.#reading = null;
    }
  }
}

/** Telephone systems write the same number with and without spaces, dashes and brackets. */
function normalise(extension: string): string {
  return extension.replace(/[\s()-]/g, "").toLowerCase();
}

const KEY = "agent-directory";

/** Makes `directory` hear of changes at once that are made in Next's module graph. For the server's start. */
export function provideAgentDirectory(directory: AgentDirectory): void {
  singleton(KEY, () => directory);
}

/** After a change; without a provided directory the next read is at most two seconds away. */
export function directoryChanged(): void {
  existingSingleton<AgentDirectory>(KEY)?.invalidate();
}
