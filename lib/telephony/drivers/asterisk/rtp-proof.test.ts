import { describe, expect, it } from "vitest";
import type { PlayResult } from "@/lib/telephony/gateway";
import { unheard } from "./rtp-proof";

const PLAYED: PlayResult = { outcome: "played", playedMs: 1_000, code: null, message: null };
const judge = (sent: { caller?: number | null; agent?: number | null }, given: Partial<PlayResult> = {}) =>
  unheard({
    result: { ...PLAYED, ...given },
    hearers: ["agent"],
    before: { caller: null, agent: 100 },
    after: { caller: sent.caller ?? null, agent: sent.agent ?? null },
  });

describe("unheard", () => {
  it("believes a clip whose time was filled with packets, of any common length", () => {
    expect(judge({ agent: 150 })).toBeNull();
    expect(judge({ agent: 117 })).toBeNull();
  });

  it("does not believe one that nothing was sent for, or hardly anything", () => {
    expect(judge({ agent: 100 })).toMatchObject({ outcome: "failed", code: "NOT_HEARD", playedMs: 1_000 });
    expect(judge({ agent: 105 })).toMatchObject({ outcome: "failed" });
    expect(judge({ agent: 100 }, { outcome: "interrupted" })).toMatchObject({ outcome: "failed" });
  });

  it("says nothing where Asterisk tells nothing, the clip was too short to judge, or it failed already", () => {
    expect(judge({ agent: null })).toBeNull();
    expect(judge({ agent: 100 }, { playedMs: 150 })).toBeNull();
    expect(judge({ agent: 100 }, { outcome: "refused" })).toBeNull();
  });
});
