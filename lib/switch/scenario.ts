import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { partySchema } from "@/lib/contract/call";
import { parseJsonFile } from "@/lib/platform/json-file";
import { scenariosDir } from "./directory";

const id = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, "lower case, digits and dashes");

/** One turn. What is written is spoken as it stands: digits and symbols are left to no synthesiser's taste. */
const turnSchema = z.strictObject({
  party: partySchema,
  text: z
    .string()
    .min(1)
    .max(1500)
    .regex(/^[A-Za-z ,.?!'-]+$/, "letters and plain punctuation only"),
  /** After the end of the turn before; negative: begins while the other still speaks. */
  pauseMs: z.number().int().min(-8000).max(60_000).default(500),
  /** The one who was speaking breaks off soon after this turn begins. */
  cutsOff: z.boolean().default(false),
  /** Spoken only where the agent was, or was not, coached at that moment. */
  when: id.optional(),
  unless: id.optional(),
});

/**
 * A fork: where a whisper reached the agent before `deadlineMs` ahead of the first turn, and after the moment before this one
 * was decided, the agent takes the better branch.
 */
const momentSchema = z.strictObject({
  moment: id,
  /** What a coach would say, for people who read this. */
  advice: z.string().min(1).max(300),
  deadlineMs: z.number().int().min(0).max(10_000).default(0),
  coached: z.array(turnSchema).min(1),
  uncoached: z.array(turnSchema).min(1),
});

export const scenarioSchema = z
  .strictObject({
    id,
    title: z.string().min(1).max(80),
    /** What happens in it that is worth catching. */
    teaches: z.string().min(1).max(300),
    caller: z.strictObject({ name: z.string().max(120), number: z.string().max(64), voice: z.string() }),
    agent: z.strictObject({ extension: z.string().regex(/^\d{2,8}$/), voice: z.string() }),
    ringMs: z.number().int().min(0).max(60_000).default(2500),
    hangsUp: partySchema.default("caller"),
    steps: z.array(z.union([turnSchema, momentSchema])).min(2),
  })
  .check(({ value, issues }) => {
    const known = new Set<string>();
    for (const step of value.steps) {
      const turns = "moment" in step ? [...step.coached, ...step.uncoached] : [step];
      for (const { when, unless } of turns)
        for (const name of [when, unless])
          if (name !== undefined && !known.has(name))
            issues.push({ code: "custom", path: ["steps"], message: `moment ${name} is not decided yet`, input: step });
      if ("moment" in step) known.add(step.moment);
    }
  });

export type Scenario = z.infer<typeof scenarioSchema>;
export type Turn = z.infer<typeof turnSchema>;
export type Moment = z.infer<typeof momentSchema>;

/**
 * Reads the scripted calls of the folders, by id; a later folder's replaces an earlier one's of the same id. `only` keeps those
 * named.
 * @throws Error that names file, line and field of each fault, or the ids that do not exist.
 */
export async function loadScenarios({
  dirs = [scenariosDir],
  only,
}: {
  dirs?: readonly string[];
  only?: readonly string[] | undefined;
} = {}): Promise<Scenario[]> {
  const files = (await Promise.all(dirs.map(filesOf))).flat();
  const all = await Promise.all(files.map(loadScenario));
  const scenarios = [...new Map(all.map((scenario) => [scenario.id, scenario])).values()];
  const unknown = (only ?? []).filter((name) => !scenarios.some((scenario) => scenario.id === name));
  if (unknown.length > 0) throw new Error(`there is no scenario ${unknown.join(", ")}`);
  return only ? scenarios.filter((scenario) => only.includes(scenario.id)) : scenarios;
}

/** @throws Error that names file, line and field of each fault. */
export async function loadScenario(path: string): Promise<Scenario> {
  return parseJsonFile({ path, content: await readFile(path, "utf8"), schema: scenarioSchema });
}

async function filesOf(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((file) => file.endsWith(".json") && file !== "directory.json");
  return names.sort().map((name) => join(dir, name));
}
