// @vitest-environment jsdom
import { cleanup, fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showWithHeadset, standInForBrowser } from "./testing/headset-page";
import { useListenReady } from "./use-listen-ready";

function Page({ isPossible }: { isPossible: boolean }) {
  useListenReady(isPossible);
  return null;
}

const idle: (() => void)[] = [];
const beIdle = () => {
  for (const run of idle.splice(0)) run();
};
const show = (isPossible: boolean) => {
  const shown = showWithHeadset(<Page isPossible={isPossible} />);
  return { ...shown, times: () => shown.headset.prepareListening.mock.calls.length };
};

beforeEach(() => {
  standInForBrowser();
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.stubGlobal("requestIdleCallback", (run: () => void) => idle.push(run));
  vi.stubGlobal("cancelIdleCallback", (handle: number) => idle.splice(handle - 1, 1));
});
afterEach(() => {
  cleanup();
  idle.length = 0;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("being ready to listen", () => {
  it("waits until the page has nothing else to do, and never listens by itself", () => {
    const { headset, times } = show(true);
    expect(times()).toBe(0);
    beIdle();
    expect(times()).toBe(1);
    expect(headset.listen).not.toHaveBeenCalled();
    expect(headset.resume).not.toHaveBeenCalled();
  });

  it("is renewed by hands at the page, at most twice a minute, and not by time alone", () => {
    const { times } = show(true);
    beIdle();
    fireEvent.pointerMove(document.body);
    vi.advanceTimersByTime(120_000);
    expect(times()).toBe(1);
    for (let at = 0; at < 50; at++) fireEvent.pointerMove(document.body);
    fireEvent.keyDown(document.body, { key: "j" });
    expect(times()).toBe(2);
  });

  it("leaves a page alone that nobody sees, until it is seen", () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    const { times } = show(true);
    beIdle();
    expect(times()).toBe(0);
    hidden.mockReturnValue(false);
    fireEvent(document, new Event("visibilitychange", { bubbles: true }));
    expect(times()).toBe(1);
  });

  it("costs nothing where nothing can be heard, or any more", () => {
    const { times, showAgain, unmount } = show(false);
    beIdle();
    fireEvent.pointerMove(document.body);
    expect(times()).toBe(0);
    showAgain(<Page isPossible />);
    beIdle();
    expect(times()).toBe(1);
    vi.advanceTimersByTime(120_000);
    showAgain(<Page isPossible={false} />);
    fireEvent.pointerMove(document.body);
    showAgain(<Page isPossible />);
    unmount();
    beIdle();
    fireEvent.pointerMove(document.body);
    expect(times()).toBe(1);
  });
});
