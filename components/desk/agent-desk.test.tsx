// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeskView } from "@/lib/contract/desk";
import { suggestionIdSchema } from "@/lib/contract/ids";
import { START } from "@/lib/realtime/testing/call-events";
import { deskOf } from "@/lib/realtime/testing/desk";
import type { LiveDesk } from "@/lib/realtime/types";
import { AgentDesk } from "./agent-desk";

const live = vi.hoisted(() => ({
  desk: {} as unknown,
  command: vi.fn(),
  connection: { state: "live", dataAt: 0, clockOffsetMs: 0 },
  now: 0,
}));
vi.mock("@/lib/realtime/client", () => ({
  useDesk: () => live.desk,
  useCommand: () => live.command,
  useConnection: () => live.connection,
  useNow: () => live.now,
}));

const whisper = (id: string, change: Partial<DeskView["whispers"][number]> = {}): DeskView["whispers"][number] => ({
  ...{ suggestionId: suggestionIdSchema.parse(id), text: `Words of ${id}`, state: "spoken", at: START, response: null },
  ...change,
});

function show(call: DeskView | null, change: Partial<LiveDesk> = {}) {
  live.desk = { state: "ready", call, error: null, ...change };
  return render(<AgentDesk />);
}

beforeEach(() => {
  live.now = START + 72_000;
  live.connection = { state: "live", dataAt: live.now, clockOffsetMs: 0 };
  live.command.mockResolvedValue({ ok: true, data: {} });
});
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

const on = { version: 1, callId: "c1" };
const statuses = () => screen.getAllByRole("status").map((status) => status.textContent);

describe("an agent's desk", () => {
  it("teaches while there is no call, and says why it could not be loaded", () => {
    show(null);
    expect(screen.getByText("No call at the moment")).toBeDefined();
    cleanup();
    const error = { ok: false, code: "UNAVAILABLE", message: "Not now.", retryable: true } as const;
    show(null, { state: "error", error });
    expect(screen.getByText("Not now.")).toBeDefined();
    cleanup();
    show(null, { state: "loading" });
    expect(screen.queryByText("No call at the moment")).toBeNull();
  });

  it("says who is on the line and since when", () => {
    show(deskOf("c1", { callerName: "Jo Bloggs" }));
    const call = within(screen.getByRole("region", { name: "Your call" }));
    expect(call.getByText("Jo Bloggs").textContent).toContain("+44700900812");
    expect(call.getByText("1:12")).toBeDefined();
  });

  it.each([
    [null, "Your team does not show who listens."],
    [[], "No supervisor listens now."],
    [["Anna"], "Anna listens now."],
    [["Anna", "Berta"], "Anna and Berta listen now."],
  ])("says who listens: %j", (listeners, words) => {
    show(deskOf("c1", { listeners }));
    expect(statuses()).toContain(words);
  });

  it("says who speaks, and who hears it", () => {
    const { rerender } = show(deskOf("c1", { speaker: { name: "Anna", mode: "whisper" } }));
    expect(statuses()).toContain("Anna speaks now: only you hear it.");
    live.desk = { state: "ready", error: null, call: deskOf("c1", { speaker: { name: "Anna", mode: "barge" } }) };
    rerender(<AgentDesk />);
    expect(statuses()).toContain("Anna speaks now: you both hear it.");
  });

  it("has the newest first, announces each that comes, and answers with buttons and keys", async () => {
    const { rerender } = show(deskOf("c1", { whispers: [whisper("s1")] }));
    live.desk = {
      ...{ state: "ready", error: null },
      call: deskOf("c1", { whispers: [whisper("s1"), whisper("s2", { state: "approved" })] }),
    };
    rerender(<AgentDesk />);
    expect(statuses()).toContain("Coaching: Words of s2");
    const [first, second] = within(screen.getByRole("list", { name: /^Coaching/ })).getAllByRole("listitem");
    if (!first || !second) throw new Error("two whispers");
    expect(first.textContent).toContain("Words of s2comes in a moment");
    await userEvent.click(within(first).getByRole("button", { name: /Not now/ }));
    await userEvent.click(within(second).getByRole("button", { name: "Repeat: Words of s1" }));
    fireEvent.keyDown(document.body, { key: "h" });
    // What waits cannot be repeated: the key does nothing.
    fireEvent.keyDown(document.body, { key: "r" });
    await vi.waitFor(() => expect(live.command).toHaveBeenCalledTimes(3));
    expect(live.command.mock.calls).toEqual([
      ["desk:respond", { ...on, suggestionId: "s2", response: "not-now" }],
      ["desk:respond", { ...on, suggestionId: "s1", response: "repeat" }],
      ["desk:respond", { ...on, suggestionId: "s2", response: "heard" }],
    ]);
  });

  it("pauses whispers and takes the pause back", async () => {
    show(deskOf("c1", { whispersPaused: true, whispers: [whisper("s1", { state: "edited" })] }));
    expect(screen.getByText("waits: whispers are paused")).toBeDefined();
    await userEvent.click(screen.getByRole("switch", { name: /Pause whispers/ }));
    expect(live.command).toHaveBeenCalledWith("desk:pause-whispers", { ...on, paused: false });
  });

  it("asks for help once, says since when supervisors are shown it, and lets ask again later", async () => {
    const { rerender } = show(deskOf("c1"));
    await userEvent.click(screen.getByRole("button", { name: /Ask for help/ }));
    expect(live.command).toHaveBeenCalledExactlyOnceWith("desk:ask-help", on);
    live.desk = { state: "ready", error: null, call: deskOf("c1", { helpAskedAt: live.now - 12_000 }) };
    rerender(<AgentDesk />);
    expect(statuses()).toContain("Shown to your supervisors");
    expect(screen.getByText("0:12")).toBeDefined();
    const again = screen.getByRole("button", { name: /Ask again/ });
    expect(again.getAttribute("aria-disabled")).toBe("true");
    await userEvent.click(again);
    expect(live.command).toHaveBeenCalledOnce();
    live.now += 20_000;
    live.connection = { ...live.connection, dataAt: live.now };
    rerender(<AgentDesk />);
    await userEvent.click(screen.getByRole("button", { name: /Ask again/ }));
    expect(live.command).toHaveBeenCalledTimes(2);
  });

  it("says that it is old, and does nothing on it", () => {
    live.connection = { ...live.connection, state: "offline", dataAt: live.now - 9000 };
    show(deskOf("c1", { whispers: [whisper("s1")] }));
    expect(screen.getByText("Old: what you see may have changed.")).toBeDefined();
    for (const key of ["h", "r", "p"]) fireEvent.keyDown(document.body, { key });
    expect(screen.getByRole("button", { name: /Heard/ })).toHaveProperty("disabled", true);
    expect(live.command).not.toHaveBeenCalled();
  });

  it("keeps what was said after the call, without anything to ask for", () => {
    show(deskOf("c1", { state: "DISCONNECTED", endedAt: START + 60_000, whispers: [whisper("s1")] }));
    expect(screen.getByText("Ended")).toBeDefined();
    expect(screen.getByText("1:00")).toBeDefined();
    expect(screen.queryByRole("button", { name: /help/ })).toBeNull();
    expect(screen.getByRole("button", { name: /Repeat/ })).toHaveProperty("disabled", true);
  });
});
