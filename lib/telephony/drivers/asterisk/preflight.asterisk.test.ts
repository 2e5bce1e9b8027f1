import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import type { AsteriskConfigOptions } from "@/lib/telephony/testing/asterisk-config";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { SERVER_CERTIFICATE, SERVER_KEY, TEST_CA } from "@/lib/telephony/testing/certificates";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";
import { eventually } from "@/lib/telephony/testing/eventually";
import { AriConnection } from "./ari-connection";
import { isGone } from "./ari-errors";
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
  const told = { opened: 0, events: 0, latencies: 0, downs: [] as string[], refused: [] as GatewayError[] };
  const connection = new AriConnection(parse(options), {
    ...{ clock: systemClock, logger: silentLogger, random: () => 0.5 },
    handlers: {
      opened: () => {
        told.opened += 1;
      },
      event: () => {
        told.events += 1;
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

describe("the connection to a real Asterisk", () => {
  it("carries requests and events, and tells an absent channel cheaply", async () => {
    await start();
    const { connection, told } = connect();
    await eventually("connected", () => connection.isOpen);
    expect(await connection.request({ method: "GET", path: "/channels" })).toEqual([]);
    const absent = await connection.request({ method: "DELETE", path: "/channels/none" }).catch((e: unknown) => e);
    expect(isGone(absent)).toBe(true);
    const bridge = { method: "POST", path: "/bridges/b%201", query: { type: "mixing", name: "ä & b" } } as const;
    expect(await connection.request(bridge)).toMatchObject({ id: "b 1", name: "ä & b" });
    expect(await connection.request({ method: "DELETE", path: "/bridges/b%201" })).toBeNull();
    await eventually("both events", () => told.events === 2);
    expect(connection.malformed).toBe(0);
    expect(told.latencies).toBeGreaterThan(0);
  });

  it("does not take the application of another Earshot, and leaves one that takes it alone until it is free", async () => {
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

  it("takes its own place back from a socket that only looks alive to Asterisk", async () => {
    await start();
    const proxy = new CuttableProxy({ port: server.ports.http });
    const { connection, told } = connect({ url: `http://127.0.0.1:${await proxy.listen()}` });
    await eventually("connected", () => connection.isOpen);
    const rival = connect({ app: "other" });
    await eventually("an application of another name as well", () => rival.connection.isOpen);
    proxy.cut();
    await eventually("down", () => told.downs.length === 1);
    await eventually("back", () => connection.isOpen && told.opened === 2);
    expect(rival.connection.isOpen).toBe(true);
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
