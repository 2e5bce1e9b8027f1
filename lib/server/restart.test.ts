import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { AudioEngine } from "@/lib/headset/audio-engine";
import type { FromWorker } from "@/lib/headset/worker-messages";
import { systemClock } from "@/lib/platform/clock";
import { arrived, callId } from "@/lib/realtime/testing/call-events";
import { LiveHarness, until } from "@/lib/realtime/testing/live-harness";

/** Guards a listener's ear through a restart of the server: headset and server, over a real socket. */

it("a headset that is back before its call is found waits for it, and hears it then", async () => {
  let isSearching = true;
  const harness = await new LiveHarness({ knowsAllCalls: () => !isSearching }).start();
  const told: Extract<FromWorker, { type: "listening" }>[] = [];
  const engine = new AudioEngine({
    createSocket: () =>
      io(harness.url, {
        ...{ autoConnect: false, forceNew: true, transports: ["websocket"], reconnectionDelay: 5 },
        extraHeaders: { cookie: "session=anna" },
      }),
    clock: systemClock,
    backlogBytes: () => 0,
    codecs: async () => ["g711"],
    createDecoder: () => ({ decode() {}, close() {} }),
    tell: (message) => message.type === "listening" && told.push(message),
  });
  engine.handle({ type: "listen", callId: callId("c1") });
  await until(() => told.at(-1)?.state === "interrupted");
  expect(told.at(-1)?.detail).toContain("looking for the calls");
  harness.bus.publish(arrived("c1"));
  isSearching = false;
  await until(() => told.at(-1)?.state === "live");
  expect(told.map(({ state }) => state)).not.toContain("failed");
  engine.handle({ type: "close" });
  await harness.stop();
});
