// @vitest-environment jsdom
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignInForm } from "./sign-in-form";
import { messageFor } from "./sign-in-request";

type Answer = { status: number; body?: object; headers?: Record<string, string> };
const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
const answer = ({ status, body = {}, headers }: Answer) =>
  Response.json(body, { status, ...(headers ? { headers } : {}) });

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function fill(email: string, password: string) {
  const user = userEvent.setup();
  render(<SignInForm />);
  if (email) await user.type(screen.getByLabelText("Email"), email);
  if (password) await user.type(screen.getByLabelText("Password"), password);
  return user;
}

describe("SignInForm", () => {
  it("begins in the email field and is sent by the keyboard alone", async () => {
    fetched.mockResolvedValue(answer({ status: 401 }));
    const user = userEvent.setup();
    render(<SignInForm />);
    expect(document.activeElement).toBe(screen.getByLabelText("Email"));
    await user.keyboard(" Ada@Example.com{Tab}secret{Enter}");
    await waitFor(() => expect(fetched).toHaveBeenCalledOnce());
    expect(JSON.parse(String(fetched.mock.calls[0]?.[1].body))).toEqual({
      email: "ada@example.com",
      password: "secret",
    });
  });

  it("says what is missing, at its field, and asks the server nothing", async () => {
    const user = await fill("ada", "");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText(/Enter an email address/)).toBeTruthy();
    expect(screen.getByText("Enter your password.")).toBeTruthy();
    expect(screen.getByLabelText("Email").getAttribute("aria-invalid")).toBe("true");
    expect(fetched).not.toHaveBeenCalled();
  });

  it("shows that it is working, and cannot be sent twice", async () => {
    let finish: (response: Response) => void = () => {};
    fetched.mockReturnValue(new Promise((done) => (finish = done)));
    const user = await fill("ada@example.com", "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    const busy = await screen.findByRole<HTMLButtonElement>("button", { name: "Signing in" });
    expect(busy.disabled).toBe(true);
    finish(answer({ status: 401 }));
    expect(await screen.findByRole("button", { name: "Sign in" })).toBeTruthy();
  });

  it("keeps the email, empties the password and says what to do after a refusal", async () => {
    fetched.mockResolvedValue(answer({ status: 401, body: { code: "INVALID_EMAIL_OR_PASSWORD" } }));
    const user = await fill("ada@example.com", "wrong");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Email or password is wrong. Check both and try again.")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Email").value).toBe("ada@example.com");
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("");
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
  });

  it("shows customers the softphone only where there is one", () => {
    const { rerender } = render(<SignInForm />);
    const link = () => screen.queryByRole("link", { name: "Call in as a customer" });
    expect(link()).toBeNull();
    rerender(<SignInForm hasSoftphone />);
    expect(link()?.getAttribute("href")).toBe("/phone");
  });

  it("says so when the server does not answer", async () => {
    fetched.mockRejectedValue(new TypeError("fetch failed"));
    const user = await fill("ada@example.com", "secret");
    await user.keyboard("{Enter}");
    expect(await screen.findByText(/The server does not answer/)).toBeTruthy();
  });
});

describe("messageFor", () => {
  it.each([
    [{ status: 429, retryAfterSeconds: 250 }, "Wait 5 minutes"],
    [{ status: 429, retryAfterSeconds: 12 }, "Wait a minute"],
    [{ status: 429, code: "ACCOUNT_LIMITED" }, "Wait 5 minutes"],
    [{ status: 403, code: "DEACTIVATED" }, "Ask an Earshot admin"],
    [{ status: 403, code: "INVALID_ORIGIN" }, "PUBLIC_URL"],
    [{ status: 500 }, "Try again in a moment"],
  ])("%o: %s", (given, words) => {
    expect(messageFor(given)).toContain(words);
  });
});
