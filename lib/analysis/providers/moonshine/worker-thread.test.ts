import { expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { WorkerThread } from "./worker-thread";

type Request = { type: "echo"; text: string } | { type: "crash" };
type Reply = { type: "ready" } | { type: "echo"; text: string };

/** A worker written where it is used. It answers, and dies when told to. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (message) => {
      if (message.type === "crash") throw new Error("as told");
      if (message.type === "echo") parentPort.postMessage(message);
    });
    parentPort.postMessage({ type: "ready" });
  `)}`,
);
const broken = new URL(`data:text/javascript,throw new Error("never works")`);

function createThread(options: { entry: URL }) {
  const log: string[] = [];
  const thread = new WorkerThread<Request, Reply>({
    entry: options.entry,
    name: "test",
    data: {},
    clock: systemClock,
    logger: silentLogger,
    onMessage: (reply) => log.push(reply.type === "echo" ? reply.text : reply.type),
    onReady: () => log.push("ready"),
    onDown: (error) => log.push(`down: ${error.message}`),
  });
  return { thread, log };
}

test("a worker that dies is started again and works on; stopping ends it for good", { timeout: 60_000 }, async () => {
  const { thread, log } = createThread({ entry });
  await thread.start();
  thread.post({ type: "echo", text: "one" });
  thread.post({ type: "crash" });
  await expect.poll(() => log, { timeout: 20_000 }).toEqual(["ready", "one", "down: as told", "ready"]);
  expect(thread.ready).toBe(true);
  thread.post({ type: "echo", text: "two" });
  await expect.poll(() => log.at(-1), { timeout: 20_000 }).toBe("two");
  await thread.stop();
  expect(thread.ready).toBe(false);
  thread.post({ type: "echo", text: "three" });
  expect(log.at(-1)).toBe("two");
});

test("a worker that never comes up fails the start, and stopping ends the attempts", { timeout: 60_000 }, async () => {
  const { thread, log } = createThread({ entry: broken });
  await expect(thread.start()).rejects.toThrow("never works");
  await thread.stop();
  expect(log).toEqual(["down: never works"]);
});
