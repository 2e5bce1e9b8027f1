// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import { actorSchema } from "@/lib/contract/call";
import { utteranceIdSchema } from "@/lib/contract/ids";
import type { Speaking } from "@/lib/contract/speaking";
import { CallReview } from "./call-review";
import { rememberHistory } from "./history-return";
import { AUDIO_STARTED, makeStoredCall } from "./testing/make-history";

vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
// Charts measure themselves; jsdom has no layout.
vi.mock("@/components/analysis/mood-panel", () => ({ MoodPanel: () => null }));

const paused = new WeakMap<HTMLMediaElement, boolean>();

beforeEach(() => {
  // jsdom has the player's place, but plays nothing.
  vi.spyOn(HTMLMediaElement.prototype, "paused", "get").mockImplementation(function (this: HTMLMediaElement) {
    return paused.get(this) ?? true;
  });
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(async function (this: HTMLMediaElement) {
    paused.set(this, false);
    fireEvent.play(this);
  });
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(function (this: HTMLMediaElement) {
    paused.set(this, true);
    fireEvent.pause(this);
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  sessionStorage.clear();
});

const player = () => screen.getByLabelText<HTMLAudioElement>("Recording: caller left, agent right");
const spokenLine = () => document.querySelector("[aria-current=true]")?.textContent ?? null;

describe("the recording in step with the transcript", () => {
  it("is asked for only when it is played: asking is written down as listening", () => {
    render(<CallReview call={makeStoredCall()} />);
    expect(player().preload).toBe("none");
    expect(player().getAttribute("src")).toBe("/api/calls/call-1/recording");
  });

  it("plays from a line, by click and by keyboard", async () => {
    render(<CallReview call={makeStoredCall()} />);
    await userEvent.click(screen.getByText("Let me look at it."));
    expect(player().currentTime).toBe(5);
    expect(player().paused).toBe(false);
    screen.getByRole("button", { name: "Play from 00:09" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(player().currentTime).toBe(9);
  });

  it("marks the line being spoken, and none in a pause", () => {
    render(<CallReview call={makeStoredCall()} />);
    player().currentTime = 9.5;
    fireEvent.timeUpdate(player());
    expect(spokenLine()).toContain("Where is the refund?");
    player().currentTime = 4.5;
    fireEvent.timeUpdate(player());
    expect(spokenLine()).toBeNull();
  });

  it("plays, pauses and skips by keyboard, inside the recording, and not while one types", async () => {
    render(<CallReview call={makeStoredCall()} />);
    await userEvent.keyboard(" ");
    expect(player().paused).toBe(false);
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    expect(player().currentTime).toBe(10);
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}");
    expect(player().currentTime).toBe(0);
    await userEvent.keyboard(" ");
    expect(player().paused).toBe(true);
    await userEvent.keyboard("/refund me ");
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("refund me ");
    expect(player().paused).toBe(true);
  });

  it("lets space press the button it is on", async () => {
    render(<CallReview call={makeStoredCall()} />);
    screen.getByRole("button", { name: "On 5 seconds" }).focus();
    await userEvent.keyboard(" ");
    expect(player().currentTime).toBe(5);
    expect(player().paused).toBe(true);
  });

  it("keeps the speed through loading", async () => {
    render(<CallReview call={makeStoredCall()} />);
    await userEvent.click(screen.getByRole("radio", { name: "1.5×" }));
    expect([player().playbackRate, player().defaultPlaybackRate]).toEqual([1.5, 1.5]);
  });

  it("says so where there is no recording, and lines do not play", () => {
    render(<CallReview call={makeStoredCall({}, { recording: null })} />);
    expect(within(screen.getByRole("region", { name: "Recording" })).getByText(/has no recording/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Play from/ })).toBeNull();
  });

  it("says so where the file cannot be had", () => {
    render(<CallReview call={makeStoredCall()} />);
    fireEvent.error(player());
    expect(screen.getByRole("alert").textContent).toContain("could not be played");
  });
});

describe("a suggestion in review", () => {
  const suggestion = makeSuggestion({
    state: "rejected",
    proposedAt: AUDIO_STARTED + 10_000,
    evidence: [{ utteranceId: utteranceIdSchema.parse("u3"), quote: "Where is the refund?", atMs: 9000 }],
    clip: { hash: "ab12".repeat(16), durationMs: 2100 },
    steps: [
      { state: "proposed", at: AUDIO_STARTED + 10_000, actor: { kind: "system" }, text: "Ask.", detail: null },
      { state: "rejected", at: AUDIO_STARTED + 14_000, actor: { kind: "system" }, text: "Ask.", detail: "too late" },
    ],
  });

  it("shows its steps with their place in the call, and its clip", () => {
    render(<CallReview call={makeStoredCall({ suggestions: [suggestion] })} />);
    const section = within(screen.getByRole("region", { name: "Suggestions" }));
    const steps = within(section.getByRole("list", { name: "Steps" })).getAllByRole("listitem");
    expect(steps.map((step) => step.textContent)).toEqual([
      expect.stringMatching(/^00:10Proposed by Earshot/),
      expect.stringMatching(/^00:14Rejected by Earshot: too late/),
    ]);
    expect(section.getByText("ab12ab12ab12")).toBeTruthy();
    expect(section.getByRole("button", { name: /Hear it/ })).toBeTruthy();
  });

  it("goes to its place and to its evidence without playing", async () => {
    render(<CallReview call={makeStoredCall({ suggestions: [suggestion] })} />);
    await userEvent.click(screen.getByRole("button", { name: "Go to where it was proposed, 00:10" }));
    expect(player().currentTime).toBe(10);
    const evidence = within(screen.getByRole("list", { name: "Evidence" }));
    await userEvent.click(evidence.getByRole("button"));
    expect(player().currentTime).toBe(9);
    expect(spokenLine()).toContain("Where is the refund?");
    expect(player().paused).toBe(true);
  });
});

describe("people in a reviewed call", () => {
  it("lists who spoke into it, with its place, and what the agent answered to a whisper", () => {
    const nora = actorSchema.parse({ kind: "user", userId: "u1", name: "Nora Keller" });
    const mia = actorSchema.parse({ kind: "user", userId: "u2", name: "Mia Chen" });
    const speaking: Speaking = {
      ...{ speakingId: "v1", mode: "whisper", by: nora, startedAt: AUDIO_STARTED + 5000 },
      ...{ endedAt: AUDIO_STARTED + 20_000, spokenMs: 14_500, reason: "released", callerClear: true },
    };
    const suggestions = [makeSuggestion({ state: "spoken", agentResponse: "repeat", agentResponseBy: mia })];
    render(<CallReview call={makeStoredCall({ speakings: [speaking], suggestions })} />);
    const interventions = within(screen.getByRole("region", { name: "Interventions" }));
    expect(interventions.getByRole("listitem").textContent).toBe(
      "00:05Nora Keller whispered to the agent, 0:14, private ✓",
    );
    const section = within(screen.getByRole("region", { name: "Suggestions" }));
    expect(section.getByText("Agent asked to hear it again (Mia Chen)")).toBeTruthy();
  });
});

describe("the frame of a review", () => {
  it("leads back to the list as it was left, and to nowhere else", () => {
    rememberHistory("/history?q=refund&mood=negative");
    render(<CallReview call={makeStoredCall()} />);
    const back = () => screen.getByRole("link", { name: "Back to the history" }).getAttribute("href");
    expect(back()).toBe("/history?q=refund&mood=negative");
    cleanup();
    rememberHistory("https://elsewhere.test/history");
    render(<CallReview call={makeStoredCall()} />);
    expect(back()).toBe("/history");
  });

  it("leads to the live page while the call goes on, and plays nothing yet", () => {
    render(<CallReview call={makeStoredCall({ state: "CONNECTED", endedAt: null, endReason: null })} />);
    expect(screen.getByRole("link", { name: "Open the live call" }).getAttribute("href")).toBe("/live/call-1");
    expect(screen.getByText(/can be played when the call has ended/)).toBeTruthy();
  });
});
