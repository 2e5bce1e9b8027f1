import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { projectRoot } from "@/lib/platform/paths";
import { loadDirectory } from "./directory";
import { loadScenarios, type Scenario, scenarioSchema, type Turn } from "./scenario";

/** What the story is when every moment goes one way. */
function path(scenario: Scenario, outcome: "coached" | "uncoached"): Turn[] {
  const turns = scenario.steps.flatMap((step) => ("moment" in step ? step[outcome] : [step]));
  return turns.filter(({ when, unless }) => (outcome === "coached" ? unless : when) === undefined);
}

const words = (turns: Turn[]) => turns.map(({ text }) => text).join(" ");

const scenarios = await loadScenarios();
const { agents } = await loadDirectory();

describe("the scripted calls", () => {
  test("there are at least eight, each for an agent of its own out of the directory", () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(8);
    const extensions = scenarios.map(({ agent }) => agent.extension);
    expect(new Set(extensions).size).toBe(scenarios.length);
    expect(agents.map(({ extension }) => extension)).toEqual(expect.arrayContaining(extensions));
    expect(new Set(agents.map(({ team }) => team))).toEqual(new Set(["Support EU", "Sales & Retention"]));
  });

  test.each(scenarios)("$id lasts between one and three minutes, coached or not", (scenario) => {
    expect(scenario.steps.filter((step) => "moment" in step).length).toBeGreaterThanOrEqual(1);
    for (const outcome of ["coached", "uncoached"] as const) {
      const turns = path(scenario, outcome);
      // Synthetic voices speak about 3.1 words a second.
      const seconds =
        words(turns).split(/\s+/).length / 3.1 + turns.reduce((sum, { pauseMs }) => sum + pauseMs, 0) / 1000;
      expect(seconds).toBeGreaterThan(60);
      expect(seconds).toBeLessThan(180);
    }
    expect(words(path(scenario, "coached"))).not.toBe(words(path(scenario, "uncoached")));
  });

  test("between them they hold what a coach would catch", () => {
    const all = scenarios.map((scenario) => path(scenario, "uncoached"));
    const said = (pattern: RegExp, party: "caller" | "agent") =>
      all.filter((turns) => turns.some((turn) => turn.party === party && pattern.test(turn.text))).length;
    expect(said(/let me speak to a supervisor|speak to a supervisor/i, "caller")).toBeGreaterThanOrEqual(1);
    expect(said(/cancel/i, "caller")).toBeGreaterThanOrEqual(2);
    expect(said(/how much is it/i, "caller")).toBeGreaterThanOrEqual(1);
    expect(said(/disappointed|frustrated|annoy|terrible|worst/i, "caller")).toBeGreaterThanOrEqual(4);
    expect(said(/sorry/i, "agent")).toBe(0);
    expect(said(/recap|sum that up|let me repeat/i, "agent")).toBe(0);
    expect(all.filter((turns) => turns.some(({ pauseMs }) => pauseMs > 8000)).length).toBeGreaterThanOrEqual(3);
    expect(
      all.filter((turns) => turns.some((turn) => turn.party === "agent" && turn.cutsOff)).length,
    ).toBeGreaterThanOrEqual(2);
    const longest = Math.max(...all.flat().map((turn) => (turn.party === "agent" ? turn.text.split(" ").length : 0)));
    expect(longest / 3.1).toBeGreaterThan(45);
  });
});

test("the example of docs/scenarios.md is one", async () => {
  const text = await readFile(join(projectRoot, "docs/scenarios.md"), "utf8");
  const example: unknown = JSON.parse(/```json\n(.*?)```/s.exec(text)?.[1] ?? "");
  expect(scenarioSchema.parse(example).steps).toHaveLength(6);
});

describe("loading", () => {
  let dir: string;
  const good = {
    id: "a-call",
    title: "A call",
    teaches: "Nothing",
    caller: { name: "A", number: "1", voice: "x" },
    agent: { extension: "1001", voice: "y" },
    steps: [
      { party: "agent", text: "Hello." },
      {
        moment: "apology",
        advice: "Say more.",
        coached: [{ party: "agent", text: "More." }],
        uncoached: [{ party: "agent", text: "Less." }],
      },
    ],
  };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "earshot-scenarios-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test("keeps only what is asked for, and says what does not exist", async () => {
    await writeFile(join(dir, "a.json"), JSON.stringify(good));
    expect((await loadScenarios({ dirs: [dir], only: ["a-call"] })).map(({ id }) => id)).toEqual(["a-call"]);
    await expect(loadScenarios({ dirs: [dir], only: ["b-call"] })).rejects.toThrow("b-call");
  });

  test.each([
    [
      "digits to be spoken",
      { ...good, steps: [{ party: "agent", text: "It is 12 euros" }, good.steps[0]] },
      "broken.json:17: steps.0.text: letters",
    ],
    [
      "an unknown party",
      { ...good, steps: [good.steps[0], { party: "boss", text: "Hi" }] },
      "broken.json:20: steps.1.party",
    ],
    [
      "a moment that is not decided yet",
      { ...good, steps: [{ party: "agent", text: "Hi", when: "apology" }, ...good.steps] },
      "apology is not decided",
    ],
    ["an unknown field", { ...good, colour: "red" }, "colour"],
  ])("names the file and the field: %s", async (_, scenario, fault) => {
    expect(scenarioSchema.safeParse(good).success).toBe(true);
    await writeFile(join(dir, "broken.json"), JSON.stringify(scenario, null, 2));
    await expect(loadScenarios({ dirs: [dir] })).rejects.toThrow(/broken\.json:\d+/);
    await expect(loadScenarios({ dirs: [dir] })).rejects.toThrow(fault);
  });
});
