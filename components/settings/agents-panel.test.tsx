// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentsPanel } from "./agents-panel";
import { makeAgent, TEAMS } from "./testing/make-rows";
import { edit, firstCells, row, save, standInForLayout } from "./testing/settings-page";

const actions = vi.hoisted(() => ({ createAgent: vi.fn(), updateAgent: vi.fn() }));
vi.mock("@/lib/agents/actions", () => actions);
const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("sonner", () => ({ toast }));

beforeEach(standInForLayout);
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
  vi.unstubAllGlobals();
});

describe("agents", () => {
  const AGENTS = [
    makeAgent("Zoe Lang", { teamName: "Support EU", extension: "1002" }),
    makeAgent("Ben Ode", { active: false }),
  ];

  it("finds by name, extension, team and state", async () => {
    render(<AgentsPanel agents={AGENTS} teams={TEAMS} />);
    const box = screen.getByRole("searchbox", { name: "Filter agents" });
    for (const [text, found] of [
      ["zoe", "Zoe Lang"],
      ["1002", "Zoe Lang"],
      ["support", "Zoe Lang"],
      ["no team", "Ben Ode"],
      ["deactivated", "Ben Ode"],
    ] as const) {
      await userEvent.clear(box);
      await userEvent.type(box, text);
      expect(firstCells()).toEqual([found]);
    }
  });

  it("activates from the row, and says when the server does not answer", async () => {
    actions.updateAgent.mockResolvedValueOnce({ ok: true, data: null }).mockRejectedValueOnce(new Error("offline"));
    render(<AgentsPanel agents={AGENTS} teams={TEAMS} />);
    await userEvent.click(within(row("Ben Ode")).getByRole("button", { name: "Activate Ben Ode" }));
    expect(actions.updateAgent).toHaveBeenLastCalledWith(expect.objectContaining({ active: true }));
    expect(toast.success).toHaveBeenCalledExactlyOnceWith("Ben Ode is active again.");
    await userEvent.click(within(row("Zoe Lang")).getByRole("button", { name: "Deactivate Zoe Lang" }));
    expect(toast.error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("Nothing was changed"));
  });

  it("changes an agent from its row, and teaches when there is none", async () => {
    actions.updateAgent.mockResolvedValue({ ok: true, data: null });
    const { rerender } = render(<AgentsPanel agents={AGENTS} teams={TEAMS} />);
    await edit("Zoe Lang");
    await userEvent.type(screen.getByLabelText("Extension"), "5");
    await save();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(actions.updateAgent.mock.calls[0]?.[0]).toMatchObject({
      agentId: "agent-Zoe-Lang",
      extension: "10025",
    });
    rerender(<AgentsPanel agents={[]} teams={TEAMS} />);
    expect(screen.getByText("No agents yet")).toBeTruthy();
  });
});
