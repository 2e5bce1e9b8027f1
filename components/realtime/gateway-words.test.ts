import { describe, expect, it } from "vitest";
import { makeGateway } from "@/components/testing/make-gateway";
import { driverWord, gatewayAdvice, gatewaySummary, gatewayTitle, worstFirst } from "./gateway-words";

const up = makeGateway("paris");
const away = makeGateway("rome", { state: "down" });
const coming = makeGateway("berlin", { state: "connecting" });

describe("telephone systems in words", () => {
  it("puts the worst first", () => {
    const sorted = worstFirst([up, makeGateway("athens"), coming, away]).map(({ name }) => name);
    expect(sorted).toEqual(["rome", "berlin", "athens", "paris"]);
  });

  it.each([
    [[up], true, "telephone system up", ""],
    [[up, up], true, "2 telephone systems up", ""],
    [[up, away], false, "1 of 2 telephone systems is away", "1 of 2 away"],
    [[coming, away, up], false, "2 of 3 telephone systems are away", "2 of 3 away"],
    [[away], false, "the telephone system is away", "phones away"],
  ])("sums %# up", (gateways, isWell, text, short) => {
    expect(gatewaySummary(gateways)).toEqual({ isWell, text, short });
  });

  it("names switch and drivers for people, and one it does not know by its own name", () => {
    expect(gatewayTitle(makeGateway("built-in"))).toBe("Built-in switch");
    expect(gatewayTitle(up)).toBe("paris");
    expect(driverWord(makeGateway("x", { driver: "call-control" }))).toBe("call-control protocol");
    expect(driverWord(makeGateway("x", { driver: "twilio" }))).toBe("twilio");
  });

  it("says what to do about one that is away only", () => {
    expect(gatewayAdvice(up)).toBeNull();
    expect(gatewayAdvice(away)).toContain("check:asterisk");
    expect(gatewayAdvice({ ...away, driver: "call-control" })).toContain("GATEWAY_URL");
    expect(gatewayAdvice({ ...away, name: "built-in", driver: "call-control" })).not.toContain("GATEWAY_URL");
  });
});
