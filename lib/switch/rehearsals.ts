import { FRAME_MS } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import { type FromSwitch, type MomentOutcome, type ScenarioCard, toSwitchSchema } from "@/lib/contract/switch-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { CallSpec, PlacedCall } from "./call-spec";
import { Dialogue } from "./dialogue";
import type { DirectoryAgent } from "./directory";
import type { Scenario } from "./scenario";
import { type Narrator, renderScenario, scriptedCall } from "./scripted-calls";

/** An agent who is in a scheduled call is waited for so long. */
const WAIT_LIMIT_MS = 180_000;
const WAIT_STEP_MS = 250;

type Place = { requestId: string; scenarioId: string; callId: CallId };

export type RehearsalDeps = {
  scenarios: readonly Scenario[];
  agents: readonly DirectoryAgent[];
  narrator: Narrator;
  place: (spec: CallSpec) => PlacedCall;
  /** Keeps an extension free of other calls; null while it is busy. */
  reserve: (extension: string) => (() => void) | null;
  send: (message: FromSwitch) => void;
  clock: Clock;
  logger: Logger;
};

/** Calls of a scenario on request, for somebody who wants to practise on them; and how each of its moments went. */
export class Rehearsals {
  constructor(private readonly deps: RehearsalDeps) {}

  /** A message of the server; what is none is logged and dropped. */
  receive(message: unknown): void {
    const parsed = toSwitchSchema.safeParse(message);
    if (!parsed.success) {
      this.deps.logger.warn({ issue: parsed.error.issues[0]?.message }, "a message that the switch does not know");
      return;
    }
    const request = parsed.data;
    if (request.type === "scenarios.list") {
      const scenarios = this.deps.scenarios.map(toCard);
      this.deps.send({ type: "scenarios", requestId: request.requestId, scenarios });
      return;
    }
    this.#place(request).catch((error: unknown) => {
      this.deps.logger.error({ err: error, scenario: request.scenarioId }, "rehearsal could not be placed");
      this.#refuse(request, "The call could not be placed; the log of the built-in switch says why.");
    });
  }

  async #place(request: Place): Promise<void> {
    const { scenarios, agents, narrator, logger, place } = this.deps;
    const scenario = scenarios.find(({ id }) => id === request.scenarioId);
    if (!scenario) return this.#refuse(request, `There is no scenario ${request.scenarioId}.`);
    const { extension } = scenario.agent;
    const release = await this.#reserve(extension);
    if (!release) return this.#refuse(request, "The agent of this scenario is on a call that does not end. Try again.");
    try {
      const rendered = await renderScenario(scenario, { narrator, logger });
      const agent = agents.find((one) => one.extension === extension);
      const dialogue = new Dialogue(rendered);
      const call = place({ ...scriptedCall(rendered, { agent, dialogue }), callId: request.callId });
      this.deps.send({ type: "rehearsal.placed", requestId: request.requestId });
      this.#follow({ call, dialogue, scenario, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  async #reserve(extension: string): Promise<(() => void) | null> {
    const { clock, reserve } = this.deps;
    const until = clock.now() + WAIT_LIMIT_MS;
    for (;;) {
      const release = reserve(extension);
      if (release || clock.now() >= until) return release;
      await new Promise<void>((resolve) => clock.after(WAIT_STEP_MS, resolve));
    }
  }

  #follow(about: { call: PlacedCall; dialogue: Dialogue; scenario: Scenario; release: () => void }): void {
    const { call, dialogue, scenario, release } = about;
    const { clock, send } = this.deps;
    let connectedFrame: number | null = null;
    let audioStartedAt: number | null = null;
    call.tap(({ index, mode }) => {
      if (connectedFrame !== null || mode === null) return;
      connectedFrame = index;
      audioStartedAt = Math.round(clock.now() - index * FRAME_MS);
    });
    void call.ended.then(() => {
      release();
      const toMs = (frame: number) => (frame + (connectedFrame ?? 0)) * FRAME_MS;
      send({ type: "rehearsal.over", callId: call.callId, audioStartedAt, ...tell({ dialogue, scenario, toMs }) });
    });
  }

  #refuse({ requestId }: Place, message: string): void {
    this.deps.send({ type: "rehearsal.refused", requestId, message });
  }
}

function toCard({ id, title, teaches, agent, steps }: Scenario): ScenarioCard {
  const moments = steps.filter((step) => "moment" in step).length;
  return { scenarioId: id, title, teaches, extension: agent.extension, moments };
}

function tell(story: { dialogue: Dialogue; scenario: Scenario; toMs: (frame: number) => number }): {
  moments: MomentOutcome[];
  unreached: { moment: string; advice: string }[];
} {
  const { dialogue, scenario, toMs } = story;
  const moments = dialogue.moments.map(({ moment, advice, outcome, cueFrame, decidedFrame, coachedFrame }) => ({
    moment,
    advice,
    isCoached: outcome === "coached",
    cueMs: toMs(cueFrame),
    decidedMs: toMs(decidedFrame),
    coachedMs: coachedFrame === null ? null : toMs(coachedFrame),
  }));
  const unreached = scenario.steps.flatMap((step) =>
    "moment" in step && !(step.moment in dialogue.outcomes) ? [{ moment: step.moment, advice: step.advice }] : [],
  );
  return { moments, unreached };
}
