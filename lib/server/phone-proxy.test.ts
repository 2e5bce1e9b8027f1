import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Duplex } from "node:stream";
import { Server as SocketServer } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Viewer } from "@/lib/auth/types";
import { agentIdSchema, userIdSchema } from "@/lib/contract/ids";
import { LINE_PATH, PHONE_HEADERS, SOFTPHONE_PROTOCOL } from "@/lib/contract/softphone";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch } from "@/lib/switch/switch";
import { PhoneClient } from "@/lib/switch/testing/phone-client";
import { PhoneProxy, type PhoneProxyOptions } from "./phone-proxy";
import { refusal, refuse } from "./phone-proxy-line";

const apiKey = "the switch's key";
const bob: Viewer = {
  userId: userIdSchema.parse("bob"),
  ...{ name: "Bob", email: "bob@example.com", role: "agent", teamIds: [] },
  agentId: agentIdSchema.parse("agent-bob"),
};
const eve: Viewer = { ...bob, userId: userIdSchema.parse("eve"), role: "supervisor", agentId: null };

let viewers: Record<string, Viewer>;
let agents: Record<string, { extension: string; name: string }>;
let exchange: Switch;
let http: Server;
let proxy: PhoneProxy;
let origin: string;
let clock: FakeClock;
let isDatabaseAway: boolean;

async function setUp(options: Partial<PhoneProxyOptions> & { isBuiltIn?: boolean } = {}): Promise<void> {
  viewers = { bob, eve, nobody: { ...bob, agentId: agentIdSchema.parse("agent-gone") } };
  agents = { "agent-bob": { extension: "1001", name: "Bob Österreich" } };
  clock = new FakeClock();
  isDatabaseAway = false;
  exchange = createSwitch({ apiKey }, { logger: silentLogger });
  const { url } = await exchange.start();
  const { isBuiltIn = true, ...rest } = options;
  proxy = new PhoneProxy(
    { behindProxy: false, allowedOrigins: ["https://earshot.example"], ...rest },
    {
      exchange: isBuiltIn ? { url, apiKey } : null,
      authenticate: async ({ cookie = "" }) => {
        if (cookie === "slow") return new Promise(() => undefined);
        if (isDatabaseAway || cookie === "broken") throw new Error("the database is away");
        return viewers[cookie] ?? null;
      },
      agentOf: async (agentId) => agents[agentId] ?? null,
      clock,
      logger: silentLogger,
    },
  );
  http = createServer((request, response) => {
    if (!proxy.answer(request, response)) response.end("a page");
  });
  proxy.attach(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
beforeEach(() => setUp());
afterEach(async () => {
  proxy.close();
  await exchange.stop();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});
async function again(options: Parameters<typeof setUp>[0]): Promise<void> {
  await exchange.stop();
  http.close();
  await setUp(options);
}

const dial = (as: string, headers: Record<string, string> = {}) =>
  new WebSocket(`${origin.replace("http", "ws")}${LINE_PATH}?as=${as}`, { headers, perMessageDeflate: true });

async function line(as: "agent" | "guest", headers: Record<string, string> = {}): Promise<PhoneClient> {
  const socket = dial(as, headers);
  const client = new PhoneClient(socket);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  client.register();
  await client.next("registered");
  return client;
}

/** A client that asks for a line and keeps its side open, whatever it is answered. @returns when its line is closed */
function stubborn(as: string, cookie = ""): { answer: Promise<string>; closed: Promise<void> } {
  const socket = connect({ port: Number(new URL(origin).port), host: "127.0.0.1", allowHalfOpen: true });
  const handshake = `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${btoa("0123456789abcdef")}`;
  const head = `GET ${LINE_PATH}?as=${as} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${handshake}`;
  socket.write(`${head}\r\nCookie: ${cookie}\r\n\r\n`);
  socket.on("error", () => undefined);
  const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  const isConnected = () => new Promise<number>((resolve) => http.getConnections((_, count) => resolve(count)));
  const closed = answer.then(() => expect.poll(isConnected).toBe(0)).then(() => void socket.destroy());
  return { answer, closed };
}

/** @returns status and code of the refused upgrade, which are those of a plain request as well. */
async function refused(as: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = dial(as, headers);
  const upgrade = await new Promise<string>((resolve, reject) => {
    socket.on("open", () => reject(new Error("the line was opened")));
    socket.on("error", reject);
    socket.on("unexpected-response", (_request, response) => {
      response.setEncoding("utf8").on("data", (body) => resolve(`${response.statusCode} ${JSON.parse(body).code}`));
    });
  });
  const plain = await fetch(`${origin}${LINE_PATH}?as=${as}`, { headers });
  expect(`${plain.status} ${(await plain.json()).code}`).toBe(upgrade);
  return upgrade;
}

describe("who gets a line", () => {
  test("an agent, with the extension of their session and nothing that the browser says", async () => {
    const headers = {
      cookie: "bob",
      origin,
      authorization: "Bearer mine",
      [PHONE_HEADERS.role]: "agent",
      [PHONE_HEADERS.extension]: "1999",
      [PHONE_HEADERS.name]: "Somebody%20else",
    };
    const client = await line("agent", headers);
    expect(client.messages).toContainEqual(expect.objectContaining({ type: "registered", extension: "1001" }));
    expect(exchange.phones.directory).toEqual([{ extension: "1001", name: "Bob Österreich", isBusy: false }]);
    client.close();
  });

  test("a guest, whoever is signed in in that browser, and whatever its headers claim", async () => {
    const client = await line("guest", {
      cookie: "bob",
      [PHONE_HEADERS.role]: "agent",
      [PHONE_HEADERS.extension]: "1001",
    });
    expect(client.messages).toContainEqual(
      expect.objectContaining({ type: "registered", role: "guest", extension: null }),
    );
    expect(exchange.phones.isStaffed("1001")).toBe(false);
    client.close();
  });

  test.each([
    ["nobody signed in", {}, "401 UNAUTHENTICATED"],
    ["a supervisor", { cookie: "eve" }, "403 FORBIDDEN"],
    ["an agent without an extension", { cookie: "nobody" }, "403 NO_EXTENSION"],
    ["a session that cannot be checked", { cookie: "broken" }, "503 UNAVAILABLE"],
    ["another site's page", { cookie: "bob", origin: "https://evil.example" }, "403 FORBIDDEN"],
  ])("as an agent, not %s", async (_, headers, answer) => {
    expect(await refused("agent", headers)).toBe(answer);
    expect(proxy.lines).toBe(0);
  });

  test("the own address behind a proxy counts as own, another site's page does not open a guest's line either", async () => {
    (await line("guest", { origin: "https://earshot.example" })).close();
    expect(await refused("guest", { origin: "https://evil.example" })).toBe("403 FORBIDDEN");
    expect(await refused("guest", { origin: "null" })).toBe("403 FORBIDDEN");
  });

  test("without the built-in switch there is none", async () => {
    await again({ isBuiltIn: false });
    expect(await refused("guest")).toBe("404 NOT_FOUND");
    expect(await refused("agent", { cookie: "bob" })).toBe("404 NOT_FOUND");
  });

  test("guests: so many of one address, so many in all; a line that ends makes room", async () => {
    await again({ behindProxy: true, maxGuestsPerAddress: 2, maxGuests: 3 });
    const from = (address: string) => ({ "x-forwarded-for": `6.6.6.6, ${address}` });
    const first = await line("guest", from("1.1.1.1"));
    const second = await line("guest", from("1.1.1.1"));
    expect(await refused("guest", from("1.1.1.1"))).toBe("429 TOO_MANY_LINES");
    const third = await line("guest", from("2.2.2.2"));
    expect(await refused("guest", from("3.3.3.3"))).toBe("429 TOO_MANY_LINES");
    const agent = await line("agent", { ...from("1.1.1.1"), cookie: "bob" });
    first.close();
    await expect.poll(() => proxy.lines).toBe(3);
    const fourth = await line("guest", from("1.1.1.1"));
    for (const client of [second, third, agent, fourth]) client.close();
  });

  test("a plain request says that there would be one", async () => {
    const answer = await fetch(`${origin}${LINE_PATH}?as=guest`);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    expect(await (await fetch(`${origin}/phone`)).text()).toBe("a page");
  });
});

describe("an open line", () => {
  test("is cut when the session ends, or the extension is another; others stay", async () => {
    const agent = await line("agent", { cookie: "bob" });
    const guest = await line("guest", { cookie: "bob" });
    await proxy.recheck(eve.userId);
    await proxy.recheck(bob.userId);
    await agent.sync();
    agents = { "agent-bob": { extension: "1002", name: "Bob" } };
    await proxy.recheck(bob.userId);
    await agent.whenClosed();
    const moved = await line("agent", { cookie: "bob" });
    viewers = {};
    await clock.advance(30_000);
    await moved.whenClosed();
    await guest.sync();
    expect(proxy.lines).toBe(1);
    guest.close();
  });

  test("ends with the switch, and says so where the switch is away", async () => {
    const client = await line("guest");
    await exchange.stop();
    await client.whenClosed();
    const socket = dial("guest");
    const status = await new Promise((resolve) => {
      socket.on("error", () => undefined);
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(503);
    await expect.poll(() => proxy.lines).toBe(0);
  });

  test("outlives a database that is away for a check or two; the third in a row ends it", async () => {
    const agent = await line("agent", { cookie: "bob" });
    const guest = await line("guest");
    const pass = async () => {
      await clock.advance(30_000);
      await agent.sync();
    };
    for (const isAway of [true, true, false, true, true]) {
      isDatabaseAway = isAway;
      await pass();
    }
    await clock.advance(30_000);
    await agent.whenClosed();
    await guest.sync();
    expect(proxy.lines).toBe(1);
    guest.close();
  });

  test("a refused one is closed and counts no longer, also where the client keeps its side open", async () => {
    const refusedLine = stubborn("agent");
    expect(await refusedLine.answer).toContain("401 Unauthorized");
    await refusedLine.closed;
    await exchange.stop();
    const failed = stubborn("guest");
    expect(await failed.answer).toContain("503 Service Unavailable");
    expect(proxy.lines).toBe(0);
    await failed.closed;
  });

  test("a refusal that nobody takes does not wait for ever", async () => {
    const socket = new Duplex({ read: () => undefined, write: () => undefined });
    refuse(socket, refusal(503, "UNAVAILABLE", "Away."), { clock });
    await clock.advance(5000);
    expect(socket.destroyed).toBe(true);
  });

  test("closing ends all of them, those as well that are still being looked up", async () => {
    const open = await line("guest");
    const socket = dial("agent", { cookie: "slow" });
    const asking = new Promise((resolve) => socket.on("error", resolve));
    await expect.poll(() => new Promise((resolve) => http.getConnections((_, count) => resolve(count)))).toBe(2);
    proxy.close();
    await Promise.all([asking, open.whenClosed()]);
    await expect.poll(() => proxy.lines).toBe(0);
    const late = dial("guest");
    await new Promise((resolve) => late.on("error", resolve));
    expect(proxy.lines).toBe(0);
  });

  test("a browser that breaks off, or says no handshake, leaves nothing behind", async () => {
    const port = Number(new URL(origin).port);
    for (const text of [
      `GET ${LINE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      `GET ${LINE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    ]) {
      const socket = connect({ port, host: "127.0.0.1" });
      const answer = new Promise<string>((resolve) => socket.on("data", (data) => resolve(String(data))));
      socket.on("error", () => undefined);
      socket.write(text);
      expect(await answer).toContain("400");
      socket.destroy();
    }
    const broken = connect({ port, host: "127.0.0.1" });
    broken.write(`GET ${LINE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, () =>
      broken.destroy(),
    );
    broken.on("error", () => undefined);
    await expect.poll(() => proxy.lines).toBe(0);
    (await line("guest")).close();
  });

  test("leaves the dashboard's sockets and other upgrades alone", async () => {
    const dashboard = new SocketServer(http, { destroyUpgrade: false });
    const others: string[] = [];
    http.on("upgrade", (request, socket) => {
      if (request.url !== "/_next/hmr") return;
      others.push(request.url);
      socket.end("HTTP/1.1 418 Mine\r\n\r\n");
    });
    const live = io(origin, { transports: ["websocket"], reconnection: false });
    const [phone] = await Promise.all([
      line("guest"),
      new Promise((resolve) => live.on("connect", () => resolve(null))),
    ]);
    const hmr = new WebSocket(`${origin.replace("http", "ws")}/_next/hmr`);
    const status = await new Promise((resolve) => {
      hmr.on("error", () => undefined);
      hmr.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    });
    expect([status, others]).toEqual([418, ["/_next/hmr"]]);
    phone.send({ type: "hello", protocol: SOFTPHONE_PROTOCOL, version: 1 });
    expect((await phone.next("error")).error.code).toBe("WRONG_STATE");
    expect(live.connected).toBe(true);
    live.disconnect();
    phone.close();
    dashboard.engine.close();
  });
});
