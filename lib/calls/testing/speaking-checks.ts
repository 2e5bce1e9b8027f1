import { expect } from "vitest";
import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { SpeakingMode } from "@/lib/contract/call";
import type { DomainEventOf } from "@/lib/contract/domain-events";
import type { Floor } from "@/lib/contract/speaking";
import { isSamePerson } from "../floor";
import type { Run } from "./speaking-runner";

/** No sample meant for the agent's ear is in the caller's leg. `tolerance`: samples of barge by which the legs may differ, where one is cut off earlier. */
export function expectNothingLeaked({ heard }: Run, { tolerance = 0 }: { tolerance?: number } = {}): void {
  expect(heard.caller.whisper).toBe(0);
  expect(heard.caller.clip).toBe(0);
  expect(Math.abs(heard.caller.barge - heard.agent.barge)).toBeLessThanOrEqual(tolerance);
}

/**
 * One speaker at a time, who holds the floor; each start with one end, before the call's; each microphone told once that it is
 * closed; and the record says what the agent heard. `toleranceMs`: of the whole run, for a gateway that is cut off in the middle.
 */
export function expectSoundRecord(run: Run, { toleranceMs = 0 }: { toleranceMs?: number } = {}): void {
  const ids = new Set<string>();
  const spokenMs: Record<SpeakingMode, number> = { whisper: 0, barge: 0 };
  let floor: Floor = { holder: null, askedBy: null };
  let open: DomainEventOf<"speaking.started"> | null = null;
  for (const event of run.events) {
    if (event.type === "floor.changed") floor = event;
    if (event.type === "speaking.started") {
      expect(open).toBeNull();
      expect(ids.has(event.speakingId)).toBe(false);
      expect(isSamePerson(floor.holder, event.by)).toBe(true);
      ids.add(event.speakingId);
      open = event;
    }
    if (event.type === "speaking.ended") {
      expect(open).toMatchObject({ speakingId: event.speakingId, mode: event.mode, by: event.by });
      spokenMs[event.mode] += event.spokenMs;
      open = null;
    }
    if (event.type === "call.ended") expect(open).toBeNull();
  }
  expect(open).toBeNull();
  for (const mode of ["whisper", "barge"] as const) {
    const heardMs = (run.heard.agent[mode] * 1000) / SAMPLE_RATE;
    expect(Math.abs(spokenMs[mode] - heardMs)).toBeLessThanOrEqual(toleranceMs);
    expect(heardMs).toBeLessThanOrEqual(run.taken[mode] * FRAME_MS + toleranceMs);
  }
  for (const [speakingId, { closed }] of run.opened) expect([speakingId, closed]).toEqual([speakingId, 1]);
  expect(run.strangeEnds).toBe(0);
}

/** @returns who holds the floor at the end. */
export function floorOf({ events }: Run): Floor {
  return events.findLast((event) => event.type === "floor.changed") ?? { holder: null, askedBy: null };
}
