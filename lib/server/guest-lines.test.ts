import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { LINE_PATH, lineRefusalSchema } from "@/lib/contract/softphone";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch } from "@/lib/switch/switch";
import { PhoneClient } from "@/lib/switch/testing/phone-client";
import { type ControlClient, greetControl } from "@/lib/switch/testing/wire-client";
import { GuestRate } from "./guest-rate";
import { PhoneProxy } from "./phone-proxy";

/** Guards the telephone system against a visitor who opens line after line, each for a call that outlives it. */

const apiKey = "the switch's key";
const RATE = { burst: 4, everyMs: 3000 };

let clock: FakeClock;
let exchange: Switch;
let control: ControlClient;
let http: Server;
let proxy: PhoneProxy;
let origin: string;
beforeEach(async () => {
  clock = new FakeClock();
  exchange = createSwitch({ apiKey }, { logger: silentLogger });
  const { url } = await exchange.start();
  control = await greetControl({ url, apiKey });
  proxy = new PhoneProxy(
    { behindProxy: true, allowedOrigins: [], guestRate: RATE },
    {
      exchange: { url, apiKey },
      ...{ authenticate: async () => null, agentOf: async () => null, clock, logger: silentLogger },
    },
  );
  http = createServer((request, response) => void proxy.answer(request, response));
  proxy.attach(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  proxy.close();
  control.close();
  await exchange.stop();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

const from = (address: string) => ({ "x-forwarded-for": address });

/** Opens a line, calls, and is gone. @returns false where there was no line */
async function callAndDrop({ address, extension }: { address: string; extension: string }): Promise<boolean> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}${LINE_PATH}?as=guest`, { headers: from(address) });
  const client = new PhoneClient(socket);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once("open", () => resolve(true)).once("error", () => resolve(false));
  });
  if (!isOpen) return false;
  client.register();
  expect(await client.do({ type: "call", extension })).toBe("ok");
  socket.terminate();
  await expect.poll(() => proxy.lines).toBe(0);
  return true;
}

async function ask(address: string) {
  const answer = await fetch(`${origin}${LINE_PATH}?as=guest`, { headers: from(address) });
  return { status: answer.status, refusal: lineRefusalSchema.safeParse(await answer.json()).data };
}

it("one address places so many calls and no more, is told when to try again, and stands in nobody's way", async () => {
  const opened: boolean[] = [];
  for (let at = 0; at < 12; at++) opened.push(await callAndDrop({ address: "1.1.1.1", extension: `${5000 + at}` }));
  expect(opened.filter(Boolean)).toHaveLength(RATE.burst);
  expect(exchange.calls).toHaveLength(RATE.burst);
  expect(await ask("1.1.1.1")).toMatchObject({
    status: 429,
    refusal: { code: "TOO_MANY_LINES", message: expect.stringMatching(/your network.* in 3 seconds/) },
  });
  expect((await ask("2.2.2.2")).status).toBe(200);
  expect(await callAndDrop({ address: "2.2.2.2", extension: "6000" })).toBe(true);
  await clock.advance(RATE.everyMs);
  expect((await ask("1.1.1.1")).status).toBe(200);
  expect(await callAndDrop({ address: "1.1.1.1", extension: "6001" })).toBe(true);
  expect((await ask("1.1.1.1")).status).toBe(429);
});

it("asking whether there would be a line uses up nothing, and who has been quiet is forgotten", async () => {
  for (let at = 0; at < 3 * RATE.burst; at++) expect((await ask("1.1.1.1")).status).toBe(200);
  const rate = new GuestRate(RATE, { clock });
  for (let at = 0; at < 100; at++) rate.take(`10.0.0.${at}`);
  await clock.advance(RATE.everyMs);
  rate.take("1.1.1.1");
  expect(rate.addresses).toBe(1);
});

it("lets nobody wait longer for a clock that was set back", () => {
  let now = 10_000_000;
  const rate = new GuestRate(RATE, { clock: { now: () => now, after: () => () => undefined } });
  for (let at = 0; at < RATE.burst; at++) rate.take("1.1.1.1");
  expect(rate.waitMs("1.1.1.1")).toBe(RATE.everyMs);
  now -= 3_600_000;
  expect(rate.waitMs("1.1.1.1")).toBe(RATE.everyMs);
  now += RATE.everyMs;
  expect(rate.waitMs("1.1.1.1")).toBe(0);
  rate.take("1.1.1.1");
  expect(rate.waitMs("1.1.1.1")).toBe(RATE.everyMs);
});
