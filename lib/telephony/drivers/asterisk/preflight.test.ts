import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SERVER_CERTIFICATE, SERVER_KEY, TEST_CA } from "@/lib/telephony/testing/certificates";
import { ScriptedAri } from "@/lib/telephony/testing/scripted-ari";
import { judgeVersion } from "./asterisk-version";
import { type Check, describeRefusal, explainFailure, type FaultCode, GRAVITY } from "./diagnosis";
import { type AsteriskOptions, asteriskOptionsSchema } from "./options";
import { checkAsterisk } from "./preflight";

let server: ScriptedAri | null = null;

type Set = Partial<AsteriskOptions> & { url: string };

function check(options: Set): Promise<Check[]> {
  const defaults = { username: "earshot", password: "secret" };
  return checkAsterisk(asteriskOptionsSchema.parse({ ...defaults, ...options }), { limitMs: 700 });
}

async function healthy(change: (server: ScriptedAri) => void = () => {}): Promise<string> {
  server = new ScriptedAri();
  change(server);
  return `http://127.0.0.1:${await server.listen()}`;
}

/** Each that is not well, `name CODE`; `name !` for a warning. */
function complaints(checks: readonly Check[]): string[] {
  return checks.filter(({ ok }) => ok !== true).map(({ name, ok, code }) => `${name} ${ok === null ? "!" : code}`);
}

afterEach(async () => {
  await server?.close();
  server = null;
});

describe("a healthy Asterisk", () => {
  it("passes everything, and nothing is placed", async () => {
    const url = await healthy();
    const checks = await check({ url });
    expect(checks.map(({ name, ok, code }) => [name, ok, code])).toEqual(
      [
        ...["reachable", "HTTP server", "ARI", "user", "permissions", "version", "modules", "application"],
        "WebSocket",
      ].map((name) => [name, true, null]),
    );
    expect(server?.asked.filter((asked) => !asked.startsWith("GET"))).toEqual([
      "DELETE channels/earshot-check-places-nothing",
    ]);
    expect(
      server?.connections.map(({ app, query }) => [app.replace(/[0-9a-f]{8}$/, "*"), query.get("subscribeAll")]),
    ).toEqual([["earshot-check-*", null]]);
  });

  it("is found below a prefix, with and without a slash at the end", async () => {
    const url = await healthy(({ answers }) => {
      answers.set("GET /pbx/ari/asterisk/ping", { status: 200, json: { ping: "pong" } });
    });
    for (const end of ["/pbx", "/pbx/"])
      expect((await check({ url: `${url}${end}` })).find(({ name }) => name === "user")).toMatchObject({ ok: true });
  });

  it("is trusted over TLS by its authority", async () => {
    server = new ScriptedAri({ cert: SERVER_CERTIFICATE, key: SERVER_KEY });
    const url = `https://127.0.0.1:${await server.listen()}`;
    expect(complaints(await check({ url, ca: TEST_CA }))).toEqual([]);
    expect(complaints(await check({ url }))).toEqual(["TLS TLS_UNTRUSTED"]);
  });
});

describe("each misconfiguration", () => {
  const cases: [FaultCode, string, (server: ScriptedAri) => void, RegExp][] = [
    ["ARI_OFF", "ARI", (ari) => (ari.isAriOn = false), /ari\.conf \[general\].*enabled = yes/],
    ["STARTING", "ARI", (ari) => ari.answers.set("GET asterisk/ping", { status: 503, html: "booting" }), /by itself/],
    ["UNAUTHENTICATED", "user", ({ users }) => users.clear(), /section \[earshot\].*password/],
    ["ADDRESS_REFUSED", "user", (ari) => ari.answers.set("GET asterisk/ping", FORBIDDEN), /permit/],
    [
      "READ_ONLY_USER",
      "permissions",
      ({ users }) => users.set("earshot", { password: "secret", readOnly: true }),
      /ari\.conf \[earshot\] set read_only = no/,
    ],
    ["VERSION_TOO_OLD", "version", (ari) => (ari.version = "20.9.3"), /Upgrade to 22\.10/],
    [
      "CHAN_WEBSOCKET_MISSING",
      "chan_websocket",
      ({ modules }) => modules.delete("chan_websocket.so"),
      /modules\.conf.*module load chan_websocket\.so/,
    ],
    ["MODULE_MISSING", "modules", ({ modules }) => modules.delete("res_stasis_snoop.so"), /load res_stasis_snoop\.so/],
    ["APP_IN_USE", "application", ({ occupied }) => occupied.add("earshot"), /ASTERISK_APP/],
    ["SOCKET_REFUSED", "WebSocket", (ari) => (ari.refuseWith = 404), /res_ari_events\.so/],
    ["NOT_ASTERISK", "HTTP server", (ari) => Object.assign(ari, { isAriOn: false, server: "nginx" }), /bindport/],
    ["HANGS_UP", "reachable", (ari) => (ari.hangsUp = true), /sessionlimit/],
    ["UNREACHABLE", "reachable", (ari) => (ari.isSilent = true), /firewall/],
  ];

  it.each(cases)("%s is told by the check %s, with what to change", async (code, name, change, advice) => {
    const checks = await check({ url: await healthy((ari) => void change(ari)) });
    expect(complaints(checks)).toEqual([`${name} ${code}`]);
    const failing = checks.find(({ ok }) => ok === false);
    expect(failing?.advice).toMatch(advice);
    expect(`${failing?.detail}. ${failing?.advice}`.length).toBeLessThanOrEqual(300);
    expect(JSON.stringify(checks)).not.toContain("secret");
  });

  it("a closed port", async () => {
    const checks = await check({ url: "http://127.0.0.1:1" });
    expect(complaints(checks)).toEqual(["reachable PORT_CLOSED"]);
    expect(checks[0]?.advice).toMatch(/http\.conf \[general\].*enabled = yes.*bindport = 1/);
  });

  it("a name that does not exist", async () => {
    expect(complaints(await check({ url: "http://no-such-host.invalid:8088" }))).toEqual(["reachable HOST_UNKNOWN"]);
  });

  it("TLS to a port without it, and no TLS to a port with it", async () => {
    const url = await healthy();
    expect(complaints(await check({ url: url.replace("http:", "https:") }))).toEqual(["TLS TLS_MISMATCH"]);
    await server?.close();
    server = new ScriptedAri({ cert: SERVER_CERTIFICATE, key: SERVER_KEY });
    const [plain] = await check({ url: `http://127.0.0.1:${await server.listen()}` });
    expect(plain).toMatchObject({ code: "HANGS_UP", advice: expect.stringContaining("https://") });
  });

  it("something else than HTTP", async () => {
    const other = createServer((socket) => socket.resume().end("220 mail.example ESMTP\r\n"));
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    expect(complaints(await check({ url: `http://127.0.0.1:${port}` }))).toEqual(["HTTP server NOT_ASTERISK"]);
    await new Promise((resolve) => other.close(resolve));
  });

  it("an address that ends in /ari", async () => {
    const [fault] = (await check({ url: `${await healthy()}/ari` })).filter(({ ok }) => ok === false);
    expect(fault).toMatchObject({ code: "ARI_OFF", advice: expect.stringContaining("Take /ari off") });
  });

  it("several at once are all told where one does not hide the other", async () => {
    const url = await healthy((ari) => {
      ari.modules.delete("chan_websocket.so");
      ari.modules.delete("res_stasis_snoop.so");
      ari.occupied.add("earshot");
      ari.version = "22.11.0";
    });
    expect(complaints(await check({ url }))).toEqual([
      "version !",
      "chan_websocket CHAN_WEBSOCKET_MISSING",
      "modules MODULE_MISSING",
      "application APP_IN_USE",
    ]);
  });

  it("a request on the socket that is never answered, as in an Asterisk without REST there", async () => {
    const url = await healthy((ari) => {
      ari.onOpen = ({ socket }) => socket.pause();
    });
    const checks = await check({ url });
    expect(complaints(checks)).toEqual(["WebSocket SOCKET_REFUSED"]);
    expect(checks.at(-1)?.detail).toContain("a request on it is not answered");
  });
});

const FORBIDDEN = { status: 403, json: { message: "Forbidden" } };

describe("the words", () => {
  const longest = { url: `http://${"a".repeat(40)}.example.org:65535` };

  it.each([
    ...["ECONNREFUSED", "ENOTFOUND", "TIMEOUT", "ECONNRESET", "EHOSTUNREACH"],
    ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("of %s fit into a status detail, also with a long name", (code) => {
    const { detail, advice } = explainFailure(longest, code);
    expect(`${detail}. ${advice}`.length).toBeLessThanOrEqual(300);
  });

  it("become the error of the port that callers know", () => {
    const fault = (code: FaultCode): Check => ({
      name: "n",
      ok: false,
      detail: "It is wrong",
      advice: "Do this",
      code,
    });
    expect(describeRefusal(fault("UNAUTHENTICATED"))).toMatchObject({
      ...{ name: "GatewayAuthenticationError", code: "UNAUTHENTICATED", retryable: false },
      message: "It is wrong. Do this",
    });
    expect(describeRefusal(fault("PORT_CLOSED"))).toMatchObject({ name: "GatewayConnectionError", retryable: true });
    expect(describeRefusal(fault("ARI_OFF"))).toMatchObject({ name: "GatewayError", retryable: false });
  });

  it("never refuse for good what passes by itself", () => {
    const retried = Object.entries(GRAVITY).filter(([, gravity]) => gravity === "retry");
    expect(retried.map(([code]) => code)).toEqual([
      ...["PORT_CLOSED", "HOST_UNKNOWN", "UNREACHABLE", "HANGS_UP", "STARTING", "APP_IN_USE", "SOCKET_REFUSED"],
    ]);
  });
});

describe("versions", () => {
  it.each([
    ["22.10.1+dfsg+~cs6.17.60671434-1", "tried"],
    ["22.8.0", "fine"],
    ["22.9.0-rc1", "fine"],
    ["20.18.0", "fine"],
    ["23.4.1", "fine"],
    ["24.0.0", "fine"],
    ["22.11.0", "whisper-doubtful"],
    ["20.21.0", "whisper-doubtful"],
    ["22.7.0", "too-old"],
    ["22.4.0", "too-old"],
    ["23.1.0", "too-old"],
    ["21.12.2", "too-old"],
    ["20.17.0", "too-old"],
    ["18.26.0", "too-old"],
    ["13.1.0~dfsg", "too-old"],
    ["certified-22.8-cert1", "unknown"],
    ["GIT-master-a1b2c3", "unknown"],
    ["", "unknown"],
  ])("%s is %s", (version, verdict) => expect(judgeVersion(version)).toBe(verdict));
});
