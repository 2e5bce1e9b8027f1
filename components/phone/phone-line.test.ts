// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/components/testing/fake-phone-switch";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { callIdSchema } from "@/lib/contract/ids";
import { decodePhoneFrame, encodePhoneFrame, type PhoneFrame, type PhoneState } from "@/lib/contract/softphone";
import { PhoneLine } from "./phone-line";

const callId = callIdSchema.parse("call-1");
const peer = { number: "1001", name: "Maya" };
const connected: PhoneState = {
  ...{ state: "connected", callId, peer, connectedForMs: 4000 },
  ...{ isMuted: false, isHolding: false, isHeld: false },
};
const idle: PhoneState = { state: "idle", ended: null };

let sockets: FakeSocket[];
let answer: () => Promise<Response>;
let heard: PhoneFrame[];

function setUp(role: "agent" | "guest" = "guest") {
  const line = new PhoneLine(
    { role, onChange: () => undefined, onFrame: (frame) => heard.push(frame) },
    {
      connect: (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      ask: () => answer(),
    },
  );
  return line;
}
const last = () => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("no connection was opened");
  return socket;
};
const refuse = (status: number, code: string) => async () => Response.json({ code, message: "No." }, { status });

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, heard] = [[], []];
  answer = async () => Response.json({ ok: true });
});
afterEach(() => vi.useRealTimers());

describe("PhoneLine", () => {
  it("says hello with the guest's name, and is open once registered", () => {
    const line = setUp();
    line.open({ name: " Ada " });
    expect(last().url).toBe("/phone/line?as=guest");
    expect(line.state.status).toBe("opening");
    last().welcome();
    expect(last().sent).toEqual([{ type: "hello", protocol: "earshot-softphone", version: 1, name: "Ada" }]);
    expect(line.state.status).toBe("open");
  });

  it("answers pings, numbers its commands, and shows why one was refused until the next", () => {
    const line = setUp();
    line.open();
    last().welcome();
    last().say({ type: "ping", id: "7" });
    line.request({ type: "call", extension: "1001" });
    last().say({ type: "result", id: "1", ok: false, error: { code: "BUSY", message: "busy", retryable: true } });
    expect(line.state.fault?.code).toBe("BUSY");
    line.request({ type: "call", extension: "1001" });
    expect(line.state.fault).toBeNull();
    expect(last().sent.slice(1)).toEqual([
      { type: "pong", id: "7" },
      { type: "call", id: "1", extension: "1001" },
      { type: "call", id: "2", extension: "1001" },
    ]);
  });

  it("comes back with its token after a lost network, and the call goes on with its own time", () => {
    const line = setUp();
    line.open();
    last().welcome({ resumeToken: "secret" });
    last().phone(connected);
    expect(line.state.connectedAt).toBe(Date.now() - 4000);
    last().break();
    expect(line.state).toMatchObject({ status: "reconnecting", phone: { state: "connected" } });
    vi.advanceTimersByTime(200);
    expect(sockets).toHaveLength(2);
    last().welcome({ resumeToken: "secret", isResumed: true });
    expect(last().sent[0]).toMatchObject({ type: "hello", resumeToken: "secret" });
    last().phone({ ...connected, connectedForMs: 9000 });
    expect(line.state).toMatchObject({ status: "open", connectedAt: Date.now() - 9000 });
  });

  it("says that a call was lost, where the switch does not know the phone any more", () => {
    const line = setUp();
    line.open();
    last().welcome();
    last().phone(connected);
    last().break();
    vi.advanceTimersByTime(200);
    last().welcome();
    last().phone(idle);
    expect(line.state.phone).toEqual({ state: "idle", ended: { callId, peer, reason: "connection-lost" } });
  });

  it("gives a connection up by itself that is silent for five seconds", () => {
    const line = setUp();
    line.open();
    last().welcome();
    vi.advanceTimersByTime(4500);
    last().say({ type: "ping", id: "1" });
    vi.advanceTimersByTime(5000);
    expect(line.state.status).toBe("open");
    vi.advanceTimersByTime(1500);
    expect(line.state.status).toBe("reconnecting");
  });

  it("reads what waits after the page has stalled, before it takes the line for dead", () => {
    const line = setUp();
    line.open();
    last().welcome();
    last().phone(connected);
    vi.setSystemTime(Date.now() + 20_000);
    vi.advanceTimersByTime(500);
    last().say({ type: "ping", id: "1" });
    vi.advanceTimersByTime(2000);
    expect(line.state.status).toBe("open");
    expect(sockets).toHaveLength(1);
  });

  it("waits with its call where the server still counts the lost line, and takes it on", async () => {
    const line = setUp();
    line.open();
    last().welcome({ resumeToken: "secret" });
    last().phone(connected);
    answer = refuse(429, "TOO_MANY_LINES");
    for (let tries = 0; tries < 3; tries++) {
      last().break();
      await vi.advanceTimersByTimeAsync(1500);
    }
    expect(line.state).toMatchObject({ status: "reconnecting", phone: { state: "connected" } });
    last().welcome({ resumeToken: "secret", isResumed: true });
    expect(last().sent[0]).toMatchObject({ type: "hello", resumeToken: "secret" });
  });

  it("keeps to itself what passes and answers no command", () => {
    const line = setUp();
    line.open();
    last().welcome();
    for (const code of ["RATE_LIMITED", "TIMEOUT"] as const)
      last().say({ type: "error", id: null, error: { code, message: "frames", retryable: true } });
    expect(line.state.fault).toBeNull();
    const error = { code: "UNSUPPORTED_VERSION", message: "this server speaks 2", retryable: false } as const;
    last().say({ type: "error", id: null, error });
    expect(line.state.fault).toEqual(error);
  });

  it.each([
    [404, "NOT_FOUND"],
    [401, "UNAUTHENTICATED"],
    [429, "TOO_MANY_LINES"],
  ])("learns by a plain request why there is no line: %i", async (status, code) => {
    answer = refuse(status, code);
    const line = setUp();
    line.open();
    last().break();
    await vi.advanceTimersByTimeAsync(0);
    expect(line.state).toMatchObject({ status: "refused", refusal: { code } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });

  it("tries again and again while the server is away, not faster than every three seconds", async () => {
    answer = async () => Promise.reject(new TypeError("fetch failed"));
    const line = setUp();
    line.open();
    for (let second = 0; second < 30; second++) {
      last().break();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(line.state.status).toBe("reconnecting");
    expect(sockets.length).toBeGreaterThan(8);
    expect(sockets.length).toBeLessThan(16);
  });

  it("is told of another page that has the phone, and does not fight for it", () => {
    const line = setUp("agent");
    line.open();
    last().welcome({ role: "agent" });
    const socket = last();
    socket.say({ type: "replaced" });
    socket.break();
    vi.advanceTimersByTime(60_000);
    expect(line.state.status).toBe("replaced");
    expect(sockets).toHaveLength(1);
  });

  it("counts its frames, also those that a slow network does not get, and hands on what it hears", () => {
    const line = setUp();
    line.open();
    last().welcome();
    last().phone(connected);
    const samples = new Int16Array(FRAME_SAMPLES).fill(7);
    line.sendAudio(samples);
    last().bufferedAmount = 20_000;
    line.sendAudio(samples);
    last().bufferedAmount = 0;
    line.sendAudio(samples);
    const sequences = last().frames.map((bytes) => {
      const decoded = decodePhoneFrame(bytes);
      return decoded.ok ? decoded.frame.sequence : decoded.reason;
    });
    expect(sequences).toEqual([0, 2]);
    last().onmessage?.({ data: encodePhoneFrame({ sequence: 3, samples }).buffer });
    last().onmessage?.({ data: new ArrayBuffer(3) });
    last().onmessage?.({ data: "{" });
    last().onmessage?.({ data: JSON.stringify({ type: "unheard-of" }) });
    expect(heard).toEqual([{ sequence: 3, samples }]);
  });

  it("says goodbye when it is put away", () => {
    const line = setUp();
    line.open();
    last().welcome();
    line.close();
    expect(last().sent.at(-1)).toEqual({ type: "bye" });
    expect(line.state.status).toBe("off");
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });
});
