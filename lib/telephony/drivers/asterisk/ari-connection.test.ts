import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { createLogger, silentLogger } from "@/lib/platform/logger";
import {
  CallCommandError,
  CallCommandTimeoutError,
  GatewayConnectionError,
  type GatewayError,
} from "@/lib/telephony/gateway-errors";
import { eventually } from "@/lib/telephony/testing/eventually";
import { ariChannel, restResponse, ScriptedAri } from "@/lib/telephony/testing/scripted-ari";
import { AriConnection, type AriHandlers } from "./ari-connection";
import { AriRequestError, isGone } from "./ari-errors";
import { asteriskOptionsSchema } from "./options";
import type { AriEvent } from "./wire";

let server: ScriptedAri;
let clock: FakeClock;
let port: number;
let connection: AriConnection;
/** What the handlers were told, in order. */
let story: string[];
let events: AriEvent[];
let downs: { detail: string; retryInMs: number }[];
let refusals: GatewayError[];

function make(options: { password?: string; handlers?: Partial<AriHandlers> } = {}): AriConnection {
  const parsed = asteriskOptionsSchema.parse({
    ...{ url: `http://127.0.0.1:${port}`, username: "earshot", password: options.password ?? "secret" },
  });
  connection = new AriConnection(parsed, {
    clock,
    logger: silentLogger,
    random: () => 0.5,
    handlers: {
      opened: () => void story.push("opened"),
      event: (event) => {
        story.push(event.type);
        events.push(event);
      },
      down: (loss) => {
        story.push("down");
        downs.push(loss);
      },
      latency: (ms) => void story.push(`latency ${ms}`),
      refused: (error) => {
        story.push("refused");
        refusals.push(error);
      },
      ...options.handlers,
    },
  });
  return connection;
}

async function up(): Promise<AriConnection> {
  make().start();
  await eventually("connected", () => connection.isOpen);
  return connection;
}

/** Lets time pass until it happens. */
async function passes(what: string, { stepMs, check }: { stepMs: number; check: () => boolean }): Promise<void> {
  await eventually(what, async () => {
    if (!check()) await clock.advance(stepMs);
    return check();
  });
}

/** Heartbeats of 2 s, each of them answered. */
async function beats(count: number): Promise<void> {
  for (let beat = 0; beat < count; beat += 1) {
    const answered = story.filter((told) => told.startsWith("latency")).length;
    await clock.advance(2_000);
    await eventually("a pong", () => story.filter((told) => told.startsWith("latency")).length > answered);
  }
}

const created = (id: string) => ({ type: "ChannelCreated", application: "earshot", channel: ariChannel({ id }) });

beforeEach(async () => {
  clock = new FakeClock();
  server = new ScriptedAri();
  port = await server.listen();
  [story, events, downs, refusals] = [[], [], [], []];
});
afterEach(async () => {
  connection.stop();
  await server.close();
});

describe("connecting", () => {
  it("looks before it dials, subscribes to everything as its application, and opens on the first answer", async () => {
    await up();
    expect(server.asked).toContain("GET applications/earshot");
    const [open] = server.open();
    expect(Object.fromEntries(open?.query ?? [])).toEqual({ app: "earshot", subscribeAll: "true" });
    expect(story.filter((told) => !told.startsWith("latency"))).toEqual(["opened"]);
    expect(story).toContain("latency 0");
  });

  it("hands over what came before the first answer, after `opened`", async () => {
    server.onOpen = ({ app, socket }) => {
      if (app === "earshot") socket.send(JSON.stringify(created("early")));
    };
    await up();
    await eventually("the event", () => events.length === 1);
    expect(story.indexOf("opened")).toBeLessThan(story.indexOf("ChannelCreated"));
  });

  it("does not take the application from another program, and comes once it is free", async () => {
    server.occupied.add("earshot");
    make().start();
    await eventually("down", () => downs.length === 1);
    expect(downs[0]).toMatchObject({ retryInMs: 5_000, detail: expect.stringContaining("ASTERISK_APP") });
    expect(server.open()).toHaveLength(0);
    server.occupied.clear();
    await clock.advance(5_000);
    await eventually("connected", () => connection.isOpen);
    expect(refusals).toEqual([]);
  });

  it("tells what must be corrected once, goes on trying slowly, and opens when it is corrected", async () => {
    make({ password: "wrong" }).start();
    await eventually("refused", () => refusals.length === 1);
    expect(story).toEqual(["down", "refused"]);
    expect(refusals[0]).toMatchObject({ code: "UNAUTHENTICATED", name: "GatewayAuthenticationError" });
    expect(downs[0]).toEqual({ detail: refusals[0]?.message, retryInMs: 30_000 });
    await clock.advance(30_000);
    await eventually("tried again", () => downs.length === 2);
    server.users.set("earshot", { password: "wrong", readOnly: false });
    await clock.advance(30_000);
    await eventually("connected", () => connection.isOpen);
    expect(refusals).toHaveLength(1);
  });

  it("gives an Asterisk that may be starting 5 s before it calls ARI switched off", async () => {
    server.isAriOn = false;
    make().start();
    await eventually("down", () => downs.length === 1);
    expect(downs[0]?.detail).toContain("ari.conf");
    expect(refusals).toEqual([]);
    await passes("refused", { stepMs: 500, check: () => refusals.length === 1 });
    expect(refusals[0]).toMatchObject({ code: "ARI_OFF" });
    server.isAriOn = true;
    await clock.advance(30_000);
    await eventually("connected", () => connection.isOpen);
  });

  it("names a closed port, tries again with growing pauses, and is there when Asterisk is", async () => {
    await server.close();
    make().start();
    await passes("five failures", { stepMs: 100, check: () => downs.length >= 5 });
    expect(downs.slice(0, 5).map(({ retryInMs }) => retryInMs)).toEqual([125, 250, 500, 1_000, 2_000]);
    expect(downs[0]?.detail).toContain("http.conf");
    server = new ScriptedAri();
    await server.listen(port);
    await passes("connected", { stepMs: 500, check: () => connection.isOpen });
    expect(refusals).toEqual([]);
  });

  it("is silent after stop, also when stopped while it looks", async () => {
    make({ password: "wrong" }).start();
    connection.stop();
    await eventually("asked", () => server.asked.length > 0);
    await clock.advance(60_000);
    expect(story).toEqual([]);
    await expect(connection.request({ method: "GET", path: "/channels" })).rejects.toBeInstanceOf(
      GatewayConnectionError,
    );
  });
});

describe("requests", () => {
  it("carry query and body, and resolve with the JSON of their own answer, in any order", async () => {
    await up();
    server.onRequest = () => null;
    const first = connection.request({
      method: "POST",
      path: "/channels/a.1/snoop/s",
      query: { spy: "in", callerId: "Ä & B <1>" },
      body: { variables: { X: "1" } },
    });
    const second = connection.request({ method: "DELETE", path: "/bridges/b" });
    const [open] = server.open();
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
    server.tell(restResponse(two?.request_id ?? "", { status: 204 }));
    server.tell(restResponse(one?.request_id ?? "", { status: 200, body: '{"id":"s"}' }));
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
    await up();
    server.onRequest = () => ({ status, body: '{"message":"no such thing"}' });
    const error = await connection.request({ method: "GET", path: "/channels/x" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AriRequestError);
    expect(error).toBeInstanceOf(CallCommandError);
    expect(error).toMatchObject({ status, code, retryable, message: expect.stringContaining("no such thing") });
    expect(isGone(error)).toBe(status === 404);
  });

  it("reject where the body is no JSON", async () => {
    await up();
    server.onRequest = () => ({ status: 200, body: "<html>" });
    await expect(connection.request({ method: "GET", path: "/channels" })).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("give up after their limit without a query in the message, and a late answer disturbs nobody", async () => {
    await up();
    server.onRequest = () => null;
    const limited = connection.request({ method: "POST", path: "/channels", query: { n: "0401234" }, limitMs: 700 });
    const [open] = server.open();
    await eventually("sent", () => open?.received.length === 1);
    const refused = expect(limited).rejects.toBeInstanceOf(CallCommandTimeoutError);
    await clock.advance(700);
    await refused;
    await expect(limited).rejects.toThrow(/^(?!.*0401234).*POST \/channels within 700 ms/);
    server.tell(restResponse(open?.received[0]?.request_id ?? "", { status: 200, body: "{}" }));
    server.onRequest = () => ({ status: 200, body: "[]" });
    await expect(connection.request({ method: "GET", path: "/bridges" })).resolves.toEqual([]);
  });

  it("take 5 s by default", async () => {
    await up();
    server.onRequest = () => null;
    let isOver = false;
    const pending = connection.request({ method: "GET", path: "/channels" }).catch(() => {
      isOver = true;
    });
    await beats(2);
    expect(isOver).toBe(false);
    await clock.advance(1_000);
    await pending;
    expect(isOver).toBe(true);
  });

  it("reject when the socket breaks meanwhile, and when there is none", async () => {
    await up();
    server.onRequest = () => null;
    const pending = connection.request({ method: "POST", path: "/channels/a/answer" });
    const broken = expect(pending).rejects.toMatchObject({
      name: "GatewayConnectionError",
      code: "CONNECTION_LOST",
      message: expect.stringContaining("POST /channels/a/answer"),
    });
    const [open] = server.open();
    await eventually("sent", () => open?.received.length === 1);
    open?.socket.terminate();
    await broken;
    expect(connection.isOpen).toBe(false);
    await expect(connection.request({ method: "GET", path: "/channels" })).rejects.toBeInstanceOf(
      GatewayConnectionError,
    );
  });

  it("carry 10 MB", async () => {
    await up();
    const channels = Array.from({ length: 32_000 }, (_, index) => ariChannel({ id: `c${index}` }));
    const body = JSON.stringify(channels);
    expect(body.length).toBeGreaterThan(10 * 1024 * 1024);
    server.onRequest = () => ({ status: 200, body });
    const answer = await connection.request({ method: "GET", path: "/channels" });
    expect(answer).toHaveLength(32_000);
  });
});

describe("losing Asterisk", () => {
  it("says so at once, and takes its application back without asking who has it", async () => {
    await up();
    server.occupied.add("earshot");
    server.open()[0]?.socket.terminate();
    await eventually("down", () => downs.length === 1);
    expect(downs[0]).toMatchObject({ retryInMs: 125, detail: expect.stringContaining("1006") });
    await clock.advance(125);
    await eventually("connected", () => connection.isOpen);
    expect(story.filter((told) => told === "opened")).toHaveLength(2);
  });

  it("notices within 5 s a network that is cut without a word", async () => {
    await up();
    const cutAt = clock.now();
    server.isSilent = true;
    await passes("down", { stepMs: 100, check: () => downs.length === 1 });
    expect(clock.now() - cutAt).toBeLessThanOrEqual(5_000);
    expect(downs[0]?.detail).toContain("heartbeat");
  });

  it("lives on as long as anything at all is heard", async () => {
    await up();
    const [open] = server.open();
    server.isSilent = true;
    for (let beat = 0; beat < 10; beat += 1) {
      await clock.advance(500);
      open?.socket.send(JSON.stringify(created(`c${beat}`)));
      await eventually("heard", () => events.length === beat + 1);
    }
    expect(downs).toEqual([]);
  });

  it("dials again while nothing answers, without a diagnosis that would wait as long once more", async () => {
    await up();
    server.isSilent = true;
    await passes("three failures", { stepMs: 100, check: () => downs.length >= 3 });
    expect(downs[1]?.detail).toContain("does not answer within 2500 ms");
    server.isSilent = false;
    await passes("connected", { stepMs: 100, check: () => connection.isOpen });
  });

  it("diagnoses what it finds when it comes back, and waits out an Asterisk that starts", async () => {
    await up();
    server.isAriOn = false;
    server.open()[0]?.socket.terminate();
    await passes("the diagnosis", { stepMs: 100, check: () => downs.length >= 3 });
    expect(downs[1]?.detail).toContain("has no ARI");
    expect(refusals).toEqual([]);
    server.isAriOn = true;
    await passes("connected", { stepMs: 100, check: () => connection.isOpen });
  });

  it("starts the pauses afresh after a connection that held", async () => {
    await up();
    for (let time = 0; time < 3; time += 1) {
      await beats(3);
      server.open()[0]?.socket.terminate();
      await eventually("down", () => downs.length === time + 1);
      await clock.advance(125);
      await eventually("connected", () => connection.isOpen);
    }
    expect(downs.map(({ retryInMs }) => retryInMs)).toEqual([125, 125, 125]);
  });

  it("makes the connection anew when reading the state failed", async () => {
    let failures = 2;
    make({
      handlers: {
        opened: async () => {
          story.push("opened");
          failures -= 1;
          if (failures >= 0) throw new Error("no channels");
        },
      },
    }).start();
    await passes("three times opened", {
      stepMs: 100,
      check: () => story.filter((told) => told === "opened").length === 3,
    });
    expect(downs.map(({ detail }) => detail)).toEqual(Array(2).fill("Reading the state of Asterisk failed"));
    expect(connection.isOpen).toBe(true);
  });
});

describe("being replaced", () => {
  it("leaves at once, does not fight, and returns when the application is free", async () => {
    await up();
    server.replace();
    await eventually("down", () => downs.length === 1);
    expect(downs[0]).toMatchObject({ retryInMs: 5_000, detail: expect.stringContaining("waits until it is free") });
    await eventually("left", () => server.open().length === 0);
    await clock.advance(5_000);
    await eventually("looked", () => downs.length === 2);
    expect(server.connections.filter(({ app }) => app === "earshot")).toHaveLength(1);
    server.occupied.clear();
    await clock.advance(5_000);
    await eventually("connected", () => connection.isOpen);
    expect(story.at(-1)).not.toBe("refused");
  });

  it("is not meant where another application was replaced", async () => {
    await up();
    server.tell({ type: "ApplicationReplaced", application: "other" });
    server.tell(created("c1"));
    await eventually("the event after it", () => events.length === 1);
    expect(downs).toEqual([]);
  });
});

describe("reading", () => {
  it("counts what it cannot use, goes on, and logs no value", async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: "silent", name: "t" });
    logger.warn = (fields: unknown) => void lines.push(JSON.stringify(fields));
    const parsed = asteriskOptionsSchema.parse({
      ...{ url: `http://127.0.0.1:${port}`, username: "earshot", password: "secret" },
    });
    connection = new AriConnection(parsed, {
      ...{ clock, logger, random: () => 0.5 },
      handlers: {
        ...{ opened: () => {}, down: (loss) => void downs.push(loss), latency: () => {}, refused: () => {} },
        event: (event) => void events.push(event),
      },
    });
    connection.start();
    await eventually("connected", () => connection.isOpen);
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
    for (const message of malformed) server.tell(message);
    server.tell({ type: "ChannelVarset", application: "earshot", variable: "X", value: "not ours" });
    server.tell(created("good"));
    await eventually("the good one", () => events.length === 1);
    expect(connection.malformed).toBe(malformed.length);
    expect(lines).toHaveLength(4);
    expect(lines.join()).not.toMatch(/Ada|4940111/);
    expect(downs).toEqual([]);
  });

  it("goes on when a handler throws", async () => {
    make({
      handlers: {
        event: (event) => {
          events.push(event);
          throw new Error("a fault of ours");
        },
      },
    }).start();
    await eventually("connected", () => connection.isOpen);
    server.tell(created("one"));
    server.tell(created("two"));
    await eventually("both", () => events.length === 2);
    expect(connection.isOpen).toBe(true);
  });

  it("survives an event of 10 MB", async () => {
    await up();
    const large = ariChannel({ id: "large", name: "x".repeat(10 * 1024 * 1024) });
    server.tell({ type: "ChannelCreated", application: "earshot", channel: large });
    await eventually("the event", () => events.length === 1);
    expect(connection.isOpen).toBe(true);
  });
});
