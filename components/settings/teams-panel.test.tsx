// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TeamsPanel } from "./teams-panel";
import { makeTeam, TEAMS } from "./testing/make-rows";
import { edit, firstCells, row, save, standInForLayout } from "./testing/settings-page";

const actions = vi.hoisted(() => ({ createTeam: vi.fn(), updateTeam: vi.fn() }));
vi.mock("@/lib/agents/actions", () => actions);

beforeEach(standInForLayout);
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
  vi.unstubAllGlobals();
});

describe("teams", () => {
  const choose = async (policy: RegExp) => {
    await userEvent.click(screen.getByLabelText("Whispers by the AI"));
    await userEvent.click(await screen.findByRole("option", { name: policy }));
  };

  it("changes a team from its row, and gives the focus back to the button", async () => {
    actions.updateTeam.mockResolvedValue({ ok: true, data: null });
    render(<TeamsPanel teams={TEAMS} />);
    await edit("Support EU");
    const seconds = within(screen.getByRole("dialog")).getByLabelText(/expire/i);
    await userEvent.clear(seconds);
    await userEvent.type(seconds, "45");
    await save();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(actions.updateTeam).toHaveBeenCalledExactlyOnceWith({
      teamId: "team-Support-EU",
      name: "Support EU",
      whisperPolicy: "approve",
      suggestionExpirySeconds: 45,
      maxSuggestionsPerMinute: 4,
      whisperTone: false,
      tellAgents: true,
    });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Edit Support EU" })));
  });

  it("asks before the AI may speak by itself, and saves only after a yes", async () => {
    actions.updateTeam.mockResolvedValue({ ok: true, data: null });
    render(<TeamsPanel teams={TEAMS} />);
    await edit("Sales");
    await choose(/Automatic/);
    await save();
    await userEvent.click(await screen.findByRole("button", { name: "Keep approval" }));
    expect(actions.updateTeam).not.toHaveBeenCalled();
    await save();
    await userEvent.click(await screen.findByRole("button", { name: "Speak automatically" }));
    await waitFor(() => expect(actions.updateTeam).toHaveBeenCalledOnce());
    expect(actions.updateTeam.mock.calls[0]?.[0]).toMatchObject({ whisperPolicy: "automatic" });
  });

  it("puts the server's objection at its field and keeps the dialog open", async () => {
    actions.createTeam.mockResolvedValue({ ok: false, message: "There is a team of this name.", field: "name" });
    render(<TeamsPanel teams={[]} />);
    expect(screen.getByText("No teams yet")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "New team" }));
    await userEvent.type(screen.getByLabelText("Name"), "Sales");
    await userEvent.click(screen.getByRole("button", { name: "Create team" }));
    await screen.findByText("There is a team of this name.");
    expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true");
  });

  it("says in words what agents notice, and changes it by two switches", async () => {
    actions.updateTeam.mockResolvedValue({ ok: true, data: null });
    render(<TeamsPanel teams={[makeTeam("Sales"), makeTeam("Quiet", { tellAgents: false })]} />);
    expect(within(row("Sales")).getByText("who listens")).toBeTruthy();
    expect(within(row("Quiet")).getByText("nothing")).toBeTruthy();
    await edit("Sales");
    await userEvent.click(screen.getByRole("switch", { name: "Tone before a whisper" }));
    const told = screen.getByRole("switch", { name: "Tell agents who listens" });
    expect(told.getAttribute("aria-checked")).toBe("true");
    await userEvent.click(told);
    await save();
    await waitFor(() => expect(actions.updateTeam).toHaveBeenCalledOnce());
    expect(actions.updateTeam.mock.calls[0]?.[0]).toMatchObject({ whisperTone: true, tellAgents: false });
  });

  it("sorts by how many agents they have", async () => {
    render(<TeamsPanel teams={[makeTeam("A", { agents: 12 }), makeTeam("B", { agents: 3 })]} />);
    await userEvent.click(screen.getByRole("button", { name: "Agents" }));
    expect(firstCells()).toEqual(["B", "A"]);
  });
});
