// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type OnUrlUpdateFunction, withNuqsTestingAdapter } from "nuqs/adapters/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeHeadset, FakeHeadsetProvider } from "@/components/headset/testing/fake-headset";
import { makeBoardRow, START } from "@/components/testing/make-board-row";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import type { BoardRow } from "@/lib/contract/board";
import { userIdSchema } from "@/lib/contract/ids";
import { LiveBoard } from "./live-board";

const live = vi.hoisted(() => ({
  board: { state: "ready", rows: [] as unknown[], error: null },
  command: vi.fn(async () => ({ ok: true, data: {} })),
  connection: { state: "live", latencyMs: 5, dataAt: null, gateways: [], transcription: "full", demonstration: false },
}));

vi.mock("@/lib/realtime/client", () => ({
  useBoard: () => live.board,
  useCommand: () => live.command,
  useConnection: () => live.connection,
  useNow: () => START + 10_000,
}));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
// jsdom has no layout, so nothing would be in view.
vi.mock("./use-main-virtualizer", () => ({
  useMainVirtualizer: ({ count, keyOf }: { count: number; keyOf: (index: number) => string }) => ({
    margin: 0,
    virtualizer: {
      getTotalSize: () => 0,
      measureElement: () => undefined,
      getVirtualItems: () => Array.from({ length: count }, (_, index) => ({ index, key: keyOf(index), start: 0 })),
    },
  }),
}));

function show(rows: BoardRow[], { searchParams = "", hasTeams = true } = {}) {
  live.board = { state: "ready", rows, error: null };
  const onUrlUpdate = vi.fn<OnUrlUpdateFunction>();
  const headset = new FakeHeadset();
  render(
    <FakeHeadsetProvider headset={headset}>
      <LiveBoard userId="me" hasTeams={hasTeams} />
    </FakeHeadsetProvider>,
    { wrapper: withNuqsTestingAdapter({ searchParams, onUrlUpdate, hasMemory: true }) },
  );
  return { headset, url: () => onUrlUpdate.mock.lastCall?.[0].queryString };
}

const agents = () => [...document.querySelectorAll("[data-call-link]")].map((link) => link.textContent);

const rows = [
  makeBoardRow({ callId: "c1", agent: "Ann", team: "t1", mood: 0.5 }),
  makeBoardRow({ callId: "c2", agent: "Bea", team: "t2", mood: -0.8, trend: "falling", mode: "whisper", danger: true }),
  makeBoardRow({ callId: "c3", agent: "Cem", team: "t2", mood: -0.6, mode: "whisper", caller: "+33 612 99" }),
];

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
  localStorage.clear();
  live.command.mockClear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("live board", () => {
  it("shows what the URL says, the call that needs attention first", () => {
    show(rows, { searchParams: "?team=t2&mode=whisper" });
    expect(agents()).toEqual(["Bea", "Cem"]);
    cleanup();
    show(rows, { searchParams: "?q=61299" });
    expect(agents()).toEqual(["Cem"]);
    cleanup();
    show(rows);
    expect(agents()).toEqual(["Bea", "Cem", "Ann"]);
  });

  it("writes filters, search, sorting and view into the URL", async () => {
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    const { url } = show(rows);
    await user.click(screen.getByRole("button", { name: "Team" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Team t2" }));
    expect(url()).toBe("?team=t2");
    await user.keyboard("{Escape}");
    await user.type(screen.getByRole("searchbox"), "bea");
    expect(url()).toContain("q=bea");
    await user.click(screen.getByRole("button", { name: "Agent ⇄ other party" }));
    expect(url()).toContain("sort=agent&order=asc");
    await user.click(screen.getByRole("radio", { name: "Cards" }));
    expect(url()).toContain("view=cards");
    expect(agents()).toEqual(["Bea"]);
  });

  it("says how many calls a filter hides and clears it", async () => {
    const { url } = show(rows, { searchParams: "?agent=nobody" });
    expect(screen.getByText(/3 live calls are hidden/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Clear search and filters" }));
    expect(url()).toBe("");
    expect(agents()).toHaveLength(3);
  });

  it("teaches where nothing is: no team, no call", () => {
    show([], { hasTeams: false });
    expect(screen.getByText("You have no team yet")).toBeTruthy();
    cleanup();
    show([]);
    expect(screen.getByText("No live calls")).toBeTruthy();
  });

  it("moves with J and K and answers the focused call's suggestion with A", async () => {
    const suggestion = makeSuggestion({ callId: rows[2]?.info.callId });
    const asking = makeBoardRow({ callId: "c3", agent: "Cem", openSuggestions: [suggestion] });
    show(
      [rows[0], asking].filter((row) => row !== undefined),
      { searchParams: "?sort=agent&order=asc" },
    );
    fireEvent.keyDown(document.body, { key: "a" });
    expect(live.command).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: "j" });
    expect(document.activeElement?.textContent).toBe("Ann");
    fireEvent.keyDown(document.body, { key: "j" });
    expect(document.activeElement?.textContent).toBe("Cem");
    fireEvent.keyDown(document.body, { key: "a" });
    expect(live.command).toHaveBeenCalledWith("suggestion:approve", { version: 1, callId: "c3", suggestionId: "s1" });
    await screen.findByText("Cem");
  });

  it("listens to the focused call with L or its button without leaving, and stops with L again", async () => {
    const { headset } = show(rows, { searchParams: "?sort=agent&order=asc" });
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.listen).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: "j" });
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.listen).toHaveBeenLastCalledWith("c1");
    await userEvent.click(screen.getByRole("button", { name: "Listen to Bea" }));
    expect(headset.listen).toHaveBeenLastCalledWith("c2");
    act(() => headset.set({ listening: { state: "live", callId: "c2" } }));
    expect(screen.getByRole("button", { name: "Stop listening to Bea" }).getAttribute("aria-pressed")).toBe("true");
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.stopListening).toHaveBeenCalledOnce();
  });

  it("tells who hears a call, who speaks into it, and that its agent asks for help", () => {
    const person = (userId: string, name: string, listening: boolean) =>
      ({ userId: userIdSchema.parse(userId), name, since: START, listening }) as const;
    show([
      makeBoardRow({
        viewers: [person("nora", "Nora", false), person("nora", "Nora", true), person("dana", "Dana", false)],
        speaker: { name: "Nora", mode: "whisper" },
        helpAskedAt: START,
      }),
    ]);
    expect(screen.getByTitle("Heard by Nora")).toBeTruthy();
    expect(screen.getByTitle("Watched by Dana")).toBeTruthy();
    expect(screen.getByTitle("Nora whispers: only the agent hears it")).toBeTruthy();
    expect(screen.getByText(/Help asked/).textContent).toContain("10 s");
  });

  it("offers no sound of a call that is over or that Earshot has left", () => {
    show([
      makeBoardRow({ callId: "c1", agent: "Ann", state: "DISCONNECTED", endedAt: START }),
      makeBoardRow({ callId: "c2", agent: "Bea", monitoring: "left" }),
    ]);
    expect(screen.queryByRole("button", { name: /^Listen to/ })).toBeNull();
  });

  it("saves a view under a name and goes back to it", async () => {
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    const { url } = show(rows, { searchParams: "?mood=negative" });
    await user.click(screen.getByRole("button", { name: "Saved views" }));
    await user.type(screen.getByRole("textbox", { name: "Save this view as" }), "Unhappy{Enter}");
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Clear" }));
    expect(url()).toBe("");
    await user.click(screen.getByRole("button", { name: "Saved views" }));
    await user.click(screen.getByRole("button", { name: "Unhappy" }));
    expect(url()).toBe("?mood=negative");
    expect(agents()).toEqual(["Bea", "Cem"]);
  });
});
