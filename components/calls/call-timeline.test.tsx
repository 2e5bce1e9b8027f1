// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { actorSchema } from "@/lib/contract/call";
import type { Speaking } from "@/lib/contract/speaking";
import { sampleInfo } from "@/lib/history/testing/sample-call";
import { CallTimeline, interventions } from "./call-timeline";

const nora = actorSchema.parse({ kind: "user", userId: "u1", name: "Nora Keller" });
const info = sampleInfo({ id: "c1", teamId: "eu", startedAt: 0 });
const said = (speakingId: string, change: Partial<Speaking>): Speaking => ({
  ...{ speakingId, mode: "whisper", by: nora, startedAt: 5000, endedAt: 20_000, spokenMs: 14_000 },
  ...{ reason: "released", callerClear: true },
  ...change,
});

afterEach(cleanup);

it("lists who spoke among the mode changes, newest first, with doubt about privacy in red", () => {
  const lines = interventions({
    suggestions: [],
    speakings: [
      said("v1", {}),
      said("v2", { startedAt: 30_000, callerClear: null }),
      said("v3", { startedAt: 60_000, mode: "barge", endedAt: null, reason: null, callerClear: null }),
    ],
    modeChanges: [
      {
        ...{ requestId: "r1", requested: "whisper", confirmed: "whisper", previous: "spy", failed: null },
        ...{ byName: "Nora Keller", at: 4000 },
      },
    ],
    info,
  });
  render(<CallTimeline lines={lines} audioStartedAt={0} />);
  const texts = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(texts).toEqual([
    "01:00Nora Keller is speaking to both",
    "00:30Nora Keller whispered to the agent, 0:14, not confirmed that the caller heard none",
    "00:05Nora Keller whispered to the agent, 0:14, private ✓",
    "00:04Whisper confirmed (was Spy)Nora Keller",
  ]);
  expect(lines.map(({ bad }) => bad)).toEqual([false, true, false, false]);
});
