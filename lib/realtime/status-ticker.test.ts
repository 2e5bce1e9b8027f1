import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { StatusTicker, statusFor } from "./status-ticker";
import { gatewayOf } from "./testing/gateway";
import { SteppedClock } from "./testing/stepped-clock";

const gateway = gatewayOf("built-in", { state: "up" });

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

it("stays a proof of life when the clock is set back", async () => {
  const clock = new SteppedClock();
  let sent = 0;
  const ticker = new StatusTicker({
    ...{ clock, gatewayStatuses: () => [gateway], transcription: () => "full" as const, demonstration: false },
    send: () => void sent++,
  });
  await clock.advance(1000);
  clock.setBack(10_000);
  await clock.advance(2500);
  expect(sent).toBe(3);
  ticker.close();
});

describe("statusFor", () => {
  const rest = { version: 1, sentAt: 1, transcription: "full", demonstration: false } as const;
  const [paris, builtIn] = [gatewayOf("paris", { state: "up" }), gatewayOf("built-in")];
  const status = { ...rest, gateways: [paris, builtIn] };

  it("gives admins all, and supervisors all but the diagnosis", () => {
    expect(statusFor("admins", status)).toEqual(status);
    const gateways = [
      { ...paris, detail: null },
      { ...builtIn, detail: null },
    ];
    expect(statusFor("supervisors", status)).toEqual({ ...rest, gateways });
  });

  it("gives agents nothing to tell where no telephone system is set up", () => {
    expect(statusFor("agents", { ...rest, gateways: [] })).toEqual({ ...rest, gateways: [] });
  });
});
