import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "@/lib/platform/logger";
import { CallCommandError, CallCommandTimeoutError, GatewayConnectionError } from "@/lib/telephony/gateway-errors";
import { AriRig } from "@/lib/telephony/testing/ari-rig";
import { eventually } from "@/lib/telephony/testing/eventually";
import { ariChannel, restResponse } from "@/lib/telephony/testing/scripted-ari";
import { AriRequestError, isGone } from "./ari-errors";

let rig: AriRig;

const created = (id: string) => ({ type: "ChannelCreated", application: "earshot", channel: ariChannel({ id }) });

beforeEach(async () => {
  rig = await AriRig.listen();
});
afterEach(() => rig.close());

describe("requests", () => {
  it("carry query and body, and resolve with the JSON of their own answer, in any order", async () => {
    await rig.up();
    rig.server.onRequest = () => null;
    const first = rig.connection.request({
      method: "POST",
      path: "/channels/a.1/snoop/s",
      query: { spy: "in", callerId: "Ä & B <1>" },
      body: { variables: { X: "1" } },
    });
    const second = rig.connection.request({ method: "DELETE", path: "/bridges/b" });
    const [open] = rig.server.open();
    await eventually("both", () => open?.received.length === 2);
    const [one, two] = open?.received ?? [];
    expect(one).toMatchObject({
      ...{ method: "POST", uri: "channels/a.1/snoop/s", content_type: "application/json" },
      query_strings: [
        { name: "spy", value: "in" },
        { name: "callerId", value: "Ä & B <1>" },
      ],
      message_body: '{"variables":{"X":"1"}}',
    });
    expect(two).not.toHaveProperty("content_type");
    rig.server.tell(restResponse(two?.request_id ?? "", { status: 204 }));
    rig.server.tell(restResponse(one?.request_id ?? "", { status: 200, body: '{"id":"s"}' }));
    await expect(second).resolves.toBeNull();
    await expect(first).resolves.toEqual({ id: "s" });
  });

  it.each([
    [404, "NOT_FOUND", false],
    [409, "CONFLICT", false],
    [412, "UNPROCESSABLE", false],
    [422, "UNPROCESSABLE", false],
    [403, "INTERNAL", false],
    [500, "INTERNAL", true],
  ])("reject with status %d as %s", async (status, code, retryable) => {
    await rig.up();
    rig.server.onRequest = () => ({ status, body: '{"message":"no such thing"}' });
    const error = await rig.connection
      .request({ method: "GET", path: "/channels/x" })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AriRequestError);
    expect(error).toBeInstanceOf(CallCommandError);
    expect(error).toMatchObject({ status, code, retryable, message: expect.stringContaining("no such thing") });
    expect(isGone(error)).toBe(status === 404);
  });

  it("reject where the body is no JSON", async () => {
    await rig.up();
    rig.server.onRequest = () => ({ status: 200, body: "<html>" });
    await expect(rig.connection.request({ method: "GET", path: "/channels" })).rejects.toMatchObject({
      code: "INTERNAL",
    });
  });

  it("give up after their limit without a query in the message, and a late answer disturbs nobody", async () => {
    await rig.up();
    rig.server.onRequest = () => null;
    const limited = rig.connection.request({
      method: "POST",
      path: "/channels",
      query: { n: "0401234" },
      limitMs: 700,
    });
    const [open] = rig.server.open();
    await eventually("sent", () => open?.received.length === 1);
    const refused = expect(limited).rejects.toBeInstanceOf(CallCommandTimeoutError);
    await rig.clock.advance(700);
    await refused;
    await expect(limited).rejects.toThrow(/^(?!.*0401234).*POST \/channels within 700 ms/);
    rig.server.tell(restResponse(open?.received[0]?.request_id ?? "", { status: 200, body: "{}" }));
    rig.server.onRequest = () => ({ status: 200, body: "[]" });
    await expect(rig.connection.request({ method: "GET", path: "/bridges" })).resolves.toEqual([]);
  });

  it("take 5 s by default", async () => {
    await rig.up();
    rig.server.onRequest = () => null;
    let isOver = false;
    const pending = rig.connection.request({ method: "GET", path: "/channels" }).catch(() => {
      isOver = true;
    });
    await rig.beats(2);
    expect(isOver).toBe(false);
    await rig.clock.advance(1_000);
    await pending;
    expect(isOver).toBe(true);
  });

  it("reject when the socket breaks meanwhile, and when there is none", async () => {
    await rig.up();
    rig.server.onRequest = () => null;
    const pending = rig.connection.request({ method: "POST", path: "/channels/a/answer" });
    const broken = expect(pending).rejects.toMatchObject({
      name: "GatewayConnectionError",
      code: "CONNECTION_LOST",
      message: expect.stringContaining("POST /channels/a/answer"),
    });
    const [open] = rig.server.open();
    await eventually("sent", () => open?.received.length === 1);
    open?.socket.terminate();
    await broken;
    expect(rig.connection.isOpen).toBe(false);
    await expect(rig.connection.request({ method: "GET", path: "/channels" })).rejects.toBeInstanceOf(
      GatewayConnectionError,
    );
  });

  it("carry 10 MB", async () => {
    await rig.up();
    const channels = Array.from({ length: 32_000 }, (_, index) => ariChannel({ id: `c${index}` }));
    const body = JSON.stringify(channels);
    expect(body.length).toBeGreaterThan(10 * 1024 * 1024);
    rig.server.onRequest = () => ({ status: 200, body });
    const answer = await rig.connection.request({ method: "GET", path: "/channels" });
    expect(answer).toHaveLength(32_000);
  });
});

describe("reading", () => {
  it("counts what it cannot use, goes on, and logs no value", async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: "silent", name: "t" });
    logger.warn = (fields: unknown) => void lines.push(JSON.stringify(fields));
    await rig.up({ logger });
    const malformed = [
      "{",
      "[]",
      '"x"',
      "null",
      { type: 1 },
      { type: "ChannelCreated", application: "earshot" },
      { ...created("x"), channel: ariChannel({ caller: { name: "Ada Secret", number: 4940111 } }) },
      { type: "RESTResponse", request_id: "r1", status_code: "200" },
      Buffer.from([1, 2, 3]),
    ];
    for (const message of malformed) rig.server.tell(message);
    rig.server.tell({ type: "ChannelVarset", application: "earshot", variable: "X", value: "not ours" });
    rig.server.tell(created("good"));
    await eventually("the good one", () => rig.events.length === 1);
    expect(rig.connection.malformed).toBe(malformed.length);
    expect(lines).toHaveLength(4);
    expect(lines.join()).not.toMatch(/Ada|4940111/);
    expect(rig.downs).toEqual([]);
  });

  it("goes on when a handler throws", async () => {
    rig
      .make({
        handlers: {
          event: (event) => {
            rig.events.push(event);
            throw new Error("a fault of ours");
          },
        },
      })
      .start();
    await eventually("connected", () => rig.connection.isOpen);
    rig.server.tell(created("one"));
    rig.server.tell(created("two"));
    await eventually("both", () => rig.events.length === 2);
    expect(rig.connection.isOpen).toBe(true);
  });

  it("survives an event of 10 MB", async () => {
    await rig.up();
    const large = ariChannel({ id: "large", name: "x".repeat(10 * 1024 * 1024) });
    rig.server.tell({ type: "ChannelCreated", application: "earshot", channel: large });
    await eventually("the event", () => rig.events.length === 1);
    expect(rig.connection.isOpen).toBe(true);
  });
});
