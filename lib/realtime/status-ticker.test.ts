import { describe, expect, it } from "vitest";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { FakeClock } from "@/lib/platform/clock";
import { StatusTicker } from "./status-ticker";

const gateway: GatewayReport = {
  ...{ name: "built-in", driver: "call-control", simulated: true, state: "up" },
  ...{ latencyMs: 1, reconnects: 0, detail: null, since: 0 },
};

describe("StatusTicker", () => {
  it("speaks every two seconds, at once after a change, and not for a trembling latency", async () => {
    const clock = new FakeClock();
    const sent: string[] = [];
    let now = gateway;
    const ticker = new StatusTicker({
      clock,
      gatewayStatuses: () => [now],
      transcription: () => "full",
      demonstration: false,
      send: ({ gateways, sentAt }) => sent.push(`${gateways[0]?.state} ${sentAt - start}`),
    });
    const start = clock.now();
    await clock.advance(2000);
    now = { ...gateway, latencyMs: 7 };
    await clock.advance(500);
    now = { ...gateway, state: "down" };
    await clock.advance(3000);
    expect(sent).toEqual(["up 250", "up 2250", "down 2750", "down 4750"]);
    ticker.close();
    await clock.advance(10_000);
    expect(sent).toHaveLength(4);
  });
});
