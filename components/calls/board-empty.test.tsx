// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NoCalls } from "./board-empty";

const live = vi.hoisted(() => ({ gateways: [] as { name: string; state: string }[] }));
vi.mock("@/lib/realtime/client", () => ({ useConnection: () => live }));

afterEach(cleanup);

function customerLink(gateways: typeof live.gateways): string | null {
  live.gateways = gateways;
  render(<NoCalls />);
  return screen.queryByRole("link", { name: "call in as a customer" })?.getAttribute("href") ?? null;
}

describe("an empty board", () => {
  it("says how to make a call where the built-in switch is up", () => {
    expect(customerLink([{ name: "built-in", state: "up" }])).toBe("/phone");
    expect(screen.getByText("/phone/agent")).toBeDefined();
  });

  it.each([[[{ name: "built-in", state: "down" }]], [[{ name: "call-control", state: "up" }]], [[]]])(
    "does not, where there is none to call on: %j",
    (gateways) => {
      expect(customerLink(gateways)).toBeNull();
      expect(screen.queryByText("/phone/agent")).toBeNull();
    },
  );
});
