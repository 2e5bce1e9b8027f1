import type { GatewayReport } from "@/lib/contract/gateway-status";
import { START } from "./call-events";

/** A telephone system that is away, with the diagnosis that Asterisk's driver makes of it. */
export function gatewayOf(name: string, change: Partial<GatewayReport> = {}): GatewayReport {
  return {
    ...{ name, driver: "asterisk", simulated: false, state: "down", latencyMs: 12, reconnects: 3, since: START },
    detail: "pbx.internal:8088 does not accept the user earshot-ari. Correct `password` in ari.conf",
    ...change,
  };
}
