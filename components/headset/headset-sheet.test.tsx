// @vitest-environment jsdom
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useHeadsetSheet } from "./headset-sheet-context";
import { CALL, showWithHeadset, standInForBrowser } from "./testing/headset-page";

const page = vi.hoisted(() => ({ path: "/live" }));
vi.mock("next/navigation", () => ({ usePathname: () => page.path }));

function Opener() {
  const open = useHeadsetSheet();
  return (
    <button type="button" onClick={open}>
      Open the sheet
    </button>
  );
}

async function open() {
  const shown = showWithHeadset(<Opener />);
  await userEvent.click(screen.getByRole("button", { name: "Open the sheet" }));
  return shown;
}

beforeEach(() => {
  standInForBrowser();
  localStorage.clear();
  page.path = "/live";
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("headset sheet", () => {
  it("asks the browser for the microphone only after a click", async () => {
    const { headset } = await open();
    expect(headset.prepareMicrophone).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Allow the microphone" }));
    expect(headset.prepareMicrophone).toHaveBeenCalledOnce();
  });

  it("tests a ready microphone without playing it back, and plays it back when asked", async () => {
    const { headset, tell } = await open();
    tell({ microphone: { state: "ready" } });
    expect(headset.startMicrophoneTest).toHaveBeenLastCalledWith({ playBack: false });
    await userEvent.click(screen.getByRole("button", { name: "Hear yourself" }));
    expect(headset.startMicrophoneTest).toHaveBeenLastCalledWith({ playBack: true });
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    expect(headset.stopMicrophoneTest).toHaveBeenCalled();
  });

  it("does not test a microphone that is open on a call", async () => {
    const { headset, tell } = await open();
    tell({ microphone: { state: "open" } });
    expect(headset.startMicrophoneTest).not.toHaveBeenCalled();
    expect(screen.getByText(/You are speaking into a call/)).toBeTruthy();
  });

  it("chooses the device and the echo cancellation", async () => {
    const { headset, tell } = await open();
    tell({ microphone: { state: "ready", devices: [{ deviceId: "a", label: "Jabra" }] } });
    await userEvent.click(screen.getByRole("switch", { name: "Echo cancellation" }));
    expect(headset.setEchoCancellation).toHaveBeenCalledExactlyOnceWith(false);
    await userEvent.click(screen.getByRole("combobox", { name: "Microphone" }));
    await userEvent.click(await screen.findByRole("option", { name: "Jabra" }));
    expect(headset.chooseMicrophone).toHaveBeenCalledExactlyOnceWith("a");
  });

  it.each([
    ["denied", null, /beside the address/],
    ["missing", null, /Plug in a headset/],
    ["failed", "Device in use.", /Device in use/],
    ["unsupported", "AudioWorklet is missing.", /AudioWorklet is missing/],
  ] as const)("says what to do: %s", async (state, detail, words) => {
    const { tell } = await open();
    tell({ microphone: { state, detail } });
    expect(screen.getByRole("alert").textContent).toMatch(words);
  });

  it.each([
    ["/live", true],
    [`/live/${CALL}`, false],
  ])("closed on %s, it lets go of the device: %s", async (path, lets) => {
    page.path = path;
    const { headset, tell } = await open();
    tell({ microphone: { state: "ready" } });
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    expect(headset.releaseMicrophone.mock.calls.length > 0).toBe(lets);
  });
});
