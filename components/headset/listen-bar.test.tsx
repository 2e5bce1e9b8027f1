// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OtherPartyProvider } from "@/components/calls/other-party";
import { callIdSchema } from "@/lib/contract/ids";
import { ListenBar } from "./listen-bar";
import { CALL, showWithHeadset, standInForBrowser } from "./testing/headset-page";

vi.mock("next/navigation", () => ({ usePathname: () => `/live/${CALL}` }));
beforeEach(() => {
  standInForBrowser();
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const callId = callIdSchema.parse(CALL);
const quiet = { caller: false, agent: false };
const show = (change: { canListen?: boolean; direction?: "inbound" | "internal" } = {}) =>
  showWithHeadset(
    <OtherPartyProvider direction={change.direction ?? "inbound"}>
      <ListenBar callId={callId} canListen={change.canListen ?? true} speaking={{ ...quiet, caller: true }} />
    </OtherPartyProvider>,
  );
const button = (name: string | RegExp) => screen.getByRole("button", { name });

describe("listen bar", () => {
  it("listens and stops with one button and with L", async () => {
    const { headset, tell } = show();
    await userEvent.click(button("Listen"));
    expect(headset.listen).toHaveBeenCalledExactlyOnceWith(CALL);
    tell({ listening: { state: "live", callId: CALL } });
    await userEvent.click(button("Stop listening"));
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.stopListening).toHaveBeenCalledTimes(2);
    tell({ listening: { state: "off" } });
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.listen).toHaveBeenCalledTimes(2);
  });

  it("does not listen where there is nothing to hear, but can always stop", () => {
    const { headset, tell } = show({ canListen: false });
    expect(button("Listen")).toHaveProperty("disabled", true);
    fireEvent.keyDown(document.body, { key: "l" });
    expect(headset.listen).not.toHaveBeenCalled();
    tell({ listening: { state: "interrupted", callId: CALL } });
    expect(button("Stop listening")).toHaveProperty("disabled", false);
  });

  it("gives each party its name, its volume and its mute", async () => {
    const { headset, tell } = show({ direction: "internal" });
    tell({ listening: { state: "live", callId: CALL } });
    const caller = within(screen.getByRole("group", { name: "Caller, left" }));
    expect(caller.getByText("speaks")).toBeTruthy();
    await userEvent.click(caller.getByRole("button", { name: "Mute caller" }));
    expect(headset.setMix).toHaveBeenLastCalledWith("caller", { isMuted: true });
    fireEvent.change(screen.getByRole("slider", { name: "Volume of the agent" }), { target: { value: "0.4" } });
    expect(headset.setMix).toHaveBeenLastCalledWith("agent", { volume: 0.4, isMuted: false });
    fireEvent.keyDown(document.body, { key: "m" });
    expect(headset.setMix.mock.calls.slice(-2)).toEqual([
      ["caller", { isMuted: true }],
      ["agent", { isMuted: true }],
    ]);
  });

  it("has one channel where the telephone system mixes the parties", () => {
    const { headset, tell } = show();
    tell({ listening: { state: "live", callId: CALL, perPartyAudio: false } });
    expect(screen.queryByRole("group", { name: /left/ })).toBeNull();
    fireEvent.change(screen.getByRole("slider"), { target: { value: "0.5" } });
    expect(headset.setMix.mock.calls.map(([party]) => party)).toEqual(["caller", "agent"]);
  });

  it("goes back half a minute, offers speed only while behind, and returns to live", async () => {
    const { headset, tell } = show();
    tell({ listening: { state: "live", callId: CALL } });
    await userEvent.click(button("Hear the last 30 seconds again"));
    expect(headset.rewind).toHaveBeenCalledExactlyOnceWith(30);
    expect(screen.queryByRole("group", { name: "Speed" })).toBeNull();
    tell({ listening: { state: "behind", behindMs: 28_400 } });
    expect(screen.getByRole("status").textContent).toBe("28 s behind");
    await userEvent.click(screen.getByRole("radio", { name: "1.5×" }));
    expect(headset.setRate).toHaveBeenCalledExactlyOnceWith(1.5);
    await userEvent.click(button("Back to live"));
    expect(headset.jumpToLive).toHaveBeenCalledOnce();
  });

  it("says why there was nothing to hear again", () => {
    const { tell } = show();
    tell({ listening: { state: "live", callId: CALL, detail: "Nothing has been recorded yet." } });
    expect(screen.getByRole("status").textContent).toBe("Live. Nothing has been recorded yet.");
  });

  it("shows one button for the browser's autoplay rule", async () => {
    const { headset, tell } = show();
    tell({ listening: { state: "needs-gesture", callId: CALL } });
    await userEvent.click(button("Start the sound"));
    expect(headset.resume).toHaveBeenCalledOnce();
  });

  it.each([
    ["interrupted", null, "Connection lost: silence until it is back."],
    ["failed", "The call is another team's.", "The call is another team's."],
    ["unsupported", "AudioWorklet is missing.", "AudioWorklet is missing."],
  ] as const)("says why nothing is heard: %s", (state, detail, words) => {
    const { tell } = show();
    tell({ listening: { state, detail, callId: CALL } });
    expect(screen.getByRole("status").textContent).toBe(words);
    expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(state === "failed");
  });

  it("shows the measured delay, and none before it is measured", () => {
    const { tell } = show();
    tell({ listening: { state: "live", callId: CALL } });
    expect(button("measuring the delay…")).toBeTruthy();
    tell({ rest: { quality: { endToEndMs: 180.4, bufferMs: 60, lossPercent: 0.2 } } });
    expect(button("180 ms · buffer 60 ms · loss <1 %")).toBeTruthy();
  });

  it("is off on the page of a call while another one is heard, and says so", () => {
    const { tell } = show();
    tell({ listening: { state: "live", callId: "other" } });
    expect(button("Listen").getAttribute("aria-pressed")).toBe("false");
    expect(screen.getByRole("status").textContent).toContain("You hear another call");
  });

  it("chooses where the sound comes out, numbered while the browser gives no names", async () => {
    const { headset, tell } = show();
    const outputs = [
      { deviceId: "default", label: "Default" },
      { deviceId: "a", label: "" },
      { deviceId: "b", label: "Jabra" },
    ];
    tell({ listening: { state: "live", callId: CALL }, rest: { outputs } });
    await userEvent.click(button("Choose where the sound comes out"));
    expect((await screen.findAllByRole("menuitemradio")).map((item) => item.textContent)).toEqual([
      "The system's choice",
      "Output 1",
      "Jabra",
    ]);
    await userEvent.click(screen.getByRole("menuitemradio", { name: "Jabra" }));
    expect(headset.chooseOutput).toHaveBeenCalledExactlyOnceWith("b");
  });
});
