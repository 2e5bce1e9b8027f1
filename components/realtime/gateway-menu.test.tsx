// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TelephonyPanel } from "@/components/settings/telephony-panel";
import { START } from "@/components/testing/make-board-row";
import { makeGateway } from "@/components/testing/make-gateway";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { GatewayMenu } from "./gateway-menu";

const live = vi.hoisted(() => ({ gateways: [] as unknown[], now: 0 }));
vi.mock("@/lib/realtime/client", () => ({
  useConnection: () => ({ gateways: live.gateways }),
  useNow: () => live.now,
}));
afterEach(cleanup);

const DIAGNOSIS = "Asterisk refuses the password of the user earshot: set it in ari.conf and here.";
const gateways: GatewayReport[] = [
  makeGateway("paris"),
  makeGateway("rome", { state: "down", latencyMs: null, reconnects: 3, detail: DIAGNOSIS, since: START - 8000 }),
];
const lines = () =>
  within(screen.getByRole("list", { name: "Telephone systems" }))
    .getAllByRole("listitem")
    .map((item) => item.textContent?.trim());

describe("telephone systems", () => {
  it("are one line in the bar, and by keyboard each of them, the worst first, with its diagnosis", async () => {
    live.now = START;
    render(<GatewayMenu gateways={gateways} />);
    expect(screen.getByRole("status").textContent).toBe("1 of 2 telephone systems is away");
    await userEvent.tab();
    expect(document.activeElement).toBe(
      screen.getByRole("button", { name: "1 of 2 telephone systems is away: show each" }),
    );
    await userEvent.keyboard("{Enter}");
    expect(lines()).toEqual([
      `Away rome AsteriskAway for 8 sLatency —Reconnects 3${DIAGNOSIS}`,
      "Up paris AsteriskUp for 2 minLatency 12 msReconnects 0",
    ]);
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("list")).toBeNull();
  });

  it("say nothing aloud while all are up", () => {
    render(<GatewayMenu gateways={[makeGateway("paris")]} />);
    expect(screen.getByRole("status").textContent).toBe("");
    expect(screen.getByRole("button", { name: "telephone system up: show each" })).toBeTruthy();
  });

  it("stand in the settings with what to do", () => {
    live.gateways = gateways;
    render(<TelephonyPanel />);
    expect(lines()[0]).toContain("npm run check:asterisk");
    expect(lines()[1]).not.toContain("npm run");
    cleanup();
    live.gateways = [];
    render(<TelephonyPanel />);
    expect(screen.getByText("Waiting for the server")).toBeTruthy();
  });
});
