import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { TooltipProvider } from "@/components/ui/tooltip";
import type { CallView } from "@/lib/contract/call-view";
import { startCallView } from "@/lib/realtime/call-view";
import { arrived, numbered } from "@/lib/realtime/testing/call-events";
import { HeadsetSheetProvider } from "../headset-sheet-context";
import { FakeHeadset, FakeHeadsetProvider } from "./fake-headset";

export const CALL = "call-1";

/** What the browser has and jsdom does not. Canvas: nothing is painted. */
export function standInForBrowser(): void {
  HTMLCanvasElement.prototype.getContext = () => null;
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
}

/** A connected call in spy mode. */
export function makeView(change: Partial<CallView> = {}): CallView {
  const [first] = numbered([arrived(CALL)]);
  if (first?.type !== "call.arrived") throw new Error("a call begins with its arrival");
  return { ...startCallView(first), state: "CONNECTED", mode: "spy", ...change };
}

/** Shows `page` with a headset that does what the test says. */
export function showWithHeadset(page: ReactNode) {
  const headset = new FakeHeadset();
  const around = (inner: ReactNode) => (
    <FakeHeadsetProvider headset={headset}>
      <TooltipProvider>
        <HeadsetSheetProvider>{inner}</HeadsetSheetProvider>
      </TooltipProvider>
    </FakeHeadsetProvider>
  );
  const { rerender, unmount } = render(around(page));
  return {
    headset,
    unmount,
    showAgain: (next: ReactNode) => rerender(around(next)),
    tell: (...change: Parameters<FakeHeadset["set"]>) => act(() => headset.set(...change)),
  };
}
