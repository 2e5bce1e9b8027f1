// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeSuggestion } from "@/lib/coaching/testing/make-suggestion";
import { actorSchema } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import { callIdSchema, suggestionIdSchema } from "@/lib/contract/ids";
import { SuggestionQueue, sortQueue } from "./suggestion-queue";
import type { SuggestionActions } from "./use-suggestion-actions";

vi.mock("@/lib/realtime/client", () => ({
  useNow: () => 5000,
  useConnection: () => ({ clockOffsetMs: 0 }),
}));

const id = (text: string) => suggestionIdSchema.parse(text);
const urgent = makeSuggestion({ suggestionId: id("s1"), text: "Say sorry first." });
const calm = makeSuggestion({ suggestionId: id("s2"), text: "Ask an open question.", urgency: "low" });
const claimed = makeSuggestion({ claimedBy: actorSchema.parse({ kind: "user", userId: "sam", name: "Sam" }) });

function makeActions(): SuggestionActions {
  const done = () => Promise.resolve(true);
  return {
    busy: new Set(),
    approve: vi.fn(done),
    reject: vi.fn(done),
    claim: vi.fn(done),
    interrupt: vi.fn(done),
    compose: vi.fn(done),
  };
}

let actions = makeActions();

function show(suggestions: Suggestion[], disabled = false) {
  render(
    <SuggestionQueue
      callId={callIdSchema.parse("call-1")}
      suggestions={suggestions}
      sentiment={[]}
      audioStartedAt={null}
      userId="dana"
      disabled={disabled}
      actions={actions}
      onShow={vi.fn()}
    />,
  );
}

const press = (key: string, shiftKey = false) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, shiftKey });

beforeEach(() => {
  actions = makeActions();
  localStorage.clear();
});
afterEach(cleanup);

describe("coaching queue by keyboard", () => {
  it("approves the most urgent one with A, at once with Shift+A", () => {
    show([calm, urgent]);
    press("a");
    expect(actions.approve).toHaveBeenLastCalledWith(urgent, {});
    press("A", true);
    expect(actions.approve).toHaveBeenLastCalledWith(urgent, { force: true });
  });

  it("moves to the next with J and back with K", () => {
    show([calm, urgent]);
    press("j");
    press("a");
    expect(actions.approve).toHaveBeenLastCalledWith(calm, {});
    press("k");
    press("a");
    expect(actions.approve).toHaveBeenLastCalledWith(urgent, {});
  });

  it("claims while it is edited and approves the new words", async () => {
    show([urgent]);
    press("e");
    expect(actions.claim).toHaveBeenCalledWith(urgent, true);
    const words = screen.getByRole("textbox", { name: "Words to whisper" });
    await userEvent.clear(words);
    await userEvent.type(words, "I am sorry. aaa");
    expect(actions.approve).not.toHaveBeenCalled();
    fireEvent.keyDown(words, { key: "Enter", ctrlKey: true });
    expect(actions.approve).toHaveBeenCalledWith(urgent, { text: "I am sorry. aaa" });
  });

  it("gives the claim back when editing is left", () => {
    show([urgent]);
    press("e");
    fireEvent.keyDown(screen.getByRole("textbox", { name: "Words to whisper" }), { key: "Escape" });
    expect(actions.claim).toHaveBeenLastCalledWith(urgent, false);
    expect(actions.approve).not.toHaveBeenCalled();
  });

  it("rejects with a reason or without", async () => {
    show([urgent]);
    press("r");
    await userEvent.type(screen.getByRole("textbox", { name: "Reason (optional)" }), "too late{Enter}");
    expect(actions.reject).toHaveBeenCalledWith(urgent, "too late");
  });

  it("does nothing on one that another supervisor is deciding", () => {
    show([claimed]);
    press("a");
    press("e");
    expect(actions.approve).not.toHaveBeenCalled();
    expect(actions.claim).not.toHaveBeenCalled();
    expect(screen.getByText(/Sam is deciding/)).toBeTruthy();
  });

  it("decides nothing on old data", () => {
    show([urgent], true);
    press("a");
    expect(actions.approve).not.toHaveBeenCalled();
    expect(screen.getByRole("button", { name: /Approve/ }).hasAttribute("disabled")).toBe(true);
  });

  it("sends one's own words", async () => {
    show([]);
    press("n");
    await userEvent.type(screen.getByRole("textbox", { name: "Your words to the agent" }), "Offer a refund.");
    await userEvent.click(screen.getByRole("button", { name: /^Whisper/ }));
    expect(actions.compose).toHaveBeenCalledWith("call-1", { text: "Offer a refund.", force: false });
  });

  it.each([
    ["gap", "Waiting for a pause"],
    ["hold", "Waiting: the agent’s phone is on hold"],
    ["speaker", "Waiting: a supervisor is speaking"],
    ["agent-paused", "Waiting: the agent has paused whispers"],
  ] as const)("says what an approved whisper waits for: %s", (waitingFor, words) => {
    show([makeSuggestion({ state: "approved", waitingForPause: true, waitingFor })]);
    expect(screen.getByRole("status").textContent).toContain(words);
    expect(screen.getByRole("button", { name: "Take back" })).toBeDefined();
  });

  it.each([
    ["heard", "Agent: heard"],
    ["not-now", "Agent: not now"],
    ["repeat", "Agent asked to hear it again"],
  ] as const)("shows what the agent answered: %s", (agentResponse, words) => {
    show([makeSuggestion({ state: "spoken", agentResponse })]);
    expect(screen.getByRole("list", { name: "Earlier suggestions" }).textContent).toContain(words);
  });

  it("can interrupt what is being spoken", async () => {
    const speaking = makeSuggestion({ state: "speaking" });
    show([speaking]);
    await userEvent.click(screen.getByRole("button", { name: "Interrupt" }));
    expect(actions.interrupt).toHaveBeenCalledWith(speaking);
  });
});

describe("queue order", () => {
  it("sorts open ones by urgency, then by what expires first", () => {
    const soon = makeSuggestion({ suggestionId: id("s3"), expiresAt: 20_000 });
    expect(sortQueue([calm, urgent, soon]).open.map((suggestion) => suggestion.suggestionId)).toEqual([
      "s3",
      "s1",
      "s2",
    ]);
  });
});
