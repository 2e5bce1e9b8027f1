// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CommandResult } from "@/lib/contract/command-result";
import type { ScenarioChoice } from "@/lib/rehearsal/schema";
import { RehearsalList } from "./rehearsal-list";
import { RehearsalNotice } from "./rehearsal-notice";
import { idOf, makeRehearsal } from "./testing/make-rehearsal";

type Started = CommandResult<{ rehearsalId: string }>;
const mocks = vi.hoisted(() => ({ push: vi.fn(), refresh: vi.fn(), start: vi.fn(), failed: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push: mocks.push, refresh: mocks.refresh }) }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
vi.mock("@/lib/rehearsal/actions", () => ({ startRehearsal: mocks.start }));
vi.mock("sonner", () => ({ toast: { error: mocks.failed } }));

const choice = (scenarioId: string, change: Partial<ScenarioChoice> = {}): ScenarioChoice => ({
  ...{ scenarioId, title: `Title of ${scenarioId}`, extension: "1001", agentName: "Maya", moments: 2 },
  ...change,
});
const ready = (data: ScenarioChoice[] | null) => ({ ok: true, data }) as const;
const silent = { ok: false, code: "UNAVAILABLE", message: "The switch does not answer.", retryable: true } as const;

afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

const cards = () => within(screen.getByRole("list", { name: "Scenarios" })).getAllByRole("listitem");
const hints = () => screen.queryAllByText(/No rehearsal yet. Start one above/).length;

describe("what can be rehearsed", () => {
  it("says why there is nothing, and does not ask to start it", () => {
    render(<RehearsalList scenarios={ready(null)} rows={[]} />);
    expect(screen.getByText("Nothing to rehearse here")).toBeDefined();
    expect(hints()).toBe(0);
    cleanup();
    render(<RehearsalList scenarios={ready([])} rows={[]} />);
    expect(screen.getByText("No scenario for your teams")).toBeDefined();
    expect(hints()).toBe(0);
    cleanup();
    render(<RehearsalList scenarios={ready([choice("a")])} rows={[]} />);
    expect(hints()).toBe(1);
  });

  it("keeps the history of rehearsals where the switch does not answer, and tries again", async () => {
    render(<RehearsalList scenarios={silent} rows={[makeRehearsal()]} />);
    expect(screen.getByRole("alert").textContent).toBe("The switch does not answer.");
    expect(screen.getByRole("link", { name: "Late parcel" }).getAttribute("href")).toBe(`/rehearsal/${idOf(1)}`);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(mocks.refresh).toHaveBeenCalledOnce();
  });

  it("has each scenario with who is called and the best of one's own", () => {
    const own = { scenarioId: "a", isOwn: true };
    const rows = [
      makeRehearsal({ ...own, rehearsalId: idOf(1), score: 40 }),
      makeRehearsal({ ...own, rehearsalId: idOf(2), score: 85 }),
      makeRehearsal({ ...own, rehearsalId: idOf(3), score: null, endedAt: null }),
      makeRehearsal({ ...own, rehearsalId: idOf(4), score: null }),
      makeRehearsal({ scenarioId: "a", rehearsalId: idOf(5), isOwn: false, userName: "Olga", score: 99 }),
    ];
    render(<RehearsalList scenarios={ready([choice("a"), choice("b", { moments: 1 })])} rows={rows} />);
    const [first, second] = cards().map((card) => card.textContent);
    expect(first).toContain("2 moments to catch · Maya is called");
    expect(first).toContain("best 85 of 100");
    expect(second).toContain("1 moment to catch");
    expect(second).toContain("not tried yet");
    const scores = within(screen.getByRole("table"))
      .getAllByRole("row")
      .map((row) => row.lastChild?.textContent);
    expect(scores).toEqual(["Score", "40", "85", "going on", "not scored", "99"]);
    expect(screen.getByRole("cell", { name: "Olga" })).toBeDefined();
  });

  it("waits for the agent once, then goes to where the result will be", async () => {
    let answer: (result: Started) => void = () => {};
    mocks.start.mockReturnValue(new Promise<Started>((done) => (answer = done)));
    render(<RehearsalList scenarios={ready([choice("a"), choice("b")])} rows={[]} />);
    await userEvent.click(screen.getByRole("button", { name: "Start : Title of b" }));
    expect(mocks.start).toHaveBeenCalledExactlyOnceWith({ scenarioId: "b" });
    const buttons = cards().map((card) => within(card).getByRole<HTMLButtonElement>("button"));
    expect(buttons.map(({ disabled }) => disabled)).toEqual([true, true]);
    expect(buttons.map(({ textContent }) => textContent?.startsWith("Waiting for the agent"))).toEqual([false, true]);
    answer({ ok: true, data: { rehearsalId: "r9" } });
    await waitFor(() => expect(mocks.push).toHaveBeenCalledExactlyOnceWith("/rehearsal/r9"));
  });

  it("says in the server's words why a call does not come about, and lets start again", async () => {
    mocks.start.mockResolvedValue({ ok: false, code: "CONFLICT", message: "The agent is busy.", retryable: true });
    render(<RehearsalList scenarios={ready([choice("a")])} rows={[]} />);
    await userEvent.click(screen.getByRole("button", { name: /^Start/ }));
    await waitFor(() => expect(mocks.failed).toHaveBeenCalledExactlyOnceWith("The agent is busy."));
    expect(mocks.push).not.toHaveBeenCalled();
    await waitFor(() => expect(screen.getByRole("button", { name: /^Start/ })).toHaveProperty("disabled", false));
  });
});

describe("the notice above a rehearsed call", () => {
  it("leads to its result", () => {
    render(<RehearsalNotice rehearsalId="r1" />);
    expect(screen.getByText(/This is a rehearsal/)).toBeDefined();
    expect(screen.getByRole("link", { name: /^Result/ }).getAttribute("href")).toBe("/rehearsal/r1");
  });
});
