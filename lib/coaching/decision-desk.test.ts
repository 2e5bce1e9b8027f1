import { describe, expect, it } from "vitest";
import { callIdSchema, suggestionIdSchema } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import { anna, ben, CoachingBench, callId } from "./testing/coaching-bench";
import { makeAdvice } from "./testing/fake-advisor";
import { FakeClips } from "./testing/fake-clips";

async function benchWithOne() {
  const bench = new CoachingBench();
  bench.arrive();
  bench.advisor.advice = [makeAdvice({ text: "Ask why they want to leave." })];
  const { suggestionId } = await bench.proposeOne();
  return { bench, on: { callId, suggestionId, by: anna } };
}

async function refusal(attempt: Promise<unknown>): Promise<AppError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

describe("approving", () => {
  it("plays exactly the clip that was offered, and keeps every step with its actor", async () => {
    const { bench, on } = await benchWithOne();
    const offered = bench.last().clip;
    expect(offered?.hash).toBe(FakeClips.clip("Ask why they want to leave.").hash);

    const decided = await bench.service.approve({ ...on, force: false });
    expect(decided.state).toBe("approved");
    await bench.clock.advance(10_000);

    expect(bench.whispers.requests).toHaveLength(1);
    expect(bench.whispers.requests[0]?.samples).toEqual(FakeClips.clip("Ask why they want to leave.").samples);
    expect(bench.clips.asked).toEqual(["Ask why they want to leave."]);
    const spoken = bench.last();
    expect(spoken.clip).toEqual(offered);
    expect(spoken.proof).toMatchObject({
      modeBefore: "spy",
      modeDuring: "whisper",
      modeAfter: "spy",
      callerClear: true,
    });
    expect(spoken.steps.map((step) => [step.state, step.actor.kind])).toEqual([
      ["proposed", "system"],
      ["approved", "user"],
      ["speaking", "gateway"],
      ["spoken", "gateway"],
    ]);
  });

  it("hands a ready clip to the telephone system without waiting for anything", async () => {
    const { bench, on } = await benchWithOne();
    void bench.service.approve({ ...on, force: false });
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("speaks the edited words from a new clip, and shows that clip before it plays", async () => {
    const { bench, on } = await benchWithOne();
    const decided = await bench.service.approve({ ...on, text: "  Offer a month free. ", force: false });
    expect(decided).toMatchObject({
      state: "edited",
      text: "Offer a month free.",
      originalText: "Ask why they want to leave.",
    });
    expect(decided.clip?.hash).toBe(FakeClips.clip("Offer a month free.").hash);
    expect(bench.whispers.requests[0]?.samples).toEqual(FakeClips.clip("Offer a month free.").samples);
  });

  it("counts unchanged words as a plain approval", async () => {
    const { bench, on } = await benchWithOne();
    const decided = await bench.service.approve({ ...on, text: "Ask why they want to leave. ", force: false });
    expect(decided.state).toBe("approved");
    expect(bench.clips.asked).toHaveLength(1);
  });

  it.each(["   ", "x".repeat(501)])("refuses words that cannot be spoken (%#)", async (text) => {
    const { bench, on } = await benchWithOne();
    expect(await refusal(bench.service.approve({ ...on, text, force: false }))).toMatchObject({
      code: "INVALID",
      field: "text",
    });
    expect(bench.last().state).toBe("proposed");
  });

  it("cannot happen twice, nor on something unknown", async () => {
    const { bench, on } = await benchWithOne();
    await bench.service.approve({ ...on, force: false });
    const again = await refusal(bench.service.approve({ ...on, by: ben, force: false }));
    expect(again).toMatchObject({ code: "WRONG_STATE" });
    await bench.clock.advance(60_000);
    expect((await refusal(bench.service.reject(on))).userMessage).toBe("This suggestion was already spoken.");
    const unknown = suggestionIdSchema.parse("s99");
    expect(await refusal(bench.service.reject({ ...on, suggestionId: unknown }))).toMatchObject({ code: "NOT_FOUND" });
    const elsewhere = callIdSchema.parse("call-99");
    expect(await refusal(bench.service.reject({ ...on, callId: elsewhere }))).toMatchObject({ code: "NOT_FOUND" });
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("lets only one of two people who approve with different words at once through", async () => {
    const { bench, on } = await benchWithOne();
    bench.clips.delayMs = 300;
    const first = bench.service.approve({ ...on, text: "Anna's words.", force: false });
    const second = await refusal(bench.service.approve({ ...on, by: ben, text: "Ben's words.", force: false }));
    expect(second).toMatchObject({ code: "CONFLICT", userMessage: "Anna is approving this suggestion." });
    await bench.clock.advance(300);
    expect((await first).text).toBe("Anna's words.");
    expect(bench.whispers.requests.map((request) => request.samples)).toEqual([
      FakeClips.clip("Anna's words.").samples,
    ]);
  });
});

describe("clips that fail", () => {
  it("says so, refuses approval, and allows it once the clip can be made", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.clips.failAll = true;
    bench.advisor.advice = [makeAdvice()];
    const { suggestionId, clip, clipError } = await bench.proposeOne();
    expect(clip).toBeNull();
    expect(clipError).toContain("could not be turned into speech");
    const on = { callId, suggestionId, by: anna, force: false };
    expect(await refusal(bench.service.approve(on))).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(bench.last().state).toBe("proposed");
    expect(bench.whispers.requests).toHaveLength(0);

    bench.clips.failAll = false;
    expect(await bench.service.approve(on)).toMatchObject({ state: "approved", clipError: null });
    expect(bench.whispers.requests).toHaveLength(1);
  });

  it("never plays a clip that is not what its hash says", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.clips.lying = true;
    bench.advisor.advice = [makeAdvice()];
    const { suggestionId } = await bench.proposeOne();
    const attempt = bench.service.approve({ callId, suggestionId, by: anna, force: true });
    expect(await refusal(attempt)).toMatchObject({ code: "UNAVAILABLE" });
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("gives up on a synthesiser that does not answer", async () => {
    const bench = new CoachingBench();
    bench.arrive();
    bench.clips.delayMs = 60_000;
    bench.advisor.advice = [makeAdvice()];
    await bench.proposeOne();
    await bench.clock.advance(10_000);
    expect(bench.last().clipError).not.toBeNull();
  });
});

describe("rejecting and expiring", () => {
  it("keeps the reason and who gave it", async () => {
    const { bench, on } = await benchWithOne();
    const rejected = await bench.service.reject({ ...on, reason: " Already said. " });
    expect(rejected.steps.at(-1)).toMatchObject({ state: "rejected", actor: anna, detail: "Already said." });
    await bench.clock.advance(60_000);
    expect(bench.last().state).toBe("rejected");
    expect(bench.whispers.requests).toHaveLength(0);
  });

  it("expires when nobody decided in the team's time, not before", async () => {
    const { bench, on } = await benchWithOne();
    await bench.clock.advance(29_999);
    expect(bench.last().state).toBe("proposed");
    await bench.clock.advance(1);
    expect(bench.last().steps.at(-1)).toMatchObject({ state: "expired", actor: { kind: "system" } });
    const late = await refusal(bench.service.approve({ ...on, force: false }));
    expect(late).toMatchObject({ code: "WRONG_STATE", userMessage: "This suggestion has expired." });
  });

  it("lets an approval stand that was given in time although its clip came late", async () => {
    const { bench, on } = await benchWithOne();
    await bench.clock.advance(29_900);
    bench.clips.delayMs = 400;
    const approval = bench.service.approve({ ...on, text: "Other words.", force: false });
    await bench.clock.advance(400);
    expect((await approval).state).toBe("edited");
  });

  it("expires a late approval whose clip could not be made", async () => {
    const { bench, on } = await benchWithOne();
    await bench.clock.advance(29_900);
    bench.clips.delayMs = 400;
    bench.clips.failAll = true;
    const approval = refusal(bench.service.approve({ ...on, text: "Other words.", force: false }));
    await bench.clock.advance(400);
    expect((await approval).code).toBe("UNAVAILABLE");
    expect(bench.last().state).toBe("expired");
  });
});

describe("claims", () => {
  it("keeps everybody else out, by name, until it is given back", async () => {
    const { bench, on } = await benchWithOne();
    expect((await bench.service.claim({ ...on, claimed: true })).claimedBy).toEqual(anna);
    const asBen = { ...on, by: ben };
    for (const attempt of [
      bench.service.claim({ ...asBen, claimed: true }),
      bench.service.claim({ ...asBen, claimed: false }),
      bench.service.approve({ ...asBen, force: true }),
      bench.service.approve({ ...asBen, text: "Other words.", force: true }),
      bench.service.reject(asBen),
    ])
      expect(await refusal(attempt)).toMatchObject({
        code: "CONFLICT",
        userMessage: "Anna is handling this suggestion.",
      });
    expect((await bench.service.claim({ ...on, claimed: false })).claimedBy).toBeNull();
    expect((await bench.service.approve({ ...asBen, force: false })).state).toBe("approved");
  });

  it("lapses after 30 seconds, counted from the last time it was renewed", async () => {
    const bench = new CoachingBench();
    bench.policy = { whisperPolicy: "approve", expiryMs: 120_000, maxPerMinute: 6 };
    bench.arrive();
    bench.advisor.advice = [makeAdvice()];
    const { suggestionId } = await bench.proposeOne();
    const on = { callId, suggestionId, by: anna };
    await bench.service.claim({ ...on, claimed: true });
    await bench.clock.advance(20_000);
    await bench.service.claim({ ...on, claimed: true });
    await bench.clock.advance(29_999);
    expect(bench.last().claimedBy).toEqual(anna);
    await bench.clock.advance(1);
    expect(bench.last().claimedBy).toBeNull();
    expect((await bench.service.claim({ ...on, by: ben, claimed: true })).claimedBy).toEqual(ben);
  });

  it("ends with the decision", async () => {
    const { bench, on } = await benchWithOne();
    await bench.service.claim({ ...on, claimed: true });
    expect((await bench.service.reject(on)).claimedBy).toBeNull();
    const changes = bench.events.length;
    await bench.clock.advance(60_000);
    expect(bench.events).toHaveLength(changes);
    expect(await refusal(bench.service.claim({ ...on, claimed: true }))).toMatchObject({ code: "WRONG_STATE" });
  });
});
