// @vitest-environment jsdom
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBoardRow } from "@/components/testing/make-board-row";
import { NowListening } from "./now-listening";
import { CALL, showWithHeadset, standInForBrowser } from "./testing/headset-page";

const page = vi.hoisted(() => ({ path: "/history", rows: [] as unknown[] }));
vi.mock("next/navigation", () => ({ usePathname: () => page.path }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
vi.mock("@/lib/realtime/client", () => ({ useBoard: () => ({ rows: page.rows }) }));

beforeEach(() => {
  standInForBrowser();
  page.path = "/history";
  page.rows = [makeBoardRow({ callId: CALL, agent: "Maya" })];
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const bar = () => screen.queryByRole("region", { name: "Now listening" });

describe("now listening", () => {
  it("is there only while a call is heard, and tells which", async () => {
    const { headset, tell } = showWithHeadset(<NowListening />);
    expect(bar()).toBeNull();
    tell({ listening: { state: "live", callId: CALL } });
    expect(bar()?.textContent).toContain("Maya");
    expect(screen.getByRole("link", { name: "Open" }).getAttribute("href")).toBe(`/live/${CALL}`);
    await userEvent.click(screen.getByRole("button", { name: "Stop listening" }));
    expect(headset.stopListening).toHaveBeenCalledOnce();
    tell({ listening: { state: "off" } });
    expect(bar()).toBeNull();
  });

  it("says on every page that nothing is heard, and why", () => {
    const { tell } = showWithHeadset(<NowListening />);
    tell({ listening: { state: "failed", callId: CALL, detail: "The call has ended." } });
    expect(bar()?.textContent).toContain("The call has ended.");
  });

  it("offers to try again only while there is something to hear, and can be put away", async () => {
    const { headset, tell, showAgain } = showWithHeadset(<NowListening />);
    tell({ listening: { state: "failed", callId: CALL } });
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(headset.listen).toHaveBeenCalledExactlyOnceWith(CALL);
    page.rows = [makeBoardRow({ callId: CALL, state: "DISCONNECTED", endedAt: 1 })];
    showAgain(<NowListening key="again" />);
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Put away" }));
    expect(headset.stopListening).toHaveBeenCalledOnce();
  });

  it("offers the browser's click and the way back to live", async () => {
    const { headset, tell } = showWithHeadset(<NowListening />);
    tell({ listening: { state: "needs-gesture", callId: CALL } });
    await userEvent.click(screen.getByRole("button", { name: "Start the sound" }));
    expect(headset.resume).toHaveBeenCalledOnce();
    tell({ listening: { state: "behind", behindMs: 12_000 } });
    await userEvent.click(screen.getByRole("button", { name: "Back to live" }));
    expect(headset.jumpToLive).toHaveBeenCalledOnce();
  });

  it("does not offer to open the call that is open", () => {
    page.path = `/live/${CALL}`;
    const { tell } = showWithHeadset(<NowListening />);
    tell({ listening: { state: "live", callId: CALL } });
    expect(screen.queryByRole("link", { name: "Open" })).toBeNull();
  });
});
