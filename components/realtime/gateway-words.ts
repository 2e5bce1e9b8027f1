import type { GatewayReport } from "@/lib/contract/gateway-status";
import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";

export const gatewayStateWords: Record<GatewayReport["state"], string> = {
  up: "Up",
  connecting: "Connecting",
  down: "Away",
};

const RANK: Record<GatewayReport["state"], number> = { down: 0, connecting: 1, up: 2 };

/** @returns the worst state first; equal ones by name. */
export function worstFirst(gateways: readonly GatewayReport[]): GatewayReport[] {
  return [...gateways].sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
}

/** @returns all of them in a line, and in `short` for a narrow screen, where the sign alone is enough while all is well. */
export function gatewaySummary(gateways: readonly GatewayReport[]): { isWell: boolean; text: string; short: string } {
  const total = gateways.length;
  const away = gateways.filter(({ state }) => state !== "up").length;
  if (away === 0) {
    const text = total === 1 ? "telephone system up" : `${total} telephone systems up`;
    return { isWell: true, text, short: "" };
  }
  const text =
    total === 1 ? "the telephone system is away" : `${away} of ${total} telephone systems ${isOrAre(away)} away`;
  return { isWell: false, text, short: total === 1 ? "phones away" : `${away} of ${total} away` };
}

function isOrAre(count: number): string {
  return count === 1 ? "is" : "are";
}

export function gatewayTitle({ name }: Pick<GatewayReport, "name">): string {
  return name === BUILT_IN_SWITCH ? "Built-in switch" : name;
}

const drivers: Record<string, string> = { asterisk: "Asterisk", "call-control": "call-control protocol" };

/** @returns the kind of telephone system; a driver of another version by its own name. */
export function driverWord({ driver }: Pick<GatewayReport, "driver">): string {
  return drivers[driver] ?? driver;
}

/** @returns what an admin can do about one that is not up, besides what its own diagnosis says; null while it is. */
export function gatewayAdvice({ name, driver, state }: GatewayReport): string | null {
  if (state === "up") return null;
  if (name === BUILT_IN_SWITCH)
    return "It runs beside the server and is started again by itself; the server's log says why it ended.";
  if (driver === "asterisk")
    return "On the server, `npm run check:asterisk` goes through the connection step by step and says what to change.";
  return "Check that the server at GATEWAY_URL runs, that it can be reached from here, and that it knows the key.";
}
