import { describe, expect, it } from "vitest";
import { callIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import type { AuditRow } from "./record-batch";
import { RewindLog, type RewindPiece } from "./rewind-log";

const ada = { kind: "user", userId: userIdSchema.parse("u1"), name: "Ada" } as const;
const ben = { kind: "user", userId: userIdSchema.parse("u2"), name: "Ben" } as const;
const first = { sinceMs: null, fromMs: 10_000, toMs: 40_000 };

function makeLog() {
  const clock = new FakeClock();
  const rows: AuditRow[] = [];
  const log = new RewindLog({ clock, audit: (row) => rows.push(row) });
  const hear = (change: Partial<RewindPiece>) =>
    log.heard({
      ...{ by: ada, callId: callIdSchema.parse("c1"), teamId: teamIdSchema.parse("eu") },
      ...{ ...first, ...change },
    });
  /** The newest of each row, in the order in which they began. */
  const told = () =>
    [...new Map(rows.map((row) => [row.subject, row])).values()].map(({ by, at, detail }) => [by, at, detail]);
  return { clock, rows, hear, told };
}

describe("a rewind, in the audit", () => {
  it("is one line from its first piece on, which grows with each that follows", async () => {
    const { clock, rows, hear, told } = makeLog();
    const at = clock.now();
    hear({});
    expect(rows).toEqual([
      {
        ...{ action: "calls.replay-live", by: ada, at, callId: "c1", teamId: "eu", grows: true },
        ...{ subject: expect.any(String), detail: { fromMs: 10_000, toMs: 40_000 } },
      },
    ]);
    await clock.advance(28_000);
    hear({ sinceMs: 40_000, fromMs: 40_000, toMs: 58_020 });
    await clock.advance(15_000);
    hear({ sinceMs: 57_950, fromMs: 57_950, toMs: 70_000 });
    expect(told()).toEqual([[ada, at, { fromMs: 10_000, toMs: 70_000 }]]);
  });

  it("stays one where a piece did not arrive and is asked for again", () => {
    const { hear, told } = makeLog();
    hear({});
    for (const toMs of [50_000, 53_000]) hear({ sinceMs: 40_000, fromMs: 40_000, toMs });
    expect(told()).toMatchObject([[ada, expect.any(Number), { fromMs: 10_000, toMs: 53_000 }]]);
  });

  it("is another one for another press, person or call, and after a long pause", async () => {
    const { clock, hear, told } = makeLog();
    hear({});
    hear({});
    hear({ by: ben });
    hear({ sinceMs: 25_000, fromMs: 25_000 });
    hear({ callId: callIdSchema.parse("c2"), sinceMs: 40_000, fromMs: 40_000, toMs: 50_000 });
    expect(told()).toHaveLength(5);
    await clock.advance(11 * 60_000);
    hear({ sinceMs: 40_000, fromMs: 600_000, toMs: 700_000 });
    expect(told()).toHaveLength(6);
  });

  it("does not mix two windows of one person", () => {
    const { hear, told } = makeLog();
    hear({});
    hear({ fromMs: 90_000, toMs: 120_000 });
    hear({ sinceMs: 40_000, fromMs: 40_000, toMs: 60_000 });
    hear({ sinceMs: 120_000, fromMs: 120_000, toMs: 130_000 });
    expect(told().map(([, , detail]) => detail)).toEqual([
      { fromMs: 10_000, toMs: 60_000 },
      { fromMs: 90_000, toMs: 130_000 },
    ]);
  });
});
