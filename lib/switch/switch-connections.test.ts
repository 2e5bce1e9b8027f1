import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { CONTROL_PATH } from "@/lib/contract/call-control";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch, type SwitchOptions } from "./switch";
import { caCertificate, client, server, stranger } from "./testing/certificates";
import { placeSilently } from "./testing/silent-call";
import { greetControl, greetMedia, openControl, openMedia } from "./testing/wire-client";

const apiKey = "0123456789abcdef";
const hello = { type: "hello", protocol: "earshot-call-control", version: 1, sampleRate: 16_000, name: "test" };

let exchange: Switch;
let url: string;

async function setUp(options: Partial<SwitchOptions> = {}): Promise<void> {
  exchange = createSwitch({ apiKey, ...options }, { logger: silentLogger });
  ({ url } = await exchange.start());
}
afterEach(() => exchange.stop());

const place = () => placeSilently(exchange);

/** @returns what HTTP said instead of opening the connection. */
function refusal(options: {
  path?: string;
  headers?: Record<string, string>;
}): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}${options.path ?? CONTROL_PATH}`, { headers: options.headers ?? {} });
    socket.on("open", () => reject(new Error("the connection was opened")));
    socket.on("error", reject);
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (part) => {
        body += String(part);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) }));
    });
  });
}

describe("who may connect", () => {
  test.each([
    ["no key", {}],
    ["a wrong key", { authorization: "Bearer 0123456789abcdeF" }],
    ["a longer key", { authorization: `Bearer ${apiKey}0` }],
    ["an empty key", { authorization: "Bearer " }],
    ["another scheme", { authorization: `Basic ${apiKey}` }],
  ])("%s: 401, and no connection", async (_, headers) => {
    await setUp();
    for (const path of [CONTROL_PATH, `/v1/media/${place().callId}`]) {
      const { status, body } = await refusal({ path, headers });
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: "UNAUTHENTICATED", retryable: false });
    }
  });

  test("another path: 404", async () => {
    await setUp();
    expect((await refusal({ path: "/v2/control", headers: { authorization: `Bearer ${apiKey}` } })).status).toBe(404);
  });

  test("a certificate signed by the CA opens without a key; a stranger's, and none, do not", async () => {
    await setUp({ apiKey: null, tls: { ...server, ca: caCertificate } });
    expect(url).toMatch(/^wss:/);
    const control = await greetControl({ url, socket: { ca: caCertificate, ...client } });
    expect(control.messages[0]).toMatchObject({ type: "hello", version: 1 });
    control.close();
    for (const identity of [stranger, {}])
      await expect(openControl({ url, apiKey, socket: { ca: caCertificate, ...identity } })).rejects.toThrow("401");
  });

  test("with TLS alone the key is still asked for, and a client certificate proves nothing", async () => {
    await setUp({ tls: server });
    await expect(openControl({ url, socket: { ca: caCertificate, ...client } })).rejects.toThrow("401");
    const control = await greetControl({ url, apiKey, socket: { ca: caCertificate } });
    control.close();
  });

  test("a switch that nobody could sign in to is not made", () => {
    expect(() => createSwitch({ apiKey: null, tls: server }, { logger: silentLogger })).toThrow(RangeError);
  });

  test("a peer that breaks off in the TLS handshake disturbs nobody", async () => {
    await setUp({ tls: server });
    const port = Number(new URL(url).port);
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.on("error", () => undefined);
    socket.on("connect", () => socket.destroy());
    const control = await greetControl({ url, apiKey, socket: { ca: caCertificate } });
    control.close();
  });
});

describe("hello", () => {
  beforeEach(() => setUp({ sampleRate: 24_000 }));

  test("the server says it first, and what it can do", async () => {
    const control = await openControl({ url, apiKey });
    expect(await control.next("hello")).toEqual({
      type: "hello",
      protocol: "earshot-call-control",
      version: 1,
      sampleRate: 24_000,
      frameMs: 20,
      heartbeatMs: 5000,
      capabilities: {
        perPartyAudio: true,
        modes: ["spy", "whisper", "barge"],
        flush: true,
        mark: true,
        simulated: true,
        liveVoice: true,
      },
    });
    control.close();
  });

  test("each client hello is answered with every live call: the resync", async () => {
    const first = place();
    const control = await greetControl({ url, apiKey });
    expect(control.messages[1]).toMatchObject({ type: "calls", calls: [{ callId: first.callId, state: "PENDING" }] });
    const media = await greetMedia({ url, apiKey, callId: first.callId });
    await media.command("connect");
    await media.command("whisper");
    const second = place();
    control.hello(24_000);
    expect((await control.next("calls")).calls).toMatchObject([
      { callId: first.callId, state: "CONNECTED", mode: "whisper" },
      { callId: second.callId, state: "PENDING", mode: null },
    ]);
    control.close();
    media.close();
  });

  test("another version is refused", async () => {
    for (const open of [() => openControl({ url, apiKey }), () => openMedia({ url, apiKey, callId: place().callId })]) {
      const peer = await open();
      peer.send({ ...hello, version: 2 });
      expect(await peer.whenClosed()).toEqual({ code: 1008, reason: "UNSUPPORTED_VERSION" });
      expect(peer.messages.at(-1)).toMatchObject({ type: "error", error: { code: "UNSUPPORTED_VERSION" } });
    }
  });

  test("another sample rate than the server's is refused on a media connection", async () => {
    const media = await openMedia({ url, apiKey, callId: place().callId });
    media.hello(16_000);
    expect(await media.whenClosed()).toEqual({ code: 1008, reason: "BAD_MESSAGE" });
  });

  test("nothing counts before it, and no event is sent", async () => {
    const call = place();
    const control = await openControl({ url, apiKey });
    const media = await openMedia({ url, apiKey, callId: call.callId });
    media.send({ type: "command", id: "1", command: "answer" });
    expect(await media.next("error")).toMatchObject({ error: { code: "WRONG_STATE" } });
    media.socket.send(Buffer.alloc(20));
    expect(await media.next("error")).toMatchObject({ error: { code: "WRONG_STATE" } });
    place();
    control.hello();
    await control.next("calls");
    expect(control.messages.filter(({ type }) => type === "call.incoming")).toEqual([]);
    expect(call.wire.state).toBe("PENDING");
    control.close();
    media.close();
  });
});

describe("the media connection of a call", () => {
  beforeEach(() => setUp());

  test.each([
    ["never heard of", "call-nobody", "UNKNOWN_CALL"],
    ["impossible", "..%2f..", "UNKNOWN_CALL"],
  ])("a call %s", async (_, callId, code) => {
    const media = await openMedia({ url, apiKey, callId });
    expect(await media.whenClosed()).toEqual({ code: 1008, reason: code });
    expect(media.messages).toMatchObject([{ type: "error", error: { code, retryable: false } }]);
  });

  test("a call that has ended", async () => {
    const call = place();
    call.hangUp("caller");
    await call.ended;
    const media = await openMedia({ url, apiKey, callId: call.callId });
    expect((await media.whenClosed()).reason).toBe("CALL_CLOSED");
  });

  test("the newest one of the same connector takes over, another connector is turned away", async () => {
    const call = place();
    const target = { url, apiKey, callId: call.callId, connectorId: "earshot" };
    const first = await greetMedia(target);
    await first.command("connect");
    const stranger = await openMedia({ ...target, connectorId: "someone else" });
    stranger.hello();
    expect((await stranger.whenClosed()).reason).toBe("BUSY");
    expect(await first.command("whisper")).toMatchObject({ ok: true });
    const second = await greetMedia(target);
    expect((await first.whenClosed()).reason).toBe("BUSY");
    expect(second.messages.find(({ type }) => type === "call")).toMatchObject({ call: { mode: "spy" } });
    expect(await second.command("whisper")).toMatchObject({ ok: true, mode: "whisper" });
    second.close();
  });
});
