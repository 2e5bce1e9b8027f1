import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Actor } from "@/lib/contract/call";
import { isFinal, type Suggestion } from "@/lib/contract/coaching";
import { suggestionIdSchema, userIdSchema } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import { anna, ben, CoachingBench, callId } from "./testing/coaching-bench";
import { makeAdvice } from "./testing/fake-advisor";
import { FakeClips } from "./testing/fake-clips";

/** Whatever people, the call and the telephone system do in whatever order: the gate holds. */

const HOLDS = ["speaker", "agent-paused", "hold"] as const;
const mia: Actor = { kind: "user", userId: userIdSchema.parse("u-mia"), name: "Mia" };
const actor = fc.constantFrom(anna, ben);
const which = fc.integer({ min: 1, max: 4 }).map((number) => suggestionIdSchema.parse(`s${number}`));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("say" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 8000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("approve" as const),
      which,
      by: actor,
      text: fc.option(fc.constantFrom("Other words.", "  "), { nil: undefined }),
      force: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("reject" as const), which, by: actor }),
  fc.record({ kind: fc.constant("claim" as const), which, by: actor, claimed: fc.boolean() }),
  fc.record({ kind: fc.constant("interrupt" as const), which, by: actor }),
  fc.record({ kind: fc.constant("compose" as const), by: actor, force: fc.boolean() }),
  fc.record({ kind: fc.constant("voice" as const), speaking: fc.boolean() }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("hold" as const),
      hold: fc.constantFrom(...HOLDS),
      isHolding: fc.boolean(),
    }),
  },
  fc.record({
    kind: fc.constant("respond" as const),
    which,
    response: fc.constantFrom("heard" as const, "not-now" as const, "repeat" as const),
  }),
  fc.record({ kind: fc.constant("policy" as const), policy: fc.constantFrom("approve", "automatic", "off") }),
  fc.record({ kind: fc.constant("clips" as const), fail: fc.boolean(), delayMs: fc.constantFrom(0, 300) }),
  fc.record({ kind: fc.constant("port" as const), trouble: fc.constantFrom("failure", "rejects", "hangs") }),
  fc.record({ kind: fc.constant("monitoring" as const), monitoring: fc.constantFrom("lost", "monitored") }),
  fc.record({ kind: fc.constant("end" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function act(bench: CoachingBench, does: Step): Promise<unknown> {
  switch (does.kind) {
    case "say":
      bench.say("caller", "Hm.");
      return bench.settle();
    case "wait":
      return bench.clock.advance(does.ms);
    case "approve":
      return bench.service.approve({
        callId,
        suggestionId: does.which,
        by: does.by,
        text: does.text,
        force: does.force,
      });
    case "reject":
      return bench.service.reject({ callId, suggestionId: does.which, by: does.by });
    case "claim":
      return bench.service.claim({ callId, suggestionId: does.which, by: does.by, claimed: does.claimed });
    case "interrupt":
      return bench.service.interrupt({ callId, suggestionId: does.which, by: does.by });
    case "respond":
      return bench.service.respond({ callId, suggestionId: does.which, by: mia, response: does.response });
    case "hold":
      return hold(bench, does);
    case "compose":
      return bench.service.compose({ callId, text: "A supervisor's words.", by: does.by, force: does.force });
    default:
      change(bench, does);
      return Promise.resolve();
  }
}

async function hold(bench: CoachingBench, does: { hold: (typeof HOLDS)[number]; isHolding: boolean }): Promise<void> {
  const spoken = { speakingId: "v1", mode: "whisper", by: ben } as const;
  const ended = { spokenMs: 0, reason: "released", detail: null, callerClear: true } as const;
  if (does.hold === "agent-paused") await bench.service.pauseWhispers({ callId, paused: does.isHolding, by: mia });
  else if (does.hold === "hold")
    bench.publish({ type: "call.hold_changed", callId, party: "agent", isHeld: does.isHolding });
  else if (does.isHolding) bench.publish({ type: "speaking.started", callId, ...spoken });
  else bench.publish({ type: "speaking.ended", callId, ...spoken, ...ended });
}

/** @returns for every whisper that was begun what stood against it at that moment, as the bus had told it. */
function watchHolds(bench: CoachingBench): string[][] {
  const held = new Set<string>();
  const against: string[][] = [];
  const note = (reason: string, isHolding: boolean) => (isHolding ? held.add(reason) : held.delete(reason));
  bench.bus.subscribe((event) => {
    if (event.type === "whispers.paused") note("agent-paused", event.isPaused);
    else if (event.type === "call.hold_changed") note("hold", event.isHeld);
    else if (event.type === "speaking.started" || event.type === "speaking.ended")
      note("speaker", event.type === "speaking.started");
    else if (event.type === "call.monitoring_changed" && event.monitoring === "lost") note("speaker", false);
  });
  const whisper = bench.whispers.whisper.bind(bench.whispers);
  bench.whispers.whisper = (request) => {
    against.push([...held]);
    return whisper(request);
  };
  return against;
}

function change(bench: CoachingBench, does: Step): void {
  if (does.kind === "voice") bench.voice("agent", does.speaking);
  else if (does.kind === "policy") bench.policy = { whisperPolicy: does.policy, expiryMs: 10_000, maxPerMinute: 20 };
  else if (does.kind === "clips") Object.assign(bench.clips, { failAll: does.fail, delayMs: does.delayMs });
  else if (does.kind === "port") {
    const trouble = { failure: { failure: "no" }, rejects: { rejects: true }, hangs: { hangs: true } }[does.trouble];
    bench.whispers.script.push({ confirmMs: 50, ...trouble });
  } else if (does.kind === "monitoring")
    bench.publish({
      type: "call.monitoring_changed",
      callId,
      monitoring: does.monitoring,
      by: { kind: "gateway" },
      detail: null,
    });
  else if (does.kind === "end") bench.end();
}

async function run(steps: Step[]): Promise<{ bench: CoachingBench; unexpected: unknown[]; against: string[][] }> {
  const bench = new CoachingBench({ settings: { ruleCooldownMs: 0 } });
  let cause = 0;
  bench.advisor.answer = async () => [makeAdvice({ cause: String(++cause), text: `Words ${cause}.` })];
  bench.arrive();
  const against = watchHolds(bench);
  const unexpected: unknown[] = [];
  const started: Promise<void>[] = [];
  for (const does of steps) {
    const done = act(bench, does).then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof AppError)) unexpected.push(error);
      },
    );
    if (does.kind === "say" || does.kind === "wait") await done;
    started.push(done);
  }
  for (const reason of HOLDS) await hold(bench, { hold: reason, isHolding: false }).catch(() => undefined);
  await bench.clock.advance(300_000);
  await Promise.all(started);
  return { bench, unexpected, against };
}

const wasApproved = ({ steps }: Suggestion) => steps.some(({ state }) => state === "approved" || state === "edited");

describe("the human gate under fire", () => {
  it("speaks nothing that was not approved, only the clip that was shown, one at a time, and finishes everything", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { bench, unexpected, against } = await run(steps);
        expect(unexpected).toEqual([]);
        expect(against.flat()).toEqual([]);
        const all = [...bench.suggestions().values()];
        expect(all.filter(({ state }) => !isFinal(state))).toEqual([]);
        // A port that hangs is given up after a while; only then may the next one overlap it.
        if (!steps.some((each) => each.kind === "port" && each.trouble === "hangs"))
          expect(bench.whispers.mostActive).toBeLessThanOrEqual(1);
        const sendable = all
          .filter(wasApproved)
          .map(({ text, clip }) => ({ samples: FakeClips.clip(text).samples, clip, text }));
        for (const { samples } of bench.whispers.requests) {
          const source = sendable.find((each) => Buffer.from(each.samples.buffer).equals(Buffer.from(samples.buffer)));
          expect(source?.clip?.hash).toBe(FakeClips.clip(source?.text ?? "").hash);
        }
        for (const { waitingFor, waitingForPause } of all)
          expect({ waitingFor, waitingForPause }).toEqual({ waitingFor: null, waitingForPause: false });
        for (const suggestion of all)
          if (suggestion.state === "spoken") expect(suggestion.proof).toMatchObject({ modeDuring: "whisper" });
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
