// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import { userIdSchema } from "@/lib/contract/ids";
import { FloorRequest } from "./floor-request";
import { SpeakControl } from "./speak-control";
import { CALL, makeView, showWithHeadset, standInForBrowser } from "./testing/headset-page";

const live = vi.hoisted(() => ({ command: vi.fn(async () => ({ ok: true, data: {} })) }));
vi.mock("@/lib/realtime/client", () => ({
  useCommand: () => live.command,
  useNow: () => 1_700_000_000_000,
}));
vi.mock("next/navigation", () => ({ usePathname: () => `/live/${CALL}` }));

const user = (id: string, name: string): Actor => ({ kind: "user", userId: userIdSchema.parse(id), name });
const me = user("me", "Me");
const nora = user("nora", "Nora");
const onAskBarge = vi.fn();

function page(change: Partial<CallView> & { can?: boolean; bargeAgreed?: boolean } = {}) {
  const { can = true, bargeAgreed = false, ...view } = change;
  const call = makeView(view);
  return (
    <>
      <SpeakControl view={call} userId="me" can={can} bargeAgreed={bargeAgreed} onAskBarge={onAskBarge} />
      <FloorRequest view={call} userId="me" />
      <button type="button">End call</button>
      <input aria-label="Search" />
    </>
  );
}

/** Of somebody who has used the microphone before. */
function show(change: Parameters<typeof page>[0] = {}) {
  const shown = showWithHeadset(page(change));
  shown.tell({ microphone: { state: "ready" } });
  return shown;
}

beforeEach(() => {
  standInForBrowser();
  localStorage.clear();
  localStorage.setItem("earshot.headset-introduced", "true");
  live.command.mockClear();
  onAskBarge.mockClear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const press = (target: Element = document.body, init: object = {}) => fireEvent.keyDown(target, { key: " ", ...init });
const letGo = (target: Element = document.body) => fireEvent.keyUp(target, { key: " " });
const talkButton = () => {
  const found = document.querySelector<HTMLElement>("[aria-keyshortcuts=Space]");
  if (!found) throw new Error("no speak button");
  return found;
};
const whisper = { callId: CALL, mode: "whisper", isLatched: false };

describe("holding to speak", () => {
  it("speaks while the space bar is held, once, however often the key repeats", () => {
    const { headset } = show();
    press();
    press(document.body, { repeat: true });
    press(document.body, { repeat: true });
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith(whisper);
    expect(headset.stopSpeaking).not.toHaveBeenCalled();
    letGo();
    expect(headset.stopSpeaking).toHaveBeenCalledOnce();
  });

  it("speaks while the button is held by pointer", async () => {
    const { headset } = show();
    const pointer = userEvent.setup();
    await pointer.pointer({ keys: "[MouseLeft>]", target: talkButton() });
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith(whisper);
    await pointer.pointer({ keys: "[/MouseLeft]" });
    expect(headset.stopSpeaking).toHaveBeenCalledOnce();
  });

  it("neither scrolls nor presses what has the focus", () => {
    show();
    const end = screen.getByRole("button", { name: "End call" });
    const clicked = vi.fn();
    end.addEventListener("click", clicked);
    end.focus();
    expect(press(end)).toBe(false);
    expect(letGo(end)).toBe(false);
    expect(clicked).not.toHaveBeenCalled();
  });

  it("is silent while one types, with a dialog open, and with single keys turned off", () => {
    const { headset, unmount } = show();
    expect(press(screen.getByRole("textbox", { name: "Search" }))).toBe(true);
    const dialog = document.body.appendChild(document.createElement("div"));
    dialog.setAttribute("role", "dialog");
    press();
    dialog.remove();
    press(document.body, { ctrlKey: true });
    expect(headset.startSpeaking).not.toHaveBeenCalled();
    unmount();
    localStorage.setItem("earshot.single-keys", "false");
    const off = show();
    press();
    expect(off.headset.startSpeaking).not.toHaveBeenCalled();
    press(talkButton());
    expect(off.headset.startSpeaking).toHaveBeenCalledOnce();
    letGo(talkButton());
    expect(off.headset.stopSpeaking).toHaveBeenCalled();
  });

  it.each([
    ["the window loses the focus", () => fireEvent.blur(window)],
    [
      "the tab is hidden",
      () => {
        vi.spyOn(document, "hidden", "get").mockReturnValue(true);
        fireEvent(document, new Event("visibilitychange"));
        vi.restoreAllMocks();
      },
    ],
    [
      "a modifier comes in, as key-ups are then lost",
      () => fireEvent.keyDown(document.body, { key: "Meta", metaKey: true }),
    ],
    ["the focus goes into a text field", () => fireEvent.focusIn(screen.getByRole("textbox", { name: "Search" }))],
  ])("lets go when %s", (_, happens) => {
    const { headset } = show();
    press();
    happens();
    expect(headset.stopSpeaking).toHaveBeenCalledOnce();
    // The repeats of a key that is still down do not open it again.
    press(document.body, { repeat: true });
    expect(headset.startSpeaking).toHaveBeenCalledOnce();
  });

  it("closes the microphone and lets go of the device when the page is left", () => {
    const { headset, unmount } = show();
    press();
    unmount();
    expect(headset.stopSpeaking).toHaveBeenCalled();
    expect(headset.releaseMicrophone).toHaveBeenCalled();
  });

  it("latches: open without a key held, until the button or the space bar closes it", async () => {
    const { headset, tell } = show();
    await userEvent.click(screen.getByRole("button", { name: "Keep the microphone open" }));
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith({ ...whisper, isLatched: true });
    expect(headset.stopSpeaking).not.toHaveBeenCalled();
    tell({ speaking: { state: "latched", callId: CALL, mode: "whisper" } });
    press();
    expect(headset.stopSpeaking).toHaveBeenCalledOnce();
  });

  it("latches for a screen reader, which clicks and cannot hold", () => {
    const { headset } = show();
    fireEvent.click(talkButton(), { detail: 0 });
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith({ ...whisper, isLatched: true });
  });
});

describe("what the button looks like", () => {
  const looksOpen = () =>
    talkButton().getAttribute("aria-pressed") === "true" || /bg-(whisper|barge)/.test(talkButton().className);

  it("is open only once the headset has it confirmed, not when it was asked for", () => {
    const { tell } = show();
    press();
    expect(looksOpen()).toBe(false);
    tell({ speaking: { state: "starting", callId: CALL, mode: "whisper" } });
    expect(looksOpen()).toBe(false);
    expect(talkButton().getAttribute("aria-busy")).toBe("true");
    expect(screen.getByRole("status").textContent).toContain("nobody hears you yet");
    tell({ speaking: { state: "open" }, microphone: { state: "open" } });
    expect(looksOpen()).toBe(true);
    expect(talkButton().textContent).toContain("Whispering");
    expect(screen.getByRole("status").textContent).toBe("Only the agent hears you. AI whispers wait.");
    tell({ speaking: { state: "stopping" } });
    expect(looksOpen()).toBe(false);
  });

  it("says politely that one may not be heard just now, in place of who hears, and no more when it is over", () => {
    const { tell } = show();
    tell({ speaking: { state: "open", callId: CALL, mode: "whisper", detail: "Your connection is too slow." } });
    expect(looksOpen()).toBe(true);
    const line = screen.getByRole("status");
    expect(line.textContent).toBe("You may not be heard just now. Your connection is too slow.");
    tell({ speaking: { detail: null } });
    expect(screen.getByRole("status")).toBe(line);
    expect(line.textContent).toBe("Only the agent hears you. AI whispers wait.");
    tell({ speaking: { callId: "other", detail: "Your connection is too slow." } });
    expect(line.textContent).toBe("Only the agent will hear you.");
  });

  it("is not open because another call's microphone is", () => {
    const { tell } = show();
    tell({ speaking: { state: "open", callId: "other", mode: "whisper" } });
    expect(looksOpen()).toBe(false);
  });

  it("says why the microphone was closed", () => {
    const { tell } = show();
    tell({ speaking: { state: "closed", detail: "The mode changed." } });
    expect(screen.getByRole("status").textContent).toBe("The mode changed.");
  });

  it.each([
    [{ can: false }, /Speaking needs a connected call/],
    [{ modeUnknown: true }, /The mode is not known/],
    [{ floor: { holder: nora, askedBy: null } }, /Nora has the floor/],
  ] as const)("cannot be pressed and says why: %o", async (change, words) => {
    const { headset } = show(change);
    press();
    letGo();
    await userEvent.pointer({ keys: "[MouseLeft]", target: talkButton() });
    expect(headset.startSpeaking).not.toHaveBeenCalled();
    expect(talkButton().getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByRole("status").textContent).toMatch(words);
  });
});

describe("whom one speaks to", () => {
  it("is the confirmed mode's choice, not the requested one's", () => {
    const { headset } = show({ mode: "spy", pendingMode: "barge", bargeAgreed: true });
    press();
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith(whisper);
  });

  it("is both only after a yes of one's own, also where another brought the call into barge", () => {
    const { headset, showAgain } = show({ mode: "barge" });
    press();
    letGo();
    expect(onAskBarge).toHaveBeenCalledOnce();
    expect(headset.startSpeaking).not.toHaveBeenCalled();
    showAgain(page({ mode: "barge", bargeAgreed: true }));
    press();
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith({ ...whisper, mode: "barge" });
  });
});

describe("a microphone that is not there yet", () => {
  it("is offered in the sheet before its first use, and nobody is put on the call", async () => {
    localStorage.clear();
    const { headset, tell } = show();
    tell({ microphone: { state: "off" } });
    press();
    expect(await screen.findByRole("dialog", { name: "Headset" })).toBeTruthy();
    expect(headset.prepareMicrophone).not.toHaveBeenCalled();
    expect(headset.startSpeaking).not.toHaveBeenCalled();
  });

  it("is warmed up first, and opens only if the key is still held", () => {
    const { headset, tell } = show();
    tell({ microphone: { state: "off" } });
    press();
    expect(headset.prepareMicrophone).toHaveBeenCalledOnce();
    expect(headset.startSpeaking).not.toHaveBeenCalled();
    letGo();
    tell({ microphone: { state: "ready" } });
    expect(headset.startSpeaking).not.toHaveBeenCalled();
    tell({ microphone: { state: "off" } });
    press();
    tell({ microphone: { state: "asking" } });
    tell({ microphone: { state: "ready" } });
    expect(headset.startSpeaking).toHaveBeenCalledExactlyOnceWith(whisper);
  });

  it("leads to help where it is blocked", async () => {
    const { headset, tell } = show();
    tell({ microphone: { state: "denied" } });
    expect(talkButton().textContent).toContain("Microphone blocked");
    press();
    await screen.findByText("The microphone is blocked for this page.");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(headset.prepareMicrophone).toHaveBeenCalledOnce();
  });
});

describe("the floor", () => {
  it("can be asked for once while another has it", async () => {
    const { showAgain } = show({ floor: { holder: nora, askedBy: null } });
    await userEvent.click(screen.getByRole("button", { name: "Ask" }));
    expect(live.command).toHaveBeenCalledExactlyOnceWith("floor:ask", { version: 1, callId: CALL });
    showAgain(page({ floor: { holder: nora, askedBy: me } }));
    expect(screen.getByRole("button", { name: "Asked" })).toHaveProperty("disabled", true);
  });

  it("can be given away: released, or handed over with one click to who asks", async () => {
    const { showAgain } = show({ floor: { holder: me, askedBy: null } });
    expect(screen.getByRole("status").textContent).toBe("You have the floor.");
    await userEvent.click(screen.getByRole("button", { name: "Release" }));
    expect(live.command).toHaveBeenLastCalledWith("floor:release", { version: 1, callId: CALL });
    showAgain(page({ floor: { holder: me, askedBy: nora } }));
    expect(screen.getByText("Nora asks to speak.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Hand over" }));
    expect(live.command).toHaveBeenLastCalledWith("floor:hand-over", { version: 1, callId: CALL });
  });

  it("names who speaks to whom, and that AI whispers wait", () => {
    const speaking = {
      speakingId: "s",
      by: nora,
      startedAt: 1,
      endedAt: null,
      spokenMs: 0,
      reason: null,
      callerClear: null,
    };
    show({ floor: { holder: nora, askedBy: null }, speakings: [{ ...speaking, mode: "whisper" }] });
    expect(screen.getAllByRole("status")[0]?.textContent?.trim()).toBe("Nora whispers to the agent. AI whispers wait.");
  });

  it("keeps quiet after a no, until somebody asks again", async () => {
    const { showAgain } = show({ floor: { holder: me, askedBy: nora } });
    await userEvent.click(screen.getByRole("button", { name: "Not now" }));
    expect(screen.queryByText("Nora asks to speak.")).toBeNull();
    showAgain(page({ floor: { holder: me, askedBy: null } }));
    showAgain(page({ floor: { holder: me, askedBy: nora } }));
    expect(screen.getByText("Nora asks to speak.")).toBeTruthy();
  });
});
