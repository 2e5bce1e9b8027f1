import fc from "fast-check";
import { type Mode, modeSchema, type Party, type SpeakingMode, speakingModeSchema } from "@/lib/contract/call";

/** What people, browsers and the telephone system may do while supervisors speak. `who` and `tab` index people and their connections. */
export type Step =
  | { kind: "start" | "stop"; who: number; tab: number; mode: SpeakingMode }
  /** `isFor` null: as the microphone was opened; `isStale`: with the number of an earlier one. */
  | { kind: "frames"; who: number; tab: number; count: number; isFor: SpeakingMode | null; isStale: boolean }
  | { kind: "drop"; who: number; tab: number; reason: "disconnected" | "rights-changed" }
  | { kind: "claim" | "ask" | "handOver" | "release"; who: number }
  | { kind: "setMode"; who: number; mode: Mode }
  | { kind: "clip" | "stopClip" }
  | { kind: "wait"; ms: number }
  | { kind: "trouble"; trouble: Trouble };

/** What a telephone system may do by itself; a world does what it can of it, and says nothing of the rest. */
export type Trouble =
  | { what: "hold"; party: Party; isHeld: boolean }
  | { what: "lose" | "refuse" | "delay" | "answer" }
  | { what: "regain" | "takeOver" | "confirmAnother"; mode: Mode }
  | { what: "hangUp" };

export const PEOPLE = 3;
export const TABS = 2;

const who = fc.integer({ min: 0, max: PEOPLE - 1 });
/** Mostly the first, so that what follows finds the microphone of what went before. */
const tab = fc.nat({ max: 4 }).map((at) => (at === 4 ? TABS - 1 : 0));
const mode = fc.constantFrom(...modeSchema.options);
const speakingMode = fc.constantFrom(...speakingModeSchema.options);
const at = <K extends string>(kind: K) => fc.record({ kind: fc.constant(kind), who, tab, mode: speakingMode });
const onFloor = <K extends string>(kind: K) => fc.record({ kind: fc.constant(kind), who });
const only = <K extends string>(kind: K) => fc.record({ kind: fc.constant(kind) });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    what: fc.constant("hold" as const),
    party: fc.constantFrom("agent" as const, "caller" as const),
    isHeld: fc.boolean(),
  }),
  fc.record({ what: fc.constantFrom("lose" as const, "refuse" as const, "delay" as const, "answer" as const) }),
  fc.record({ what: fc.constantFrom("regain" as const, "takeOver" as const, "confirmAnother" as const), mode }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: at("start" as const) },
  { weight: 3, arbitrary: at("stop" as const) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("frames" as const),
      ...{ who, tab, count: fc.integer({ min: 1, max: 40 }) },
      isFor: fc.option(speakingMode, { freq: 3, nil: null }),
      isStale: fc.constant(false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("frames" as const),
      ...{ who, tab, count: fc.constant(3), isFor: fc.constant(null), isStale: fc.constant(true) },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("drop" as const),
      ...{ who, tab, reason: fc.constantFrom("disconnected" as const, "rights-changed" as const) },
    }),
  },
  { weight: 1, arbitrary: onFloor("claim" as const) },
  { weight: 2, arbitrary: onFloor("ask" as const) },
  { weight: 2, arbitrary: onFloor("handOver" as const) },
  { weight: 1, arbitrary: onFloor("release" as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("setMode" as const), who, mode }) },
  { weight: 2, arbitrary: only("clip" as const) },
  { weight: 1, arbitrary: only("stopClip" as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(0, 20, 100, 400, 2_000, 6_000, 31_000),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("trouble" as const), trouble }) },
);

/** Somebody opens a microphone, says something, and then something happens to just that microphone. */
const spoken: fc.Arbitrary<Step[]> = fc
  .record({
    ...{ who, tab, mode: speakingMode, other: who, count: fc.integer({ min: 1, max: 30 }) },
    waitMs: fc.constantFrom(0, 20, 100),
    end: fc.constantFrom(
      ...([
        "nothing",
        "stop",
        "again",
        "disconnected",
        "rights-changed",
        "handOver",
        "release",
        "silence",
        "lose",
      ] as const),
    ),
  })
  .map(({ who, tab, mode, other, count, waitMs, end }) => {
    const from = { who, tab };
    const begin: Step[] = [
      { kind: "start", ...from, mode },
      { kind: "wait", ms: waitMs },
      { kind: "frames", ...from, count, isFor: null, isStale: false },
    ];
    const ends: Record<typeof end, Step[]> = {
      nothing: [],
      stop: [{ kind: "stop", ...from, mode }],
      // The key again while what was said is still being heard.
      again: [
        { kind: "stop", ...from, mode },
        { kind: "start", ...from, mode },
      ],
      disconnected: [{ kind: "drop", ...from, reason: "disconnected" }],
      "rights-changed": [{ kind: "drop", ...from, reason: "rights-changed" }],
      handOver: [
        { kind: "ask", who: other },
        { kind: "handOver", who },
        { kind: "start", who: other, tab, mode },
      ],
      release: [{ kind: "release", who }],
      silence: [{ kind: "wait", ms: 6_000 }],
      lose: [{ kind: "trouble", trouble: { what: "lose" } }],
    };
    return [...begin, ...ends[end]];
  });

/** A call that is connected and in spy: some 10 to 60 steps, one in four with a hang-up somewhere. */
export const speakingSequence: fc.Arbitrary<Step[]> = fc
  .record({
    parts: fc.array(fc.oneof({ weight: 2, arbitrary: spoken }, { weight: 5, arbitrary: step.map((one) => [one]) }), {
      ...{ minLength: 3, maxLength: 30, size: "max" },
    }),
    hangUpBefore: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat({ max: 29 }) }),
  })
  .map(({ parts, hangUpBefore }) => {
    const end: Step[] = [{ kind: "trouble", trouble: { what: "hangUp" } }];
    return (hangUpBefore === null ? parts : parts.toSpliced(hangUpBefore + 1, 0, end)).flat();
  });
