import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MomentOutcome } from "@/lib/contract/switch-control";
import type { Intervention } from "./schema";
import { scoreRehearsal } from "./score";

const moment = (name: string, more: Partial<MomentOutcome> = {}): MomentOutcome => ({
  moment: name,
  advice: `Say ${name}.`,
  isCoached: true,
  cueMs: 10_000,
  decidedMs: 20_000,
  coachedMs: 15_000,
  ...more,
});
const said = (atMs: number): Intervention => ({ kind: "whisper", text: "Sorry.", atMs, endMs: atMs + 1500 });
const none = { unreached: [], interventions: [], offered: [] };

describe("scoreRehearsal", () => {
  it("gives an answer at once everything, and the slowest that counts 60 %", () => {
    const at = (atMs: number) => scoreRehearsal({ ...none, moments: [moment("sorry")], interventions: [said(atMs)] });
    expect(at(10_000)).toMatchObject({ score: 100, moments: [{ outcome: "caught", reactionMs: 0, value: 1 }] });
    expect(at(15_000)).toMatchObject({ score: 80, moments: [{ outcome: "caught", reactionMs: 5000 }] });
    expect(at(19_999).score).toBe(60);
  });

  it("tells missed from late, and counts neither", () => {
    const uncoached = moment("sorry", { isCoached: false, coachedMs: null });
    expect(scoreRehearsal({ ...none, moments: [uncoached] })).toMatchObject({
      score: 0,
      moments: [{ outcome: "missed", answer: null, reactionMs: null }],
    });
    expect(scoreRehearsal({ ...none, moments: [uncoached], interventions: [said(19_900)] })).toMatchObject({
      score: 0,
      moments: [{ outcome: "late", reactionMs: 9900 }],
      needless: [],
    });
  });

  it("does not give one supervisor what another has caught", () => {
    expect(scoreRehearsal({ ...none, moments: [moment("sorry")] })).toMatchObject({
      score: 0,
      moments: [{ outcome: "missed" }],
    });
  });

  it("takes five points for what answers no moment, or one that was answered", () => {
    const interventions = [said(2000), said(11_000), said(13_000), said(25_000)];
    const result = scoreRehearsal({ ...none, moments: [moment("sorry")], interventions });
    expect(result.needless.map(({ atMs }) => atMs)).toEqual([2000, 13_000, 25_000]);
    expect(result.score).toBe(96 - 15);
  });

  it("leaves out what the talk never came to", () => {
    const unreached = [{ moment: "recap", advice: "Sum it up." }];
    expect(scoreRehearsal({ ...none, moments: [], unreached })).toMatchObject({
      score: null,
      moments: [{ moment: "recap", outcome: "unreached", value: null }],
    });
    const one = scoreRehearsal({ ...none, moments: [moment("sorry")], unreached, interventions: [said(10_000)] });
    expect(one.score).toBe(100);
  });

  it("shows what the playbook offered in the moment, and what became of it", () => {
    const offered = [
      { text: "Too early.", atMs: 3000, state: "rejected" as const },
      { text: "Say sorry.", atMs: 12_000, state: "expired" as const },
    ];
    const result = scoreRehearsal({ ...none, moments: [moment("sorry", { isCoached: false })], offered });
    expect(result.moments[0]?.offered).toEqual([offered[1]]);
  });

  it("is a whole number from 0 to 100, and more needless words never make it better", () => {
    const times = fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(times, times, (own, extra) => {
        const moments = [moment("a"), moment("b", { cueMs: 30_000, decidedMs: 45_000 })];
        const run = (list: number[]) =>
          scoreRehearsal({ ...none, moments, interventions: list.sort((one, other) => one - other).map(said) });
        const [first, more] = [run([...own]), run([...own, ...extra.map((at) => 50_000 + at)])];
        expect(Number.isInteger(first.score)).toBe(true);
        expect(first.score).toBeGreaterThanOrEqual(0);
        expect(first.score).toBeLessThanOrEqual(100);
        expect(more.score ?? 0).toBeLessThanOrEqual(first.score ?? 0);
      }),
    );
  });
});
