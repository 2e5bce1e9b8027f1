import type { Socket } from "socket.io-client";
import { afterEach, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { arrived, callId } from "../testing/call-events";
import { earOf, frameOf } from "../testing/ear";
import { LiveHarness, send, until } from "../testing/live-harness";
import type { FrameEncoder } from "./frame-encoder";

/** Guards everybody else, and the server's memory, against a browser whose network is too slow for what it listens to. */

/** Large packets fill the system's own buffers in seconds instead of hours. */
const largeEncoder = async (): Promise<FrameEncoder> => ({
  encode: () => new Uint8Array(20_000),
  close: () => undefined,
});

let harness: LiveHarness;
let dropped: number;
afterEach(() => harness.stop());

/** The client's WebSocket, which can stop reading from its wire as a slow network does. */
function wireOf(socket: Socket): { pause(): void; resume(): void } {
  return Reflect.get(socket.io.engine.transport, "ws");
}

async function listen(name: string) {
  const socket = await harness.connect(name);
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
