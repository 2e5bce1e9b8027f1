// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RehearsalResult } from "./rehearsal-result";
import { makeMoment, makeRehearsal } from "./testing/make-rehearsal";

const router = vi.hoisted(() => ({ refresh: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));

const paused = new WeakMap<HTMLMediaElement, boolean>();

beforeEach(() => {
  // jsdom has the player's place, but plays nothing.
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(async function (this: HTMLMediaElement) {
    paused.set(this, false);
  });
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(function (this: HTMLMediaElement) {
    paused.set(this, true);
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  router.refresh.mockReset();
});

const nothing = { answer: null, reactionMs: null, value: 0 };
const caught = makeMoment();
const late = makeMoment({
  moment: "late",
  advice: "Offer a refund.",
  outcome: "late",
  cueMs: 30_000,
  decidedMs: 34_000,
});
const missed = makeMoment({
  ...{ moment: "missed", advice: "Ask for the name.", outcome: "missed", cueMs: 50_000, decidedMs: 55_000, ...nothing },
  offered: [{ text: "Ask who it is.", atMs: 51_000, state: "expired" }],
});
const unreached = makeMoment({
  ...{ moment: "unreached", advice: "Say goodbye.", outcome: "unreached", ...nothing, value: null },
  ...{ cueMs: null, decidedMs: null },
});
const needless = { kind: "voice", text: null, atMs: 70_000, endMs: 71_000 } as const;
const scored = makeRehearsal({
  result: { version: 1, score: 42, moments: [caught, late, missed, unreached], needless: [needless] },
});

const audio = () => {
  const found = document.querySelector("audio");
  if (!found) throw new Error("no player");
  return found;
};
const moments = () => within(screen.getByRole("list", { name: "Moments" })).getAllByRole("listitem");
const replay = (name: string) => screen.getByRole("button", { name });
function playUntil(seconds: number) {
  audio().currentTime = seconds;
  fireEvent.timeUpdate(audio());
}

describe("a scored rehearsal", () => {
  it("says what became of each moment, and how fast", () => {
    render(<RehearsalResult rehearsal={scored} teaches={null} />);
    const score = screen.getByRole("region", { name: "Score" }).textContent;
    expect(score).toContain("42 of 100");
    expect(score).toContain("1 of 3 moments caught");
    expect(score).toContain("1 needless");
    const [first, second, third, fourth] = moments().map((moment) => moment.textContent);
    expect(first).toMatch(/Caught.*Say sorry\..*You said “Apologise now.” at 00:12, 2\.5 s after the customer began/);
    expect(second).toContain("Too late");
    expect(third).toMatch(/Missed.*You said nothing in this moment\..*“Ask who it is.” ran out undecided/);
    expect(fourth).toMatch(/Not reached.*It does not count/);
    expect(screen.getByRole("region", { name: "Needless" }).textContent).toContain("01:10 your own voice");
  });

  it("speaks of a supervisor by name to who reviews them", () => {
    const result = scored.result && { ...scored.result, moments: [caught, missed] };
    render(<RehearsalResult rehearsal={{ ...scored, isOwn: false, result }} teaches={null} />);
    const [first, second] = moments().map((moment) => moment.textContent);
    expect(first).toContain("Nora said “Apologise now.”");
    expect(second).toContain("Nora said nothing in this moment.");
    expect(screen.getByRole("region", { name: "Needless" }).textContent).toContain("their own voice");
    expect(document.body.textContent).not.toMatch(/\b[Yy]ou(r)?\b/);
  });

  it("replays each moment that was reached from before its cue, and stops after it was decided", async () => {
    render(<RehearsalResult rehearsal={scored} teaches={null} />);
    expect(audio().getAttribute("src")).toBe("/api/calls/c1/recording");
    expect(audio().preload).toBe("none");
    expect(moments().map((moment) => within(moment).queryAllByRole("button").length)).toEqual([1, 1, 1, 0]);
    await userEvent.click(replay("Replay: Say sorry."));
    expect([audio().currentTime, paused.get(audio())]).toEqual([8, false]);
    playUntil(27.9);
    expect(replay("Stop. Replay: Say sorry.").getAttribute("aria-pressed")).toBe("true");
    playUntil(28);
    expect(paused.get(audio())).toBe(true);
    expect(replay("Replay: Say sorry.").getAttribute("aria-pressed")).toBe("false");
  });

  it("replays one at a time, what was needless too, and stops when asked", async () => {
    render(<RehearsalResult rehearsal={scored} teaches={null} />);
    await userEvent.click(replay("Replay: Offer a refund."));
    await userEvent.click(replay("Replay: your own voice"));
    expect([audio().currentTime, paused.get(audio())]).toEqual([68, false]);
    // The end of the one before is not its end.
    playUntil(70);
    expect(paused.get(audio())).toBe(false);
    expect(replay("Replay: Offer a refund.")).toBeDefined();
    await userEvent.click(replay("Stop. Replay: your own voice"));
    expect(paused.get(audio())).toBe(true);
    await userEvent.click(replay("Replay: Say sorry."));
    fireEvent.ended(audio());
    expect(replay("Replay: Say sorry.")).toBeDefined();
  });

  it("begins at the beginning where the moment is closer to it than what is heard before", async () => {
    const moment = makeMoment({ cueMs: 500 });
    const result = scored.result && { ...scored.result, moments: [moment] };
    render(<RehearsalResult rehearsal={{ ...scored, result }} teaches={null} />);
    await userEvent.click(replay("Replay: Say sorry."));
    expect(audio().currentTime).toBe(0);
  });

  it("says that there is no recording", async () => {
    render(<RehearsalResult rehearsal={scored} teaches={null} />);
    await userEvent.click(replay("Replay: Say sorry."));
    fireEvent.error(audio());
    expect(screen.getByRole("alert").textContent).toContain("could not be played");
    expect(replay("Replay: Say sorry.")).toBeDefined();
  });

  it("has a dash where the talk came to none of its moments", () => {
    const rehearsal = makeRehearsal({ result: { version: 1, score: null, moments: [unreached], needless: [] } });
    render(<RehearsalResult rehearsal={rehearsal} teaches={null} />);
    expect(screen.getByRole("region", { name: "Score" }).textContent).toMatch(/–.*0 of 0 moments caught/);
    expect(screen.queryByRole("region", { name: "Needless" })).toBeNull();
  });
});

describe("a rehearsal", () => {
  const goingOn = makeRehearsal({ endedAt: null, score: null, result: null });

  it("leads to its call while it goes on, does not give the answers away, and looks for its result", () => {
    vi.useFakeTimers();
    const { unmount } = render(<RehearsalResult rehearsal={goingOn} teaches="Say sorry early." />);
    expect(screen.getByRole("status").textContent).toContain("This rehearsal goes on.");
    expect(screen.getByRole("link", { name: "Open the call" }).getAttribute("href")).toBe("/live/c1");
    expect(screen.queryByText("Say sorry early.")).toBeNull();
    expect(screen.queryByRole("link", { name: "Whole call" })).toBeNull();
    act(() => void vi.advanceTimersByTime(5000));
    expect(router.refresh).toHaveBeenCalledTimes(2);
    unmount();
    vi.advanceTimersByTime(5000);
    expect(router.refresh).toHaveBeenCalledTimes(2);
  });

  it("tells somebody else whose it is", () => {
    render(<RehearsalResult rehearsal={{ ...goingOn, isOwn: false }} teaches={null} />);
    expect(screen.getByRole("status").textContent).toContain("Only what they say is scored.");
  });

  it("says what it taught when it is over, scored or not, where that is known", () => {
    render(<RehearsalResult rehearsal={scored} teaches="Say sorry early." />);
    expect(screen.getByRole("region", { name: "What this call teaches" }).textContent).toContain("Say sorry early.");
    cleanup();
    render(<RehearsalResult rehearsal={{ ...scored, score: null, result: null }} teaches={null} />);
    expect(screen.getByRole("status").textContent).toContain("could not be scored");
    expect(screen.getByRole("link", { name: "Whole call" }).getAttribute("href")).toBe("/history/c1");
    expect(screen.queryByRole("region")).toBeNull();
  });
});
