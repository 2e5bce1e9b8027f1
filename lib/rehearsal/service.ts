import { randomUUID } from "node:crypto";
import { canSupervise } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import { type CallId, callIdSchema, type TeamId, type UserId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import { AppError } from "@/lib/platform/errors";
import type { Logger } from "@/lib/platform/logger";
import { existingSingleton, singleton } from "@/lib/platform/singleton";
import { LONGEST_REHEARSAL_MS, OVER_LATE_MS } from "./constants";
import { Interventions } from "./interventions";
import { createRehearsal, endLostRehearsals, finishRehearsal } from "./mutations";
import { type RehearsalId, type RehearsalResult, rehearsalIdSchema, type ScenarioChoice } from "./schema";
import { scoreRehearsal } from "./score";
import type { RehearsalStage, StageEnd } from "./stage";

/** Whose extension it is. */
type Agents = { byExtension(extension: string): Promise<{ agentName: string; teamId: TeamId | null } | null> };

export type RehearsalDeps = {
  prisma: Database;
  bus: EventBus;
  /** Null: there is no built-in switch to place calls on. */
  stage: RehearsalStage | null;
  agents: Agents;
  clock: Clock;
  logger: Logger;
};

type Running = {
  id: RehearsalId;
  userId: UserId;
  teamId: TeamId | null;
  interventions: Interventions;
  giveUp: () => void;
};

/** Simulated calls to practise on: places them, watches what their supervisor does, and scores it when they are over. */
export class RehearsalService {
  readonly #running = new Map<CallId, Running>();
  /** Who has one that goes on, or is being placed: each asks the switch and writes a row. */
  readonly #busy = new Set<UserId>();
  /** Scenario → what it teaches, of all that the switch ever named. */
  readonly #taught = new Map<string, string>();
  readonly #stopListening: (() => void)[] = [];

  constructor(private readonly deps: RehearsalDeps) {}

  async start(): Promise<void> {
    const { bus, stage, prisma, clock } = this.deps;
    this.#stopListening.push(bus.subscribe((event) => this.#running.get(event.callId)?.interventions.apply(event)));
    this.#stopListening.push(bus.on("call.ended", ({ callId }) => this.#expectOver(callId)));
    if (stage) {
      this.#stopListening.push(stage.onOver((end) => void this.#over(end)));
      this.#stopListening.push(stage.onLost(() => this.#lost()));
    }
    await endLostRehearsals({ prisma, at: new Date(clock.now()) });
  }

  stop(): void {
    for (const stop of this.#stopListening.splice(0)) stop();
    for (const { giveUp } of this.#running.values()) giveUp();
    this.#running.clear();
    this.#busy.clear();
  }

  /** Whether there is a built-in switch. */
  get hasStage(): boolean {
    return this.deps.stage !== null;
  }

  /** @returns null where nothing can be rehearsed: real telephone systems have no scenarios. @throws AppError UNAVAILABLE */
  async scenariosFor(viewer: Viewer): Promise<ScenarioChoice[] | null> {
    const { stage, agents } = this.deps;
    if (!stage) return null;
    const open = await Promise.all(
      (await this.#cards(stage)).map(async ({ teaches: _hidden, ...card }) => {
        const agent = await agents.byExtension(card.extension);
        if (!agent || !canSupervise({ viewer, teamId: agent.teamId })) return [];
        return [{ ...card, agentName: agent.agentName }];
      }),
    );
    return open.flat();
  }

  /** For after the call. @returns null where the switch has no such scenario (any more), or does not answer */
  async teaches(scenarioId: string): Promise<string | null> {
    const { stage, logger } = this.deps;
    if (stage && !this.#taught.has(scenarioId))
      await this.#cards(stage).catch((error) => logger.warn({ err: error }, "the switch's scenarios are not known"));
    return this.#taught.get(scenarioId) ?? null;
  }

  /** @returns the viewer's own rehearsal that goes on as this call, while they supervise its agent */
  ownOf({ viewer, callId }: { viewer: Viewer; callId: CallId }): RehearsalId | null {
    const running = this.#running.get(callId);
    if (running?.userId !== viewer.userId || !canSupervise({ viewer, teamId: running.teamId })) return null;
    return running.id;
  }

  async #cards(stage: RehearsalStage) {
    const cards = await stage.scenarios();
    for (const { scenarioId, teaches } of cards) this.#taught.set(scenarioId, teaches);
    return cards;
  }

  /** Resolves once the call is on its way. @throws AppError NOT_FOUND, CONFLICT (one is going on), UNAVAILABLE */
  async rehearse({ viewer, scenarioId }: { viewer: Viewer; scenarioId: string }): Promise<RehearsalId> {
    const { userId } = viewer;
    if (this.#busy.has(userId))
      throw new AppError("CONFLICT", {
        message: "a rehearsal of this person is going on",
        userMessage: "A rehearsal of yours is going on. Its call must end first.",
      });
    this.#busy.add(userId);
    try {
      return await this.#place({ viewer, scenarioId });
    } catch (error) {
      this.#busy.delete(userId);
      throw error;
    }
  }

  async #place({ viewer, scenarioId }: { viewer: Viewer; scenarioId: string }): Promise<RehearsalId> {
    const { stage, prisma, clock, agents } = this.deps;
    const scenario = (await this.scenariosFor(viewer))?.find((card) => card.scenarioId === scenarioId);
    if (!stage || !scenario)
      throw new AppError("NOT_FOUND", {
        message: `no scenario ${scenarioId} for this viewer`,
        userMessage: "There is no such scenario for an agent of your teams.",
      });
    const [id, callId] = [rehearsalIdSchema.parse(randomUUID()), callIdSchema.parse(`rehearsal-${randomUUID()}`)];
    const teamId = (await agents.byExtension(scenario.extension))?.teamId ?? null;
    const rehearsal = { id, scenarioId, title: scenario.title, callId, teamId, at: new Date(clock.now()) };
    await createRehearsal({ prisma, viewer, rehearsal });
    const giveUp = clock.after(LONGEST_REHEARSAL_MS, () => void this.#finish(callId, null));
    const { userId } = viewer;
    this.#running.set(callId, { id, userId, teamId, interventions: new Interventions(userId), giveUp });
    try {
      await stage.place({ scenarioId, callId });
    } catch (error) {
      await this.#finish(callId, null);
      throw error;
    }
    return id;
  }

  /** Its call has ended: a switch that still tells how it went does so now. */
  #expectOver(callId: CallId): void {
    const running = this.#running.get(callId);
    if (!running) return;
    running.giveUp();
    running.giveUp = this.deps.clock.after(OVER_LATE_MS, () => void this.#finish(callId, null));
  }

  #lost(): void {
    for (const callId of [...this.#running.keys()]) void this.#finish(callId, null);
  }

  async #over({ callId, audioStartedAt, moments, unreached }: StageEnd): Promise<void> {
    const running = this.#running.get(callId);
    if (!running) return;
    const { interventions } = running;
    const at = audioStartedAt ?? 0;
    const done = { interventions: interventions.spoken(at), offered: interventions.offered(at) };
    await this.#finish(callId, audioStartedAt === null ? null : scoreRehearsal({ moments, unreached, ...done }));
  }

  async #finish(callId: CallId, result: RehearsalResult | null): Promise<void> {
    const running = this.#running.get(callId);
    if (!running) return;
    this.#running.delete(callId);
    this.#busy.delete(running.userId);
    running.giveUp();
    const { prisma, clock, logger } = this.deps;
    try {
      await finishRehearsal({ prisma, id: running.id, at: new Date(clock.now()), result });
    } catch (error) {
      logger.error({ err: error, callId }, "the result of a rehearsal could not be written");
    }
  }
}

const KEY = "rehearsals";

/** Makes `service` the one that pages and actions use. For the server's start. */
export function provideRehearsals(service: RehearsalService): void {
  singleton(KEY, () => service);
}

/** @throws AppError UNAVAILABLE where pages run without the engine. */
export function rehearsals(): RehearsalService {
  const found = existingSingleton<RehearsalService>(KEY);
  if (found) return found;
  throw new AppError("UNAVAILABLE", { message: "the engine is not running in this process", retryable: true });
}
