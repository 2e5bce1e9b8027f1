import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import type { AsteriskConfigOptions } from "@/lib/telephony/testing/asterisk-config";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { SERVER_CERTIFICATE, SERVER_KEY, TEST_CA } from "@/lib/telephony/testing/certificates";
import { eventually } from "@/lib/telephony/testing/eventually";
import { AriConnection } from "./ari-connection";
import { AriRequestError } from "./ari-errors";
import { socketOptions, socketUrl } from "./ari-socket";
import type { Check, FaultCode } from "./diagnosis";
import { type AsteriskOptions, asteriskOptionsSchema, type ParsedOptions } from "./options";
import { checkAsterisk } from "./preflight";

/** Each misconfiguration really made, on a real Asterisk. */
let server: AsteriskServer;
const connections: AriConnection[] = [];

function parse(options: Partial<AsteriskOptions> = {}): ParsedOptions {
  return asteriskOptionsSchema.parse({ ...server.ari, ...options });
}

async function start(options: AsteriskConfigOptions = {}): Promise<void> {
  server = await AsteriskServer.start(options);
}

function faults(checks: readonly Check[]): (FaultCode | null)[] {
  return checks.filter(({ ok }) => ok !== true).map(({ code }) => code);
}

/** A connection with what it said. */
function connect(options: Partial<AsteriskOptions> = {}) {
  const told = {
    opened: 0,
    events: 0,
    latencies: 0,
    downs: [] as string[],
    refused: [] as GatewayError[],
    arrivals: [] as string[][],
  };
  const connection = new AriConnection(parse(options), {
    ...{ clock: systemClock, logger: silentLogger, random: () => 0.5 },
    handlers: {
      opened: () => {
        told.opened += 1;
      },
      event: (event) => {
        told.events += 1;
        if (event.type === "StasisStart") told.arrivals.push(event.args);
      },
      latency: () => {
        told.latencies += 1;
      },
      down: ({ detail }) => told.downs.push(detail),
      refused: (error) => told.refused.push(error),
    },
  });
  connections.push(connection);
  connection.start();
  return { connection, told };
}

/** A network that can lose its client without a word to the server, whose sockets stay open. */
async function deafProxy(target: number) {
  const open = new Set<{ near: Socket; far: Socket }>();
  const listener = createServer((near) => {
    const far = connectTcp(target, "127.0.0.1");
    open.add({ near, far });
    for (const socket of [near, far]) socket.on("error", () => socket.destroy());
    near.pipe(far, { end: false });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    deafen: () => {
      for (const { near } of open) near.destroy();
    },
    close: () => {
      for (const { near, far } of open) for (const socket of [near, far]) socket.destroy();
      return new Promise((resolve) => listener.close(resolve));
    },
  };
}

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.stop();
  await server.stop();
});

describe("a real Asterisk, set up wrongly", () => {
  const cases: [FaultCode, AsteriskConfigOptions, Partial<AsteriskOptions>][] = [
    ["UNAUTHENTICATED", {}, { password: "wrong" }],
    ["UNAUTHENTICATED", { username: "somebody" }, { username: "earshot" }],
    ["UNAUTHENTICATED", { extra: { "ari.conf": "password_format=crypt" } }, {}],
    ["ADDRESS_REFUSED", { extra: { "ari.conf": "deny=0.0.0.0/0.0.0.0" } }, {}],
    ["READ_ONLY_USER", { extra: { "ari.conf": "read_only=yes" } }, {}],
    ["ARI_OFF", { ari: false }, {}],
    ["ARI_OFF", { extra: { "http.conf": "prefix=pbx" } }, {}],
    ["PORT_CLOSED", { extra: { "http.conf": "enabled=no" } }, {}],
    ["CHAN_WEBSOCKET_MISSING", { chanWebsocket: false }, {}],
    ["MODULE_MISSING", { extra: { "modules.conf": "noload=res_stasis_snoop.so" } }, {}],
  ];

  it.each(cases)("%s where %o", async (code, configuration, options) => {
    await start(configuration);
    expect(faults(await checkAsterisk(parse(options)))).toEqual([code]);
    expect(await server.channels().catch(() => [])).toEqual([]);
  });

  it("has no fault where nothing is wrong, with a prefix, and over TLS", async () => {
    await start({ extra: { "http.conf": "prefix=pbx" } });
    const withPrefix = `${server.ari.url}/pbx`;
    const checks = await checkAsterisk(parse({ url: withPrefix }));
    expect(faults(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === "version")?.detail).toMatch(/^Asterisk 22\.10/);

    const etc = join(server.root, server.folder, "etc");
    const port = server.ports.http + 1;
    writeFileSync(join(etc, "tls.pem"), `${SERVER_KEY}${SERVER_CERTIFICATE}`);
    const tls = `tlsenable=yes\ntlsbindaddr=127.0.0.1:${port}\ntlscertfile=${server.folder}/etc/tls.pem\n`;
    writeFileSync(
      join(etc, "http.conf"),
      `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${server.ports.http}\n${tls}`,
    );
    await server.cli("module reload http");
    const url = `https://127.0.0.1:${port}`;
    expect(faults(await checkAsterisk(parse({ url, ca: TEST_CA })))).toEqual([]);
    expect(faults(await checkAsterisk(parse({ url })))).toEqual(["TLS_UNTRUSTED"]);
    expect(faults(await checkAsterisk(parse({ url: `http://127.0.0.1:${port}` })))).toEqual(["HANGS_UP"]);
    expect(faults(await checkAsterisk(parse({ url: server.ari.url.replace("http:", "https:") })))).toEqual([
      "TLS_MISMATCH",
    ]);
    const { connection } = connect({ url, ca: TEST_CA });
    await eventually("connected over TLS", () => connection.isOpen);
  });

  it("is mended by what the advice says, without a restart of either side", async () => {
    await start({ chanWebsocket: false });
    await server.cli("module load chan_websocket.so");
    expect(faults(await checkAsterisk(parse()))).toEqual([]);
  });
});

describe("the configuration in docs/asterisk.md", () => {
  const text = readFileSync("docs/asterisk.md", "utf8");
  /** The first block after the words. */
  const block = (words: string) => text.slice(text.indexOf(words)).match(/```ini\n([\s\S]*?)```/)?.[1] ?? "";

  it("works as it stands: user, and dialplan with and without Earshot", async () => {
    // Its [general] is the lab's as well, and no section may come twice.
    const user = block("A user of its own").replace("[general]\nenabled = yes\n", "");
    const extra = { "ari.conf": user, "extensions.conf": block("In `extensions.conf`") };
    await start({ username: "lab", extra });
    const documented = { username: "earshot", password: "a-long-random-word" };
    expect(faults(await checkAsterisk(parse(documented)))).toEqual([]);

    const call = () => server.http("POST", "/ari/channels?endpoint=Local/201@from-trunk&context=nowhere&extension=1");
    await call();
    await eventually("the fallback", () => server.log().includes("[201@from-trunk:4] Dial"));

    const { connection, told } = connect(documented);
    await eventually("connected", () => connection.isOpen);
    await call();
    await eventually("the call arrives", () => told.arrivals.length > 0);
    expect(told.arrivals).toEqual([["201"]]);
  });
});

describe("the connection to a real Asterisk", () => {
  it("carries requests and events, and tells an absent channel cheaply", async () => {
    await start();
    const { connection, told } = connect();
    await eventually("connected", () => connection.isOpen);
    expect(await connection.request({ method: "GET", path: "/channels" })).toEqual([]);
    const absent = connection.request({ method: "DELETE", path: "/channels/none" });
    await expect(absent).rejects.toBeInstanceOf(AriRequestError);
    await expect(absent).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
    const all = {
      method: "POST",
      path: "/applications/earshot/subscription",
      query: { eventSource: "bridge:" },
    } as const;
    expect(await connection.request(all)).toMatchObject({ name: "earshot" });
    const bridge = { method: "POST", path: "/bridges/b%201", query: { type: "mixing", name: "ä & b" } } as const;
    expect(await connection.request(bridge)).toMatchObject({ id: "b 1", name: "ä & b" });
    expect(await connection.request({ method: "DELETE", path: "/bridges/b%201" })).toBeNull();
    await eventually("both events", () => told.events === 2);
    expect(connection.malformed).toBe(0);
    expect(told.latencies).toBeGreaterThan(0);
  });

  it("does not take the application of another Earshot, and comes when that one is gone", async () => {
    await start();
    const first = connect();
    await eventually("the first is there", () => first.connection.isOpen);
    const second = connect();
    await eventually("the second sees it", () => second.told.downs.length > 0);
    expect(second.told.downs[0]).toContain("Another program");
    expect(first.connection.isOpen).toBe(true);
    first.connection.stop();
    await eventually("the second takes over", () => second.connection.isOpen);
  });

  it("leaves a program that takes its application alone, and returns when that one is gone", async () => {
    await start();
    const { connection, told } = connect();
    await eventually("connected", () => connection.isOpen);
    const thief = new WebSocket(socketUrl(parse(), { app: "earshot" }), socketOptions(parse()));
    await eventually("replaced", () => told.downs.length > 0);
    expect(told.downs[0]).toContain("gets its events now");
    await eventually("looked, and left it alone", () => told.downs.length > 1);
    expect(thief.readyState).toBe(WebSocket.OPEN);
    thief.terminate();
    await eventually("back", () => connection.isOpen);
    expect(told.refused).toEqual([]);
  });

  it("takes its own place back from a socket that only Asterisk believes to be alive", async () => {
    await start();
    const proxy = await deafProxy(server.ports.http);
    const { connection, told } = connect({ url: `http://127.0.0.1:${proxy.port}` });
    await eventually("connected", () => connection.isOpen);
    proxy.deafen();
    expect(await server.http("GET", "/ari/applications/earshot")).toMatchObject({ status: 200 });
    await eventually("down", () => told.downs.length === 1);
    await eventually("back", () => told.opened === 2);
    expect(connection.isOpen).toBe(true);
    connection.stop();
    await proxy.close();
  });

  it("comes back by itself to an Asterisk that was killed and started again", async () => {
    await start();
    const { connection, told } = connect();
    await eventually("connected", () => connection.isOpen);
    await server.kill();
    await eventually("down", () => told.downs.length > 0);
    await eventually("the diagnosis", () => told.downs.some((detail) => detail.includes("Nothing listens")));
    await server.restart();
    await eventually("back", () => connection.isOpen);
    expect(told.refused).toEqual([]);
  });
});
