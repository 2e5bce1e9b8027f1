// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import { SPY_NOT_CONFIRMED } from "@/lib/contract/call-fault";
import type { CallView } from "@/lib/contract/call-view";
import type { Suggestion, WhisperProof } from "@/lib/contract/coaching";
import type { NewDomainEvent } from "@/lib/contract/domain-events";
import { suggestionIdSchema } from "@/lib/contract/ids";
import { foldCallView, startCallView } from "@/lib/realtime/call-view";
import { anna, arrived, callId, numbered, START } from "@/lib/realtime/testing/call-events";
import { CallNotices } from "./call-notices";

const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock("@/lib/realtime/client", () => ({ useNow: () => clock.now, useConnection: () => ({ clockOffsetMs: 0 }) }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));

beforeEach(() => {
  clock.now = START + 5000;
});
afterEach(cleanup);

const call = callId("call-1");
const by = anna;
const connected: NewDomainEvent = { type: "call.connected", callId: call, attempt: 1 };
const confirmed = (mode: "spy" | "barge"): NewDomainEvent => {
  return { type: "mode.confirmed", callId: call, requestId: null, mode, previous: null, by };
};
const requested: NewDomainEvent = { type: "mode.requested", callId: call, requestId: "r1", mode: "whisper", by };
const failed: NewDomainEvent = {
  type: "mode.failed",
  callId: call,
  requestId: "r1",
  mode: "whisper",
  by,
  code: "TIMEOUT",
  message: "no answer within 5 s",
};
const faulted = (message: string, code: string): NewDomainEvent => {
  return { type: "call.faulted", callId: call, code, message };
};
const ended: NewDomainEvent = { type: "call.ended", callId: call, reason: "caller-hung-up", by, durationMs: 1000 };

/** The view that the events make of a call, by the fold that the browser uses. */
function viewOf(events: NewDomainEvent[], suggestions: Suggestion[] = []): CallView {
  const [first, ...rest] = numbered([arrived("call-1"), connected, confirmed("spy"), ...events]);
  if (first?.type !== "call.arrived") throw new Error("a call begins with its arrival");
  const view = rest.reduce(foldCallView, startCallView(first));
  return { ...view, suggestions };
}

type End = {
  state: Suggestion["state"];
  at?: number;
  detail?: string;
  proof?: Partial<WhisperProof> | null;
  spoke?: boolean;
} & Partial<Pick<Suggestion, "text" | "suggestionId">>;

/** A whisper that has ended; `spoke`: audio began to flow. */
function whisper({ state, at = START, detail, proof, spoke = true, ...change }: End): Suggestion {
  const step = (to: Suggestion["state"], why: string | null = null) => {
    return { state: to, at, actor: by, text: "Offer the refund.", detail: why };
  };
  const clear = { modeBefore: "spy", modeDuring: "whisper", modeAfter: "spy", callerClear: true, playedMs: 0 } as const;
  return makeSuggestion({
    text: "Offer the refund.",
    state,
    proof: proof === null ? null : { ...clear, ...proof },
    clip: { hash: "a".repeat(64), durationMs: 3000 },
    steps: [step("approved"), ...(spoke ? [step("speaking")] : []), step(state, detail ?? null)],
    ...change,
  });
}

const alerts = () => screen.queryAllByRole("alert").map((alert) => alert.textContent ?? "");
const show = (view: CallView) => render(<CallNotices view={view} />);

describe("a whisper in doubt", () => {
  it("that failed before any audio says its words, why, and that none went out", () => {
    const why = "Whisper mode was not confirmed, nothing was sent: no answer within 5 s";
    const proof = { modeDuring: null, callerClear: null };
    show(viewOf([], [whisper({ state: "failed", detail: why, proof, spoke: false })]));
    expect(alerts()).toEqual([
      `Whisper failed: “Offer the refund.” ${why}. No audio went out. Confirmed afterwards: Spy.`,
    ]);
  });

  it("that failed on the way says how much was played, never that nothing was", () => {
    const proof = { callerClear: null, playedMs: 1440, modeAfter: null };
    show(viewOf([], [whisper({ state: "failed", detail: "The mode changed to barge.", proof })]));
    expect(alerts()).toEqual([
      "Whisper failed: “Offer the refund.” The mode changed to barge. 1.4 s of it were played. It is not confirmed that the caller heard none of it. Which mode the call was in afterwards is not known.",
    ]);
  });

  it.each([
    ["nobody reported", whisper({ state: "failed", proof: null }), "How much of it was played is not known."],
    [
      "audio had begun but the estimate is 0",
      whisper({ state: "failed", proof: { callerClear: null } }),
      "It was stopped as it began",
    ],
    [
      "the caller may have heard it",
      whisper({ state: "spoken", proof: { callerClear: false, playedMs: 900 } }),
      "The caller may have heard it.",
    ],
  ])("says what is known where %s", (_case, suggestion, words) => {
    show(viewOf([], [suggestion]));
    expect(alerts()).toEqual([expect.stringContaining(words)]);
    expect(alerts()[0]).not.toContain("No audio went out");
  });

  it("says without a clip that there was nothing to send", () => {
    const silent = { ...whisper({ state: "failed", proof: null, spoke: false }), clip: null, clipError: "no voice" };
    show(viewOf([], [silent]));
    expect(alerts()).toEqual([expect.stringContaining("There was no audio to send.")]);
  });

  it("is none where the caller's silence is confirmed, or where it was stopped before any audio", () => {
    const spoken = whisper({ state: "spoken", proof: { playedMs: 3000 } });
    const stopped = whisper({ state: "interrupted", proof: { callerClear: null }, spoke: false });
    show(viewOf([], [spoken, stopped, whisper({ state: "rejected", proof: null }), makeSuggestion()]));
    expect(alerts()).toEqual([]);
  });

  it("is told for a minute", () => {
    const view = viewOf([], [whisper({ state: "failed", at: START })]);
    clock.now = START + 59_999;
    const { rerender } = show(view);
    expect(alerts()).toHaveLength(1);
    clock.now = START + 60_000;
    rerender(<CallNotices view={{ ...view }} />);
    expect(alerts()).toEqual([]);
  });

  it("can be dismissed, each for itself, and is told after the call too", async () => {
    const one = whisper({ state: "failed", text: "Words one." });
    const two = whisper({ state: "failed", text: "Words two.", suggestionId: suggestionIdSchema.parse("s2") });
    show(viewOf([ended], [one, two]));
    expect(alerts()).toHaveLength(2);
    await userEvent.click(screen.getByRole("button", { name: "Dismiss: Words one." }));
    expect(alerts()).toEqual([expect.stringContaining("Words two.")]);
  });
});

describe("a mode in doubt", () => {
  it("is red while it is not known, with the reason, however long that lasts", () => {
    clock.now = START + 3_600_000;
    show(viewOf([requested, failed]));
    expect(alerts()).toEqual([
      expect.stringMatching(/not known: no audio goes out.*change to Whisper failed: no answer within 5 s\./),
    ]);
  });

  it("stays red for ten seconds although a mode is confirmed at once", () => {
    const view = viewOf([requested, failed, confirmed("barge")]);
    const { rerender } = show(viewOf([]));
    expect(alerts()).toEqual([]);
    // The change was asked for long before it failed: it counts from when it is seen.
    clock.now = START + 30_000;
    rerender(<CallNotices view={view} />);
    const words = "The change to Whisper failed: no answer within 5 s. Confirmed since: Barge.";
    expect(alerts()).toEqual([words]);
    clock.now += 10_000;
    rerender(<CallNotices view={{ ...view }} />);
    expect(alerts()).toEqual([words]);
    clock.now += 1000;
    rerender(<CallNotices view={{ ...view }} />);
    expect(alerts()).toEqual([]);
  });

  it("is not told again on opening a call whose failure is long past, nor after the call", () => {
    clock.now = START + 60_000;
    show(viewOf([requested, failed, confirmed("spy")]));
    expect(alerts()).toEqual([]);
    cleanup();
    clock.now = START + 1000;
    show(viewOf([requested, failed, confirmed("spy"), ended]));
    expect(alerts()).toEqual([]);
  });
});

describe("a fault", () => {
  const spyFault = "spy could not be confirmed; the call is in barge and nothing is played";
  const ofSpy = faulted(spyFault, SPY_NOT_CONFIRMED);

  it("of spy not being confirmed is red until spy is confirmed", () => {
    const { rerender } = show(viewOf([confirmed("barge"), ofSpy]));
    expect(alerts()).toEqual([expect.stringContaining(spyFault)]);
    rerender(<CallNotices view={viewOf([confirmed("barge"), ofSpy, confirmed("spy")])} />);
    expect(alerts()).toEqual([]);
    expect(screen.getByRole("status").textContent).toContain("Spy has been confirmed since.");
  });

  it("of another kind is no alert, whatever its words", () => {
    show(viewOf([confirmed("barge"), faulted(spyFault, "NOT_PLAYED")]));
    expect(alerts()).toEqual([]);
    expect(screen.getByRole("status").textContent).toBe(spyFault);
    cleanup();
    show(viewOf([faulted("the greeting could not be made", "SYNTHESIS_FAILED")]));
    expect(alerts()).toEqual([]);
    expect(screen.getByRole("status").textContent).toBe("the greeting could not be made");
  });
});
