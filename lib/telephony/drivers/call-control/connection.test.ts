import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { GatewayAuthenticationError, GatewayError } from "@/lib/telephony/gateway-errors";
import {
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  STRANGER_CERTIFICATE,
  STRANGER_KEY,
  TEST_CA,
} from "@/lib/telephony/testing/certificates";
import { eventually } from "@/lib/telephony/testing/eventually";
import { ScriptedServer } from "@/lib/telephony/testing/scripted-server";
import { CallControlGateway } from "./index";
import type { CallControlOptions } from "./options";

let server: ScriptedServer;
let gateway: CallControlGateway;
let clock: FakeClock;
let port: number;

function make(options: Partial<CallControlOptions> = {}): CallControlGateway {
  gateway = new CallControlGateway(
    {
      ...{ name: "test", url: `ws://127.0.0.1:${port}`, connectorId: "c-1" },
      credentials: { kind: "api-key", key: "secret" },
      ...options,
    },
    { clock, logger: silentLogger, random: () => 0.5 },
  );
  return gateway;
}

beforeEach(async () => {
  clock = new FakeClock();
  server = new ScriptedServer();
  port = await server.listen();
});
afterEach(async () => {
  await gateway.stop();
  await server.close();
});

describe("the control connection", () => {
  it("shows the key and who connects, answers the server's hello with its rate, and measures latency", async () => {
    server.hello = { sampleRate: 24_000 };
    await make({ sampleRate: 8_000 }).start();
    await eventually("hello", () => server.control[0]?.received.length === 1);
    expect(server.control[0]?.headers).toMatchObject({ authorization: "Bearer secret", "x-connector-id": "c-1" });
    expect(server.control[0]?.received[0]).toMatchObject({
      type: "hello",
      version: 1,
      sampleRate: 24_000,
      name: "test",
    });
    await eventually("a latency", () => gateway.status.latencyMs !== null);
    expect(gateway.status).toMatchObject({ state: "up", driver: "call-control", reconnects: 0, detail: null });
    expect(gateway.capabilities).toMatchObject({ perPartyAudio: true, managed: true, simulated: false });
  });

  it("says hello first to a server that waits for it", async () => {
    server.greets = false;
    const started = make().start();
    await eventually("connected", () => server.control.length === 1);
    await eventually("the patience timer", async () => {
      await clock.advance(500);
      return server.control[0]?.received.length === 1;
    });
    const [connection] = server.control;
    if (connection) server.sayHello(connection);
    await started;
    expect(gateway.status.state).toBe("up");
  });

  it.each([401, 403])("refused with HTTP %d is refused for good, and says what to do", async (status) => {
    server.refuseWith = status;
    await expect(make().start()).rejects.toBeInstanceOf(GatewayAuthenticationError);
    expect(gateway.status).toMatchObject({ state: "down", detail: expect.stringContaining("correct the credentials") });
    server.refuseWith = null;
    await clock.advance(600_000);
    expect(server.connections).toHaveLength(0);
  });

  it("refused by a message is refused for good, also later; so is a version", async () => {
    server.greets = false;
    const started = make().start();
    await eventually("connected", () => server.control.length === 1);
    const error = { code: "UNSUPPORTED_VERSION", message: "only 2 is spoken here", retryable: false };
    server.tell(server.control, { type: "error", id: null, error });
    await expect(started).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
    server.greets = true;
    await gateway.start();
    server.tell(server.control, { type: "error", id: null, error: { ...error, code: "UNAUTHENTICATED" } });
    await eventually("down", () => gateway.status.state === "down");
    const before = server.connections.length;
    await clock.advance(600_000);
    expect(server.connections).toHaveLength(before);
  });

  it("comes back after exponentially growing, jittered waits, and starts over once it held", async () => {
    server.refuseWith = 503;
    server.hello = { heartbeatMs: 60_000 };
    const waits: number[] = [];
    make();
    gateway.on("status", ({ detail }) => {
      const wait = /next attempt in (\d+) ms/.exec(detail ?? "")?.[1];
      if (wait !== undefined && gateway.status.detail === detail) waits.push(Number(wait));
    });
    const started = gateway.start();
    for (let attempt = 1; attempt <= 9; attempt++) {
      await eventually("an attempt failed", () => waits.length === attempt);
      if (attempt === 9) server.refuseWith = null;
      await clock.advance(waits.at(-1) ?? 0);
    }
    // Half of 250 ms × 2^n, at most half of 15 s.
    expect(waits.slice(0, 8)).toEqual([125, 250, 500, 1000, 2000, 4000, 7500, 7500]);
    await started;
    await clock.advance(5_000);
    waits.length = 0;
    for (const { socket } of server.control) socket.terminate();
    await eventually("down", () => waits.length === 1);
    expect(waits).toEqual([125]);
    await eventually("up again", async () => {
      await clock.advance(125);
      return gateway.status.state === "up";
    });
    expect(gateway.status.reconnects).toBe(1);
  });

  it("notices a server that is silent, and one that never says hello", async () => {
    await make().start();
    await eventually("a latency", () => gateway.status.latencyMs !== null);
    server.fallSilent();
    await clock.advance(3_000);
    expect(gateway.status).toMatchObject({ state: "down", detail: expect.stringContaining("heartbeat") });
    server.greets = false;
    const before = server.connections.length;
    await eventually("dialled again", async () => {
      await clock.advance(125);
      return server.connections.length > before;
    });
    await clock.advance(10_000);
    expect(gateway.status.detail).toContain("did not answer the hello");
  });

  it("drops a server that opens with something else, and does not hammer it", async () => {
    server.hello = { version: 7 };
    const started = make().start();
    await eventually("down", () => gateway.status.detail?.includes("no hello of earshot-call-control 1") ?? false);
    expect(gateway.faults.badMessage).toBe(1);
    server.hello = {};
    await eventually("up", async () => {
      await clock.advance(125);
      return gateway.status.state === "up";
    });
    await started;
  });

  it("stopped while it starts rejects the start, and dials no more", async () => {
    server.refuseWith = 503;
    const started = make().start();
    await gateway.stop();
    await expect(started).rejects.toBeInstanceOf(GatewayError);
    await clock.advance(600_000);
    expect(server.connections).toHaveLength(0);
  });
});

describe("mTLS", () => {
  let secure: ScriptedServer;
  let url: string;

  beforeEach(async () => {
    secure = new ScriptedServer({ cert: SERVER_CERTIFICATE, key: SERVER_KEY, ca: TEST_CA });
    url = `wss://127.0.0.1:${await secure.listen()}`;
  });
  afterEach(async () => {
    await gateway.stop();
    await secure.close();
  });

  it("lets in a client with a certificate, without a key header", async () => {
    const credentials = { kind: "client-certificate", cert: CLIENT_CERTIFICATE, key: CLIENT_KEY } as const;
    await make({ url, ca: TEST_CA, credentials }).start();
    expect(secure.control[0]?.headers).not.toHaveProperty("authorization");
    expect(gateway.status.state).toBe("up");
  });

  it("refuses a stranger's certificate for good", async () => {
    const credentials = { kind: "client-certificate", cert: STRANGER_CERTIFICATE, key: STRANGER_KEY } as const;
    await expect(make({ url, ca: TEST_CA, credentials }).start()).rejects.toBeInstanceOf(GatewayAuthenticationError);
    expect(gateway.status.detail).toContain("certificate");
  });

  it("does not trust a gateway whose authority it does not know", async () => {
    await expect(make({ url }).start()).rejects.toMatchObject({ message: expect.stringContaining("GATEWAY_CA_PATH") });
    expect(secure.connections).toHaveLength(0);
  });
});
