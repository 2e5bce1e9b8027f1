import { afterEach, describe, expect, test } from "vitest";
import { MAX_BINARY_BYTES, MAX_TEXT_BYTES } from "@/lib/contract/call-control";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch, type SwitchOptions } from "./switch";
import { placeSilently } from "./testing/silent-call";
import { greetControl, greetMedia, openControl } from "./testing/wire-client";

const apiKey = "0123456789abcdef";

let exchange: Switch;
let url: string;

async function setUp(options: Partial<SwitchOptions> = {}, clock?: FakeClock): Promise<void> {
  exchange = createSwitch({ apiKey, ...options }, { logger: silentLogger, ...(clock ? { clock } : {}) });
  ({ url } = await exchange.start());
}
afterEach(() => exchange.stop());

const place = () => placeSilently(exchange);

describe("limits", () => {
  test("faults get their code and the field's name, and the connection stays", async () => {
    await setUp();
    const media = await greetMedia({ url, apiKey, callId: place().callId });
    const faults: [unknown, string, string?][] = [
      ["{", "BAD_MESSAGE", "not JSON"],
      [{ type: "dance" }, "BAD_MESSAGE", "type"],
      [{ type: "command", id: "7", command: "explode" }, "BAD_MESSAGE", "command"],
      [{ type: "play", playId: 0, mode: null, samples: 1 }, "BAD_MESSAGE", "playId"],
      [JSON.stringify({ type: "ping", id: "x".repeat(MAX_TEXT_BYTES) }), "TOO_LARGE"],
    ];
    for (const [message, code, field = ""] of faults) {
      media.send(message);
      const { error } = await media.next("error");
      expect(error.code).toBe(code);
      expect(error.message).toContain(field);
    }
    expect(media.messages.filter((message) => message.type === "error" && message.id === "7")).toHaveLength(1);
    media.socket.send(Buffer.alloc(MAX_BINARY_BYTES + 2));
    expect((await media.next("error")).error.code).toBe("TOO_LARGE");
    media.socket.send(Buffer.alloc(17));
    expect((await media.next("error")).error.code).toBe("BAD_FRAME");
    expect(await media.command("answer")).toMatchObject({ ok: true });
    media.close();
  });

  test("a huge message ends the connection with 1009", async () => {
    await setUp();
    const media = await greetMedia({ url, apiKey, callId: place().callId });
    media.socket.send(Buffer.alloc(4 * MAX_TEXT_BYTES));
    expect((await media.whenClosed()).code).toBe(1009);
  });

  test("too many faulty messages end the connection, not the call", async () => {
    await setUp({ rateLimit: { burst: 100, perSecond: 0 } });
    const call = place();
    const media = await greetMedia({ url, apiKey, callId: call.callId });
    for (let at = 0; at < 50; at++) media.send("garbage");
    expect(await media.whenClosed()).toEqual({ code: 1008, reason: "RATE_LIMITED" });
    expect(media.messages.filter(({ type }) => type === "error").length).toBeLessThanOrEqual(11);
    const again = await greetMedia({ url, apiKey, callId: call.callId });
    expect(await again.command("answer")).toMatchObject({ ok: true });
    again.close();
  });

  test("a flood of good messages is one too", async () => {
    await setUp({ rateLimit: { burst: 100, perSecond: 0 } });
    const control = await greetControl({ url, apiKey });
    for (let at = 0; at < 150; at++) control.send({ type: "ping", id: String(at) });
    expect((await control.whenClosed()).reason).toBe("RATE_LIMITED");
  });
});

describe("heartbeat", () => {
  test("both sides may ask, and a peer that says nothing is let go", async () => {
    const clock = new FakeClock();
    await setUp({ heartbeatMs: 1000 }, clock);
    const quiet = await greetControl({ url, apiKey });
    const lively = await greetControl({ url, apiKey });
    quiet.answersPings = false;
    lively.send({ type: "ping", id: "mine" });
    expect((await lively.next("pong")).id).toBe("mine");
    for (let beat = 0; beat < 4; beat++) {
      const pings = lively.messages.filter(({ type }) => type === "ping").length;
      await clock.advance(1000);
      await lively.when(() => lively.messages.filter(({ type }) => type === "ping").length > pings);
      lively.send({ type: "ping", id: `after ${beat}` });
      await lively.when(() =>
        lively.messages.some((message) => message.type === "pong" && message.id === `after ${beat}`),
      );
    }
    await quiet.whenClosed();
    expect(lively.closed).toBeNull();
    lively.close();
  });

  test("a peer that never says hello is let go", async () => {
    const clock = new FakeClock();
    await setUp({}, clock);
    const control = await openControl({ url, apiKey });
    await control.next("hello");
    await clock.advance(5000);
    expect(await control.whenClosed()).toEqual({ code: 1008, reason: "TIMEOUT" });
  });
});

test("200 calls at once: every event reaches every client, in order", async () => {
  await setUp();
  const clients = await Promise.all([1, 2, 3].map(() => greetControl({ url, apiKey })));
  const calls = Array.from({ length: 200 }, place);
  const media = await Promise.all(calls.map(({ callId }) => greetMedia({ url, apiKey, callId })));
  await Promise.all(
    media.map(async (line) => {
      await line.command("answer");
      await line.command("connect");
      await line.command("spy");
    }),
  );
  for (const call of calls) call.hangUp("agent");
  for (const control of clients) {
    await control.when(() => control.messages.filter(({ type }) => type === "call.terminated").length === 200);
    for (const { callId } of calls) {
      const story = control.messages.flatMap((message) =>
        message.type === "call.incoming"
          ? message.call.callId === callId
            ? [message.type]
            : []
          : "callId" in message && message.callId === callId
            ? [message.type]
            : [],
      );
      expect(story).toEqual([
        "call.incoming",
        "call.answered",
        "call.ringing",
        "call.connected",
        "call.mode_changed",
        "call.terminated",
      ]);
    }
    control.close();
  }
});
