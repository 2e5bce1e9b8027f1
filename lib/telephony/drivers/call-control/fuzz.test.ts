import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeFrame } from "@/lib/contract/call-control";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { eventually } from "@/lib/telephony/testing/eventually";
import { ScriptedServer, wireCall } from "@/lib/telephony/testing/scripted-server";
import { CallControlGateway } from "./index";

const MESSAGES = 120_000;
const BATCH = 400;
const SEED = 20_241;

/** mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What no server may send. Each is counted as exactly one fault, whichever connection it comes on. */
class GarbageMaker {
  readonly #random = randomOf(SEED);

  index(below: number): number {
    return Math.floor(this.#random() * below);
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.index(from.length)];
    if (chosen === undefined) throw new Error("nothing to pick from");
    return chosen;
  }

  #bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.index(256)));
  }

  /** Not JSON, not an object, unknown, or a known message with something wrong in it. */
  text(): string {
    const broken = this.pick(BROKEN);
    switch (this.index(6)) {
      case 0:
        return `{${this.#bytes(this.index(60)).toString("hex")}`;
      case 1:
        return this.pick([
          "null",
          "[]",
          "42",
          '"hello"',
          "{}",
          "",
          "true",
          "[[[[[]]]]]",
          '{"__proto__":{"type":"ping"}}',
        ]);
      case 2:
        return JSON.stringify({ type: `x${this.index(1e6)}`, callId: "victim" });
      case 3:
        return JSON.stringify(broken).slice(0, -1 - this.index(8));
      case 4:
        return this.index(40) === 0 ? JSON.stringify({ ...broken, more: "x".repeat(70_000) }) : JSON.stringify(broken);
      default:
        return JSON.stringify({ ...broken, at: { deep: [broken, broken] } });
    }
  }

  /** Well-formed, at a moment when it means nothing. */
  mediaOutOfOrder(): string {
    const playId = 1_000 + this.index(1e6);
    return JSON.stringify(
      this.pick([
        { type: "credit", playId, samples: 1 + this.index(1e9) },
        { type: "drained", playId, playedSamples: this.index(1e9) },
        { type: "refused", playId, code: "MODE_MISMATCH", samples: 0 },
        { type: "result", id: `z${playId}`, ok: true, state: "CONNECTED", mode: "barge" },
        { type: "call", call: wireCall({ callId: "victim", state: "CONNECTED", mode: "barge" }) },
        HELLO,
      ]),
    );
  }

  controlOutOfOrder(): string {
    const about = { callId: `nobody-${this.index(1e6)}`, at: 1 };
    return JSON.stringify(
      this.pick([
        { type: "call.answered", ...about },
        { type: "call.connected", ...about, mode: "barge" },
        { type: "call.mode_changed", ...about, mode: "barge", previous: null },
        { type: "call.terminated", ...about, reason: "caller-hung-up", continuesWithoutUs: false },
        { type: "call.ringing", ...about, ringTimeSeconds: 1 },
        { type: "call.hold_changed", ...about, party: "callee", held: true },
        { type: "call.incoming", at: 1, call: wireCall({ callId: "victim", state: "ANSWERED" }) },
        HELLO,
      ]),
    );
  }

  binary(): Buffer {
    switch (this.index(5)) {
      case 0:
        return this.#bytes(this.index(18));
      case 1:
        return Buffer.concat([Buffer.from([1, 0, 1, 0]), this.#bytes(13 + 2 * this.index(40))]);
      case 2:
        return Buffer.concat([Buffer.from([2 + this.index(200)]), this.#bytes(17 + 2 * this.index(40))]);
      case 3:
        return Buffer.concat([Buffer.from([1, 3 + this.index(200), 0, 0]), this.#bytes(14)]);
      default:
        return this.index(60) === 0 ? this.#bytes(48_100) : frame({ track: "outbound", position: 0 });
    }
  }
}

const HELLO = {
  ...{ type: "hello", protocol: "earshot-call-control", version: 1, sampleRate: 8_000, frameMs: 20, heartbeatMs: 1 },
  capabilities: { perPartyAudio: false, modes: [], flush: false, mark: false, simulated: true },
};
const BROKEN: Record<string, unknown>[] = [
  { type: "calls", calls: [{ callId: "../../etc", state: "CONNECTED" }] },
  { type: "calls", calls: "none" },
  { type: "call.incoming", at: 1, call: { ...wireCall({ callId: "victim" }), state: "FLYING" } },
  { type: "call.terminated", callId: "victim", at: "now", reason: "because", continuesWithoutUs: 1 },
  { type: "call.mode_changed", callId: "victim", at: 1, mode: "BARGE", previous: null },
  { type: "call.connected", callId: "victim", at: 1, mode: null },
  { type: "call.hold_changed", callId: "victim", at: 1, party: "agent", held: true },
  { type: "call.hold_changed", callId: "victim", at: 1, party: "callee", held: "yes" },
  { type: "result", id: 7, ok: "yes", state: "CONNECTED", mode: "barge" },
  { type: "result", id: "c1", ok: true, state: "CONNECTED", mode: "everybody" },
  { type: "credit", playId: -1, samples: 1e99 },
  { type: "credit", playId: 0, samples: 0.5 },
  { type: "drained", playId: 1, playedSamples: -3 },
  { type: "call", call: null },
  { type: "error", id: null, error: { code: "MADE_UP", message: "x", retryable: false } },
  { type: "ping", id: { toString: 1 } },
  { type: "pong", id: "p".repeat(65) },
  { ...HELLO, protocol: "another" },
];

function frame(options: { track: "caller" | "outbound"; position: number }): Buffer {
  const samples = new Int16Array(320).fill(1000);
  return Buffer.from(encodeFrame({ ...options, mode: "spy", sequence: 0, playId: 0, samples }));
}

describe("a hostile server", () => {
  let server: ScriptedServer;
  let gateway: CallControlGateway;
  let victim: GatewayCall;

  beforeEach(async () => {
    server = new ScriptedServer();
    server.onMessage = (message, { path, socket }) => {
      const callId = path.split("/").at(-1);
      if (message.type === "hello" && path.includes("/media/"))
        socket.send(JSON.stringify({ type: "call", call: wireCall({ callId, state: "CONNECTED", mode: "spy" }) }));
      if (message.type === "command")
        socket.send(
          JSON.stringify({ type: "result", id: message.id, ok: true, state: "CONNECTED", mode: message.command }),
        );
    };
    const port = await server.listen();
    gateway = new CallControlGateway(
      {
        ...{ name: "hostile", url: `ws://127.0.0.1:${port}`, connectorId: "c", maxCalls: 3 },
        credentials: { kind: "api-key", key: "k" },
      },
      { clock: systemClock, logger: silentLogger },
    );
    const calls: GatewayCall[] = [];
    gateway.on("call", (call) => calls.push(call));
    await gateway.start();
    for (const callId of ["victim", "h1", "h2"])
      server.tell(server.control, {
        ...{ type: "call.incoming", at: 1 },
        call: wireCall({ callId, state: "CONNECTED", mode: "spy" }),
      });
    await eventually("the calls arrive", () => calls.length === 3);
    const found = calls.find((call) => call.description.callId === "victim");
    if (!found) throw new Error("no victim");
    victim = found;
  });
  afterEach(async () => {
    await gateway.stop();
    await server.close();
  });

  it(`sends ${MESSAGES} messages that it may not: all counted, no crash, the other call undisturbed`, async () => {
    const maker = new GarbageMaker();
    const heard: number[] = [];
    const disturbances: unknown[] = [];
    victim.on("audio", ({ sequence }) => heard.push(sequence));
    for (const event of ["state", "mode", "reachable", "terminated", "fault"] as const)
      victim.on(event, (...what: unknown[]) => disturbances.push([event, what]));
    const counted = () => Object.values(gateway.faults).reduce((total, count) => total + count, 0);
    const control = server.control;
    const hostile = [...server.media("h1"), ...server.media("h2")];
    const own = server.media("victim");
    let frames = 0;
    for (let sent = 0; sent < MESSAGES; sent += BATCH) {
      for (let at = 0; at < BATCH; at++) throwAt({ maker, control, hostile });
      server.tell(own, frame({ track: "caller", position: frames * 320 }));
      frames += 1;
      await eventually("the batch is counted", () => counted() >= sent + BATCH);
      expect(counted()).toBe(sent + BATCH);
    }
    await eventually("every frame is heard", () => heard.length === frames);
    expect(heard).toEqual(Array.from({ length: frames }, (_, index) => index));
    expect(disturbances).toEqual([]);
    for (const count of [gateway.faults.badMessage, gateway.faults.badFrame, gateway.faults.outOfOrder])
      expect(count).toBeGreaterThan(MESSAGES / 20);
    expect(gateway.status.state).toBe("up");
    expect(server.connections.filter(({ socket }) => socket.readyState === socket.OPEN)).toHaveLength(4);
    expect(await victim.setMode("whisper")).toBe("whisper");
  }, 60_000);

  it("opens no more connections than calls are allowed, however many it announces", async () => {
    for (let at = 0; at < 2_000; at++)
      server.tell(server.control, { type: "call.incoming", at: 1, call: wireCall({ callId: `many-${at}` }) });
    await eventually("all are counted", () => gateway.faults.tooManyCalls === 2_000);
    expect(server.connections).toHaveLength(4);
  });

  it("cuts its own call off with a monstrous message, and only that one, which comes back", async () => {
    const reach: string[] = [];
    victim.on("reachable", (isReachable) => reach.push(`victim ${isReachable}`));
    const before = server.media("h1");
    server.tell(before, "x".repeat(3 * 1024 * 1024));
    await eventually("dialled again", () => server.media("h1").some((connection) => !before.includes(connection)));
    expect(reach).toEqual([]);
    expect(gateway.status.state).toBe("up");
  });

  it("cannot bring calls to life that it lists in a state of its own, or end them by a list that is none", async () => {
    server.tell(server.control, { type: "calls", calls: [{ ...wireCall({ callId: "victim" }), state: "GONE" }] });
    await eventually("counted", () => gateway.faults.badMessage === 1);
    expect(victim.state).toBe("CONNECTED");
  });
});

type Connections = ScriptedServer["connections"];

function throwAt({
  maker,
  control,
  hostile,
}: {
  maker: GarbageMaker;
  control: Connections;
  hostile: Connections;
}): void {
  const isControl = maker.index(2) === 0;
  const target = maker.pick(isControl ? control : hostile);
  const kind = maker.index(3);
  if (kind === 0) target.socket.send(maker.text());
  else if (kind === 1) target.socket.send(isControl ? maker.controlOutOfOrder() : maker.mediaOutOfOrder());
  else target.socket.send(maker.binary());
}
