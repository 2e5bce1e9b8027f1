import type { Logger } from "@/lib/platform/logger";
import type { Clip } from "@/lib/speech/synthesizer";
import type { CallSpec } from "./call-spec";
import { Dialogue, type RenderedScenario } from "./dialogue";
import type { DirectoryAgent } from "./directory";
import { scriptedParties } from "./parties/scripted";
import { type Random, shuffle } from "./random";
import type { Scenario, Turn } from "./scenario";
import type { CallPool, Offer } from "./scheduler";

/** Speaks a text once and keeps it (lib/speech/clip-cache). */
export type Narrator = {
  readonly voices: readonly string[];
  clipFor(text: string, options: { voice: string }): Promise<Pick<Clip, "samples">>;
};

/** Turns spoken before a call is placed: the rest is spoken while it rings and goes on. */
const AHEAD = 6;
const WORKERS = 2;

/**
 * Speaks the words of a scenario in their order. Resolves when the first `ahead` turns are there; the others follow, and
 * one that fails is left out. A voice the synthesiser lacks is replaced by one it has.
 * @throws SynthesisError where one of the first turns cannot be spoken.
 */
export async function renderScenario(
  scenario: Scenario,
  { narrator, logger, ahead = AHEAD }: { narrator: Narrator; logger: Logger; ahead?: number },
): Promise<RenderedScenario> {
  const turns = scenario.steps.flatMap((step) => ("moment" in step ? [...step.coached, ...step.uncoached] : [step]));
  const { agent, caller } = scenario;
  const voices = pickVoices({ agent: agent.voice, caller: caller.voice }, narrator.voices);
  const audio = new Map<Turn, Int16Array>();
  const speak = async (turn: Turn) => {
    audio.set(turn, (await narrator.clipFor(turn.text, { voice: voices[turn.party] })).samples);
  };
  const first = turns.splice(0, ahead);
  await inTurn(first, speak);
  void inTurn(turns, (turn) =>
    speak(turn).catch((error: unknown) => {
      logger.error({ err: error, scenario: scenario.id }, "a turn could not be spoken");
      audio.set(turn, new Int16Array(0));
    }),
  );
  return { scenario, audio };
}

/** Two at a time, in order, so that another scenario gets its share of the synthesiser. */
async function inTurn(turns: Turn[], speak: (turn: Turn) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let turn = turns.shift(); turn; turn = turns.shift()) await speak(turn);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

/** @returns a call that follows the scenario. */
export function scriptedCall(
  rendered: RenderedScenario,
  { agent, dialogue = new Dialogue(rendered) }: { agent: DirectoryAgent | undefined; dialogue?: Dialogue },
): CallSpec {
  const { scenario } = rendered;
  return {
    ...scriptedParties(dialogue),
    callerNumber: scenario.caller.number,
    callerName: scenario.caller.name,
    calleeNumber: scenario.agent.extension,
    calleeName: agent?.name ?? null,
    ringMs: scenario.ringMs,
    origin: scenario.id,
    outcomes: () => ({ ...dialogue.outcomes }),
  };
}

/** The scripted calls in an order of chance, each once before any comes again. */
export class ScenarioPool implements CallPool {
  #bag: Scenario[] = [];

  constructor(
    private readonly options: { scenarios: readonly Scenario[]; agents: readonly DirectoryAgent[] },
    private readonly deps: { narrator: Narrator; random: Random; logger: Logger },
  ) {}

  next({ isFree }: { isFree: (extension: string) => boolean }): Offer | "wait" | "exhausted" {
    const { scenarios, agents } = this.options;
    if (scenarios.length === 0) return "exhausted";
    if (this.#bag.length === 0) this.#bag = shuffle(scenarios, this.deps);
    const at = this.#bag.findIndex(({ agent }) => isFree(agent.extension));
    const [scenario] = at < 0 ? [] : this.#bag.splice(at, 1);
    if (!scenario) return "wait";
    const agent = agents.find(({ extension }) => extension === scenario.agent.extension);
    return {
      extension: scenario.agent.extension,
      prepare: async () => scriptedCall(await renderScenario(scenario, this.deps), { agent }),
    };
  }
}

function pickVoices(
  wanted: { agent: string; caller: string },
  available: readonly string[],
): { agent: string; caller: string } {
  const agent = available.includes(wanted.agent) ? wanted.agent : (available[0] ?? wanted.agent);
  const others = available.filter((voice) => voice !== agent);
  const caller = others.includes(wanted.caller) ? wanted.caller : (others[0] ?? agent);
  return { agent, caller };
}
