import { describe, expect, it } from "vitest";
import { actorSchema } from "@/lib/contract/call";
import type { Speaking } from "@/lib/contract/speaking";
import { sampleInfo } from "@/lib/history/testing/sample-call";
import { speakingWords } from "./speaking-words";

const info = sampleInfo({ id: "c1", teamId: "eu", startedAt: 0 });
const whispered: Speaking = {
  ...{ speakingId: "v1", mode: "whisper", by: actorSchema.parse({ kind: "user", userId: "u1", name: "Nora Keller" }) },
  ...{ startedAt: 1000, endedAt: 16_000, spokenMs: 14_200, reason: "released", callerClear: true },
};
const words = (change: Partial<Speaking>, direction = info.direction) =>
  speakingWords({ ...whispered, ...change }, { info: { ...info, direction } });

describe("a person's voice in words", () => {
  it("tells who spoke to whom, how long, and that it stayed private", () => {
    expect(words({})).toEqual({
      text: "Nora Keller whispered to the agent, 0:14, private ✓",
      isOpen: false,
      bad: false,
    });
    expect(words({ mode: "barge", callerClear: null })).toMatchObject({
      text: "Nora Keller spoke to both, 0:14",
      bad: false,
    });
  });

  it("vouches for no privacy that was not confirmed", () => {
    expect(words({ callerClear: null })).toMatchObject({
      text: "Nora Keller whispered to the agent, 0:14, not confirmed that the caller heard none",
      bad: true,
    });
    expect(words({ callerClear: false }, "outbound")).toMatchObject({
      text: "Nora Keller whispered to the agent, 0:14, the customer may have heard it",
      bad: true,
    });
  });

  it("tells an open microphone, and why one was closed that nobody closed", () => {
    const open = { endedAt: null, reason: null, spokenMs: 0, callerClear: null };
    expect(words(open)).toEqual({ text: "Nora Keller is whispering to the agent", isOpen: true, bad: false });
    expect(words({ ...open, mode: "barge" }).text).toBe("Nora Keller is speaking to both");
    expect(words({ reason: "disconnected" }).text).toBe(
      "Nora Keller whispered to the agent, 0:14, private ✓, closed because their connection was lost",
    );
    expect(words({ reason: "handed-over" }).text).toContain("then handed over");
  });

  it("tells of a crash that it was at least so long, as far as the record had come", () => {
    const crashed = { reason: "earshot-stopped", callerClear: null } as const;
    expect(words({ ...crashed, spokenMs: 12_900 })).toEqual({
      text: "Nora Keller whispered to the agent, at least 0:12, not confirmed that the caller heard none, until Earshot was stopped",
      ...{ isOpen: false, bad: true },
    });
    // When it was cut off is not known, so how long the record had it open bounds nothing.
    for (const spokenMs of [0, 900])
      expect(words({ ...crashed, spokenMs }).text).toBe(
        "Nora Keller whispered to the agent, not known how long, not confirmed that the caller heard none, until Earshot was stopped",
      );
    expect(words({ ...crashed, mode: "barge", spokenMs: 0, endedAt: whispered.startedAt }).text).toBe(
      "Nora Keller spoke to both, not known how long, until Earshot was stopped",
    );
  });

  it("tells of an orderly stop how long it was", () => {
    expect(words({ reason: "earshot-stopped" }).text).toBe(
      "Nora Keller whispered to the agent, 0:14, private ✓, until Earshot was stopped",
    );
  });

  it("does not tell an uncounted stretch as none", () => {
    expect(words({ reason: "gateway", spokenMs: 0, callerClear: null }).text).toContain("at most 0:15");
  });
});
