// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeAgent, makeUser, TEAMS } from "./testing/make-rows";
import { edit, firstCells, row, save, standInForLayout } from "./testing/settings-page";
import { UsersPanel } from "./users-panel";

const actions = vi.hoisted(() => ({
  createUser: vi.fn(),
  updateUser: vi.fn(),
  resetPassword: vi.fn(),
  revokeSessions: vi.fn(),
}));
vi.mock("@/lib/auth/actions", () => actions);

beforeEach(standInForLayout);
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
  vi.unstubAllGlobals();
});

describe("users", () => {
  const USERS = [
    makeUser("Mia", { role: "admin", sessions: 1 }),
    makeUser("Ada", { teamIds: TEAMS.map(({ teamId }) => teamId), mustChangePassword: true }),
  ];
  const AGENTS = [
    makeAgent("Maya", { extension: "1001" }),
    makeAgent("Tomas", { extension: "1002" }),
    makeAgent("Gone", { extension: "1003", active: false }),
  ];
  const show = (users = USERS) => render(<UsersPanel users={users} teams={TEAMS} agents={AGENTS} ownId="user-Mia" />);
  const choose = async (label: string, name: string) => {
    await userEvent.click(screen.getByRole("combobox", { name: label }));
    await userEvent.click(await screen.findByRole("option", { name }));
  };

  it("sorts by name and finds by email and by team", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "User" }));
    expect(firstCells()).toEqual(["Adaada@example.com", "Mia (you)mia@example.com"]);
    const box = screen.getByRole("searchbox", { name: "Filter users" });
    await userEvent.type(box, "mia@");
    expect(firstCells()).toEqual(["Mia (you)mia@example.com"]);
    await userEvent.clear(box);
    await userEvent.type(box, "support eu");
    expect(firstCells()).toEqual(["Adaada@example.com"]);
    expect(row("Ada").textContent).toContain("Sales, Support EU");
  });

  it("changes a user from the row", async () => {
    actions.updateUser.mockResolvedValue({ ok: true, data: null });
    show();
    await edit("Ada");
    await userEvent.type(screen.getByLabelText("Name"), "m");
    await save();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(actions.updateUser.mock.calls[0]?.[0]).toMatchObject({ userId: "user-Ada", name: "Adam" });
  });

  it("shows the one-time password of a new user and of a reset one", async () => {
    actions.createUser.mockResolvedValue({ ok: true, data: { userId: "user-Eve", password: "amber-7" } });
    actions.resetPassword.mockResolvedValue({ ok: true, data: { password: "onyx-9" } });
    show();
    await userEvent.click(screen.getByRole("button", { name: "New user" }));
    await userEvent.type(screen.getByLabelText("Name"), "Eve");
    await userEvent.type(screen.getByLabelText("Email"), "eve@example.com");
    await userEvent.click(screen.getByRole("button", { name: "Create user" }));
    await screen.findByText("One-time password for eve@example.com");
    expect(screen.getByLabelText<HTMLInputElement>("One-time password").value).toBe("amber-7");
    await userEvent.click(screen.getByRole("button", { name: /^Done/ }));
    await userEvent.click(within(row("Ada")).getByRole("button", { name: "Actions for Ada" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "New one-time password" }));
    await screen.findByText("One-time password for ada@example.com");
    expect(screen.getByLabelText<HTMLInputElement>("One-time password").value).toBe("onyx-9");
  });

  it("asks for the agent instead of teams where the role is agent, and offers those at work whom nobody is", async () => {
    actions.createUser.mockResolvedValue({ ok: true, data: { userId: "user-Tomas", password: "amber-7" } });
    const maya = makeUser("Maya", { role: "agent", agentId: AGENTS[0]?.agentId ?? null });
    show([...USERS, maya]);
    expect(row("Maya").textContent).toContain("Maya, 1001");
    await userEvent.click(screen.getByRole("button", { name: "New user" }));
    await userEvent.type(screen.getByLabelText("Name"), "Tomas");
    await userEvent.type(screen.getByLabelText("Email"), "tomas@example.com");
    expect(screen.getByRole("checkbox", { name: "Sales" })).toBeDefined();
    await choose("Role", "Agent");
    expect(screen.queryByRole("checkbox", { name: "Sales" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Create user" }));
    await screen.findByText("Choose the agent that this user is.");
    expect(actions.createUser).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("combobox", { name: "Agent" }));
    const offered = (await screen.findAllByRole("option")).map((option) => option.textContent);
    expect(offered).toEqual(["Choose who this is", "Tomas, 1002"]);
    await userEvent.click(screen.getByRole("option", { name: "Tomas, 1002" }));
    await userEvent.click(screen.getByRole("button", { name: "Create user" }));
    await waitFor(() => expect(actions.createUser).toHaveBeenCalledOnce());
    expect(actions.createUser.mock.calls[0]?.[0]).toMatchObject({ role: "agent", agentId: "agent-Tomas" });
  });

  it("keeps an agent's own agent on offer, and says where there is none", async () => {
    show([
      makeUser("Maya", { role: "agent", agentId: AGENTS[0]?.agentId ?? null }),
      makeUser("Gus", { role: "agent", agentId: AGENTS[2]?.agentId ?? null }),
    ]);
    expect(row("Gus").textContent).toContain("No agent: has no desk");
    await edit("Maya");
    expect(screen.getByRole("combobox", { name: "Agent" }).textContent).toBe("Maya, 1001");
  });
});
