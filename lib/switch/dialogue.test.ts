import { describe, expect, test } from "vitest";
import { silentLogger } from "@/lib/platform/logger";
import { SynthesisError } from "@/lib/speech/synthesizer";
import { FakeSynthesizer } from "@/lib/speech/testing/fake-synthesizer";
import { Dialogue, type RenderedScenario } from "./dialogue";
import { scriptedParties } from "./parties/scripted";
import { scenarioSchema, type Turn } from "./scenario";
import { type Narrator, renderScenario } from "./scripted-calls";

/** Each turn is a constant, 100 frames long: its level tells who speaks which. */
const LEVELS: Record<string, number> = { one: 100, two: 200, three: 300, better: 400, worse: 500, last: 600 };
const FRAMES = 100;

function rendered(steps: unknown[], hangsUp = "caller"): RenderedScenario {
  const scenario = scenarioSchema.parse({
    id: "a-call",
    title: "A call",
    teaches: "Nothing",
    caller: { name: "A", number: "1", voice: "alto" },
    agent: { extension: "1001", voice: "bass" },
    hangsUp,
    steps,
  });
  const turns = scenario.steps.flatMap((step) => ("moment" in step ? [...step.coached, ...step.uncoached] : [step]));
  const speak = (turn: Turn): [Turn, Int16Array] => [turn, new Int16Array(FRAMES * 320).fill(LEVELS[turn.text] ?? 0)];
  return { scenario, audio: new Map(turns.map(speak)) };
}

/** Runs the call; `hear` is asked in each frame what we say to the agent. @returns level by frame of both parties. */
function run(
  script: RenderedScenario,
  hear: (frame: number) => { level: number; mode?: "whisper" | "barge" } | null = () => null,
) {
  const dialogue = new Dialogue(script);
  const { caller, callee } = scriptedParties(dialogue);
  const lanes = { caller: [] as number[], agent: [] as number[] };
  for (let frame = 0; frame < 5000; frame++) {
    const said = [new Int16Array(320), new Int16Array(320)] as const;
    const activity = [caller.speak(said[0], { frame }), callee.speak(said[1], { frame })];
    lanes.caller.push(said[0][0] ?? 0);
    lanes.agent.push(said[1][0] ?? 0);
    const ours = hear(frame);
    const samples = ours ? new Int16Array(320).fill(ours.level) : null;
    callee.hear?.({ mixed: said[0], ours: samples, mode: ours?.mode ?? "whisper" }, { frame });
    if (activity.includes("hung-up"))
      return { lanes, dialogue, frames: frame, by: activity[0] === "hung-up" ? "caller" : "agent" };
  }
  throw new Error("the dialogue did not end");
}

const startOf = (lane: number[], text: string) => lane.indexOf(LEVELS[text] ?? -1);
const a = (text: string, more = {}) => ({ party: "agent", text, ...more });
const c = (text: string, more = {}) => ({ party: "caller", text, ...more });
const moment = { moment: "sorry", advice: "Say sorry.", coached: [a("better")], uncoached: [a("worse")] };

describe("Dialogue", () => {
  test("turns follow each other with their pauses, to the frame, and one party hangs up", () => {
    const { lanes, frames, by } = run(
      rendered([a("one", { pauseMs: 300 }), c("two"), a("three", { pauseMs: 10_000 })], "agent"),
    );
    expect(startOf(lanes.agent, "one")).toBe(15);
    expect(startOf(lanes.caller, "two")).toBe(15 + 100 + 25);
    expect(startOf(lanes.agent, "three")).toBe(240 + 500);
    expect(lanes.agent.filter((level) => level === 100)).toHaveLength(FRAMES);
    expect(frames).toBe(840 + 45);
    expect(by).toBe("agent");
  });

  test("an overlap lets both speak; who is cut off breaks off", () => {
    const overlap = run(rendered([a("one", { pauseMs: 0 }), c("two", { pauseMs: -1000 })]));
    expect(startOf(overlap.lanes.caller, "two")).toBe(50);
    expect(overlap.lanes.agent.lastIndexOf(100)).toBe(99);
    const cut = run(rendered([a("one", { pauseMs: 0 }), c("two", { pauseMs: -1000, cutsOff: true })]));
    expect(cut.lanes.agent.lastIndexOf(100)).toBe(69);
    expect(cut.lanes.caller.lastIndexOf(200)).toBe(149);
  });

  const script = () => rendered([a("one"), moment, c("last", { when: "sorry" }), c("two", { unless: "sorry" })]);

  test("without a whisper the agent takes the worse branch, and the caller's words follow", () => {
    const { lanes, dialogue } = run(script());
    expect(dialogue.outcomes).toEqual({ sorry: "uncoached" });
    expect([startOf(lanes.agent, "better"), startOf(lanes.caller, "last")]).toEqual([-1, -1]);
    expect(startOf(lanes.caller, "two")).toBeGreaterThan(startOf(lanes.agent, "worse"));
  });

  test("400 ms of whisper in time bring the better one", () => {
    const { lanes, dialogue } = run(script(), (frame) => (frame >= 50 && frame < 70 ? { level: 3000 } : null));
    expect(dialogue.outcomes).toEqual({ sorry: "coached" });
    expect([startOf(lanes.agent, "worse"), startOf(lanes.caller, "two")]).toEqual([-1, -1]);
    expect(startOf(lanes.caller, "last")).toBeGreaterThan(startOf(lanes.agent, "better"));
  });

  test.each([
    ["too short", (frame: number) => (frame >= 50 && frame < 69 ? { level: 3000 } : null)],
    ["too late", (frame: number) => (frame >= 140 ? { level: 3000 } : null)],
    ["silence", () => ({ level: 20 })],
    ["said to both", () => ({ level: 3000, mode: "barge" as const })],
  ])("a whisper that is %s changes nothing", (_, hear) => {
    expect(run(script(), hear).dialogue.outcomes).toEqual({ sorry: "uncoached" });
  });

  test("the deadline is ahead of the turn by what the scenario says", () => {
    const late = rendered([a("one", { pauseMs: 0 }), { ...moment, deadlineMs: 1000 }]);
    expect(run(late, (frame) => (frame >= 70 && frame < 90 ? { level: 3000 } : null)).dialogue.outcomes.sorry).toBe(
      "uncoached",
    );
    expect(run(late, (frame) => (frame >= 40 && frame < 60 ? { level: 3000 } : null)).dialogue.outcomes.sorry).toBe(
      "coached",
    );
  });

  test("a whisper counts for one moment only", () => {
    const two = rendered([a("one"), moment, { ...moment, moment: "again" }]);
    expect(run(two, (frame) => (frame < 40 ? { level: 3000 } : null)).dialogue.outcomes).toEqual({
      sorry: "coached",
      again: "uncoached",
    });
  });

  test("the talk waits for a turn that is not spoken yet", () => {
    const script = rendered([a("one", { pauseMs: 0 }), c("two", { pauseMs: 0 })]);
    const audio = new Map(script.audio);
    const [, second] = [...audio];
    if (second) audio.delete(second[0]);
    const { lanes } = run({ ...script, audio }, (frame) => {
      if (frame === 300 && second) audio.set(...second);
      return null;
    });
    expect(startOf(lanes.caller, "two")).toBe(301);
  });
});

describe("renderScenario", () => {
  const { scenario } = rendered([a("one"), c("two"), moment, c("last")]);
  const narratorOf = (synthesizer: FakeSynthesizer): Narrator => ({
    voices: synthesizer.voices,
    clipFor: (text, { voice }) => synthesizer.synthesize({ text, voice }),
  });

  test("speaks every turn of both branches in the voice of its party", async () => {
    const synthesizer = new FakeSynthesizer();
    const { audio } = await renderScenario(scenario, { narrator: narratorOf(synthesizer), logger: silentLogger });
    expect([...audio.keys()].map(({ text }) => text)).toEqual(["one", "two", "better", "worse", "last"]);
    expect(synthesizer.requests.map(({ text, voice }) => `${text} ${voice}`)).toEqual([
      "one bass",
      "two alto",
      "better bass",
      "worse bass",
      "last alto",
    ]);
  });

  test("finds two voices where the synthesiser has others", async () => {
    const synthesizer = new FakeSynthesizer({ voices: ["nova", "onyx"] });
    await renderScenario(scenario, { narrator: narratorOf(synthesizer), logger: silentLogger });
    expect(synthesizer.requests.slice(0, 2).map(({ voice }) => voice)).toEqual(["nova", "onyx"]);
  });

  test("fails where the beginning cannot be spoken; later turns are left out", async () => {
    const broken = new FakeSynthesizer();
    broken.failNext(new SynthesisError("no"));
    const options = { narrator: narratorOf(broken), logger: silentLogger, ahead: 2 };
    await expect(renderScenario(scenario, options)).rejects.toThrow("no");
    const later: Narrator = {
      voices: ["alto", "bass"],
      clipFor: (text, options) =>
        text === "last"
          ? Promise.reject(new SynthesisError("no"))
          : narratorOf(new FakeSynthesizer()).clipFor(text, options),
    };
    const { audio } = await renderScenario(scenario, { narrator: later, logger: silentLogger, ahead: 2 });
    await expect.poll(() => audio.size).toBe(5);
    expect([...audio].find(([turn]) => turn.text === "last")?.[1]).toHaveLength(0);
  });
});
