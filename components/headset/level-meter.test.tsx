// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LevelBar } from "./level-bar";
import { LevelMeter, microphoneLevel } from "./level-meter";
import { FakeHeadset, FakeHeadsetProvider } from "./testing/fake-headset";

let isCalm: boolean;
let dbfs: number;

beforeEach(() => {
  vi.useFakeTimers();
  [isCalm, dbfs] = [false, -60];
  vi.stubGlobal("matchMedia", () => ({ matches: isCalm }));
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const level = () => dbfs;
function bar(): HTMLElement {
  const found = document.querySelector<HTMLElement>("[style]");
  if (!found) throw new Error("there is no bar");
  return found;
}

describe("LevelBar", () => {
  it("rises at once, and falls slower than speech", () => {
    render(<LevelBar level={level} />);
    dbfs = -30;
    vi.advanceTimersByTime(100);
    expect(bar().style.transform).toBe("scaleX(0.500)");
    dbfs = -60;
    vi.advanceTimersByTime(400);
    const share = Number(/[\d.]+/.exec(bar().style.transform)?.[0]);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
    vi.advanceTimersByTime(1000);
    expect(bar().style.transform).toBe("scaleX(0.000)");
  });

  it("paints nothing while nothing changes, and nothing once it is gone", () => {
    const { unmount } = render(<LevelBar level={level} />);
    vi.advanceTimersByTime(100);
    const shown = bar();
    shown.style.transform = "scaleX(0.9)";
    vi.advanceTimersByTime(1000);
    expect(shown.style.transform).toBe("scaleX(0.9)");
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("moves twice a second at most where people asked for less motion", () => {
    isCalm = true;
    render(<LevelBar level={level} />);
    const seen = new Set<string>();
    for (let at = 0; at < 100; at++) {
      dbfs = -50 + (at % 50);
      vi.advanceTimersByTime(20);
      seen.add(bar().style.transform);
    }
    expect(seen.size).toBeGreaterThan(2);
    expect(seen.size).toBeLessThanOrEqual(5);
  });

  it("with a label, tells it to those who cannot see it", () => {
    render(<LevelBar level={level} label="You" />);
    dbfs = -30;
    vi.advanceTimersByTime(100);
    expect(screen.getByRole<HTMLMeterElement>("meter", { name: "Level: You" }).value).toBe(50);
  });
});

describe("LevelMeter", () => {
  it("shows a level of the headset", () => {
    const headset = new FakeHeadset();
    headset.currentLevels = { caller: -60, agent: -60, microphone: -15 };
    render(
      <FakeHeadsetProvider headset={headset}>
        <LevelMeter of={microphoneLevel} />
      </FakeHeadsetProvider>,
    );
    vi.advanceTimersByTime(100);
    expect(bar().style.transform).toBe("scaleX(0.750)");
  });
});
