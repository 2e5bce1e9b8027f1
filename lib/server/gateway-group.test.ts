import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { GatewayConnectionError } from "@/lib/telephony/gateway-errors";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { GatewayGroup } from "./gateway-group";

function groupOf(...names: string[]) {
  const clock = new FakeClock();
  const gateways = names.map((name) => new FakeGateway({ name }));
  return { clock, gateways, group: new GatewayGroup({ gateways, clock, logger: silentLogger }) };
}

describe("GatewayGroup", () => {
  it("tells since when each is up or away, whatever it tries meanwhile", async () => {
    const { clock, gateways, group } = groupOf("one", "two");
    const [one] = gateways;
    const start = clock.now();
    const told = () => group.reports().map(({ name, state, since }) => `${name} ${state} ${since - start}`);
    await clock.advance(1000);
    await one?.start();
    await clock.advance(1000);
    expect(told()).toEqual(["one up 1000", "two down 0"]);
    one?.loseContact();
    await clock.advance(1000);
    one?.setStatus({ state: "connecting" });
    await clock.advance(1000);
    expect(told()).toEqual(["one connecting 2000", "two down 0"]);
    one?.regainContact();
    expect(told()).toEqual(["one up 4000", "two down 0"]);
  });

  it("cuts a diagnosis to what the contract carries", () => {
    const { gateways, group } = groupOf("one");
    gateways[0]?.setStatus({ detail: "d".repeat(400) });
    expect(group.reports()[0]?.detail).toHaveLength(300);
  });

  it("opens all of them although one refuses and one never answers, and waits five seconds at most", async () => {
    const { clock, gateways, group } = groupOf("refuses", "silent", "fine");
    const [refuses, silent] = gateways;
    refuses?.failStart(new GatewayConnectionError("REFUSED", { message: "wrong password" }));
    if (silent) silent.start = () => new Promise(() => {});
    let isOpen = false;
    const opened = group.open().then(() => {
      isOpen = true;
    });
    await clock.advance(4999);
    expect(group.reports().map(({ state }) => state)).toEqual(["down", "down", "up"]);
    expect(isOpen).toBe(false);
    await clock.advance(1);
    await opened;
  });

  it("closes all of them although one fails to", async () => {
    const { gateways, group } = groupOf("broken", "fine");
    const [broken, fine] = gateways;
    if (broken) broken.stop = () => Promise.reject(new Error("no"));
    await fine?.start();
    await group.close();
    expect(fine?.status.state).toBe("down");
  });
});
