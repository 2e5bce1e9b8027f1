import { expect, it } from "vitest";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createMetrics } from "./metrics";

it("tells of each telephone system by name, and no latency where none is known", async () => {
  const away = { name: "berlin", driver: "asterisk", simulated: false, state: "down", latencyMs: null } as const;
  const up = { ...away, name: "paris", state: "up", latencyMs: 12 } as const;
  const gateways: GatewayReport[] = [
    { ...away, reconnects: 3, detail: "refused", since: 0 },
    { ...up, reconnects: 0, detail: null, since: 0 },
  ];
  const { registry } = createMetrics({
    bus: new EventBus({ clock: new FakeClock(), logger: silentLogger }),
    liveCalls: () => 0,
    gateways: () => gateways,
    recordFailures: () => 0,
  });
  const lines = (await registry.metrics()).split("\n").filter((line) => /^earshot_gateways?_/.test(line));
  expect(lines).toEqual([
    "earshot_gateways_up 1",
    'earshot_gateway_up{name="berlin"} 0',
    'earshot_gateway_up{name="paris"} 1',
    'earshot_gateway_reconnects{name="berlin"} 3',
    'earshot_gateway_reconnects{name="paris"} 0',
    'earshot_gateway_latency_ms{name="paris"} 12',
  ]);
});
