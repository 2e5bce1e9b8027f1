// @vitest-environment jsdom
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeUser, TEAMS } from "./testing/make-rows";
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
  const show = () => render(<UsersPanel users={USERS} teams={TEAMS} ownId="user-Mia" />);

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
});
