import type { Socket } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import { FakeClock } from "@/lib/platform/clock";
import type { LiveSocket } from "../serve-socket";
import { arrived, callId } from "../testing/call-events";
import { earOf, frameOf } from "../testing/ear";
import { LiveHarness, send, until } from "../testing/live-harness";
import { SteppedClock } from "../testing/stepped-clock";
import { Backlog, PROBE_EVERY_MS, STALLED_AFTER_MS, WAITING_PACKETS } from "./backlog";
import type { FrameEncoder } from "./frame-encoder";

/** Guards everybody else, and the server's memory, against a browser whose network is too slow for what it listens to. */

/** Large packets fill the system's own buffers in seconds instead of hours. */
const largeEncoder = async (): Promise<FrameEncoder> => ({
  encode: () => new Uint8Array(20_000),
  close: () => undefined,
});

let harness: LiveHarness;
let dropped: number;
afterEach(() => harness?.stop());

/** The client's WebSocket, which can stop reading from its wire as a slow network does. */
function wireOf(socket: Socket): { pause(): void; resume(): void } {
  return Reflect.get(socket.io.engine.transport, "ws");
}

async function listen(name: string, { transports = ["websocket"] } = {}) {
  const socket = harness.socket(name);
  socket.io.opts.transports = transports;
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve);
    socket.connect();
  });
  const ear = earOf(socket);
  const payload = { version: 1, callId: "c1", codecs: ["opus"] };
  expect(await send(socket, { name: "listen:start", payload })).toMatchObject({ ok: true });
  return { socket, ear };
}

it("leaves packets out for a slow browser, while a fast one gets all; the slow one goes on with the newest", async () => {
  dropped = 0;
  harness = await new LiveHarness({
    clock: new FakeClock(),
    makeEncoder: largeEncoder,
    metrics: {
      ...{ connections: () => undefined, command: () => undefined, batch: () => undefined, board: () => undefined },
      audio: {
        ...{ listeners: () => undefined, encoded: () => undefined, spokenFrame: () => undefined },
        packet: (entry) => {
          dropped += entry.dropped;
        },
      },
    },
  }).start();
  harness.bus.publish(arrived("c1", "team-1"));
  const [fast, slow] = [await listen("anna"), await listen("root")];
  let index = 0;
  const talk = () => harness.server.hear(callId("c1"), frameOf("mixed", index++));
  wireOf(slow.socket).pause();
  while (dropped < 100) {
    talk();
    await until(() => fast.ear.length === index);
  }
  const missed = dropped;
  wireOf(slow.socket).resume();
  await until(() => slow.ear.length === index - missed);
  for (let more = 0; more < 20; more++) {
    talk();
    await until(() => fast.ear.length === index);
  }
  await until(() => slow.ear.at(-1)?.sequence === index - 1);
  expect(fast.ear.map(({ sequence }) => sequence)).toEqual(Array.from({ length: index }, (_, at) => at));
  const heard = slow.ear.map(({ sequence }) => sequence);
  expect(heard).toHaveLength(index - dropped);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
}, 60_000);

it("gives everybody both of two packets of one turn", async () => {
  harness = await new LiveHarness({ clock: new FakeClock(), makeEncoder: largeEncoder }).start();
  harness.bus.publish(arrived("c1", "team-1"));
  const one = await listen("anna");
  for (let index = 0; index < 4; index++) harness.server.hear(callId("c1"), frameOf("mixed", index));
  await until(() => one.ear.length === 4);
});

it("does not fill the network with sound that a stalled browser would hear seconds late, and goes on at once after it", async () => {
  const clock = new FakeClock();
  harness = await new LiveHarness({ clock }).start();
  harness.bus.publish(arrived("c1", "team-1"));
  const [fast, stalled] = [await listen("anna"), await listen("root")];
  let index = 0;
  const talk = async () => {
    harness.server.hear(callId("c1"), frameOf("mixed", index++));
    await until(() => fast.ear.length === index);
    await clock.advance(FRAME_MS);
  };
  for (let n = 0; n < 100; n++) await talk();
  await until(() => stalled.ear.length === 100);
  wireOf(stalled.socket).pause();
  for (let n = 0; n < 500; n++) await talk();
  wireOf(stalled.socket).resume();
  const longestMs = PROBE_EVERY_MS + STALLED_AFTER_MS;
  const heard = () => stalled.ear.map(({ sequence }) => sequence);
  await until(() => stalled.ear.length > 100);
  for (let n = 0; n < 500 && stalled.ear.at(-1)?.sequence !== index - 1; n++) await talk();
  expect(heard().filter((sequence) => sequence >= 100 && sequence < 600).length).toBeLessThanOrEqual(
    longestMs / FRAME_MS + 2,
  );
  const from = index;
  for (let n = 0; n < 50; n++) await talk();
  await until(() => stalled.ear.at(-1)?.sequence === index - 1);
  expect(heard().filter((sequence) => sequence >= from)).toHaveLength(50);
}, 60_000);

it("gives a browser that only polls whole packets, too", async () => {
  harness = await new LiveHarness({ clock: new FakeClock() }).start();
  harness.bus.publish(arrived("c1", "team-1"));
  const [polling, other] = [await listen("anna", { transports: ["polling"] }), await listen("root")];
  for (let index = 0; index < 5; index++) harness.server.hear(callId("c1"), frameOf("mixed", index));
  await until(() => polling.ear.length === 5 && other.ear.length === 5);
  expect(polling.ear).toEqual(other.ear);
});

describe("Backlog", () => {
  const clock = new SteppedClock();
  const connect = ({ queued = 0, bufferedAmount = 0 } = {}) => {
    let pings = 0;
    let answer: () => void = () => undefined;
    const wire = {
      ...{ bufferedAmount, readyState: 1, ping: () => void pings++ },
      on(_: string, run: () => void) {
        answer = run;
      },
    };
    const writeBuffer = Array.from({ length: queued });
    const connection = { writeBuffer, readyState: "open", transport: { name: "websocket", socket: wire } };
    const backlog = new Backlog({ clock });
    const isBehind = () => backlog.isBehind(connection as unknown as LiveSocket["conn"], { bytes: 200 });
    return { isBehind, answer: () => answer(), pings: () => pings };
  };
  const behind = (change: { queued?: number; bufferedAmount?: number }) => connect(change).isBehind();

  it("counts what Engine.IO, ws and Node hold together, up to half a second", () => {
    expect(behind({})).toBe(false);
    expect(behind({ queued: WAITING_PACKETS })).toBe(false);
    expect(behind({ queued: WAITING_PACKETS + 1 })).toBe(true);
    expect(behind({ bufferedAmount: 200 * WAITING_PACKETS })).toBe(false);
    expect(behind({ bufferedAmount: 200 * WAITING_PACKETS + 1 })).toBe(true);
    expect(behind({ queued: 20, bufferedAmount: 200 * 6 })).toBe(true);
  });

  it("goes on asking, and noticing that nobody answers, when the clock is set back", async () => {
    const one = connect();
    expect(one.isBehind()).toBe(false);
    one.answer();
    clock.setBack(10_000);
    one.isBehind();
    await clock.advance(PROBE_EVERY_MS);
    one.isBehind();
    expect(one.pings()).toBe(2);
    clock.setBack(10_000);
    one.isBehind();
    await clock.advance(STALLED_AFTER_MS + 1);
    expect(one.isBehind()).toBe(true);
  });
});
