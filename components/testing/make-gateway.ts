import { type GatewayReport, gatewayReportSchema } from "@/lib/contract/gateway-status";
import { START } from "./make-board-row";

/** A telephone system that is up since two minutes before START; `change` makes it otherwise. */
export function makeGateway(name: string, change: Partial<GatewayReport> = {}): GatewayReport {
  return gatewayReportSchema.parse({
    name,
    driver: "asterisk",
    simulated: false,
    state: "up",
    latencyMs: 12.4,
    reconnects: 0,
    detail: null,
    since: START - 120_000,
    ...change,
  });
}
