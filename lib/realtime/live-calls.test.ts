import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { ENDED_CALL_KEPT_MS, LiveCalls } from "./live-calls";
import { anna, arrived, callId, line, numbered } from "./testing/call-events";

const id = callId("c1");
const end = { type: "call.ended", callId: id, reason: "caller-hung-up", by: anna, durationMs: 1 } as const;

describe("LiveCalls", () => {
  it("keeps an ended call for late finals, then lets it go and takes nothing of it any more", async () => {
    const clock = new FakeClock();
    const removed: string[] = [];
    const calls = new LiveCalls({ clock, onRemoved: (gone) => removed.push(gone) });
    const late = { type: "utterance.final", callId: id, utterance: line("u1") } as const;
    for (const event of numbered([arrived("c1"), end])) calls.apply(event);
    await clock.advance(ENDED_CALL_KEPT_MS - 1);
    for (const event of numbered([late], 3)) calls.apply(event);
    expect(calls.get(id)?.utterances).toHaveLength(1);
    await clock.advance(1);
    expect([calls.get(id), removed]).toEqual([undefined, ["c1"]]);
    for (const event of numbered([late], 4)) calls.apply(event);
    expect(calls.get(id)).toBeUndefined();
  });

  it("keeps a call that is found again after it seemed to have ended", async () => {
    const clock = new FakeClock();
    const calls = new LiveCalls({ clock });
    for (const event of numbered([arrived("c1"), end, arrived("c1")])) calls.apply(event);
    await clock.advance(10 * ENDED_CALL_KEPT_MS);
    expect(calls.get(id)).toMatchObject({ state: "PENDING", sequence: 3 });
  });
});
