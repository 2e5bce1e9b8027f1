import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { z } from "zod";

/** The browsers of the fan-out benchmark, in a process of their own: connect, open every call, note when events come. */
export type BrowsersTask = {
  url: string;
  kind: "earshot" | "socket.io" | "ws";
  callIds: readonly string[];
  browsers: number;
  callsPerBrowser: number;
};
export const browsersReportSchema = z.object({ latencies: z.array(z.number()) });
export type BrowsersReport = z.infer<typeof browsersReportSchema>;

const messageSchema = z.object({ events: z.array(z.object({ occurredAt: z.number() })) });
const latencies: number[] = [];

/** Both processes share the machine's clock; its whole milliseconds are the resolution of this benchmark. */
function note(payload: unknown): void {
  const now = performance.timeOrigin + performance.now();
  for (const event of messageSchema.parse(payload).events) latencies.push(Math.max(0, now - event.occurredAt));
}

/** @returns the calls of one browser: neighbours in the list, so that every call is open in equally many browsers. */
function callsOf(task: BrowsersTask, index: number): string[] {
  const first = Math.round((index * task.callIds.length) / task.browsers);
  return Array.from(
    { length: task.callsPerBrowser },
    (_, at) => task.callIds[(first + at) % task.callIds.length] ?? "",
  );
}

async function openSocketIo(task: BrowsersTask, callIds: string[]): Promise<void> {
  const socket = io(task.url, { transports: ["websocket"], forceNew: true });
  await new Promise<void>((resolve) => socket.on("connect", resolve));
  if (task.kind === "earshot") {
    await socket.emitWithAck("board:subscribe", { version: 1 });
    for (const callId of callIds) {
      const result = await socket.emitWithAck("call:subscribe", { version: 1, callId });
      if (!result.ok) throw new Error(`${callId}: ${JSON.stringify(result)}`);
    }
  }
  if (task.kind === "socket.io") await new Promise<void>((resolve) => socket.emit("join", callIds, resolve));
  socket.on("call:events", note);
}

async function openWs(task: BrowsersTask, callIds: string[]): Promise<void> {
  const socket = new WebSocket(task.url.replace("http", "ws"));
  await new Promise<void>((resolve) => socket.on("open", resolve));
  socket.send(JSON.stringify(callIds));
  await new Promise<void>((resolve) => socket.once("message", () => resolve()));
  socket.on("message", (data) => note(JSON.parse(data.toString())[1]));
}

async function open(task: BrowsersTask): Promise<void> {
  for (let index = 0; index < task.browsers; index++)
    await (task.kind === "ws" ? openWs : openSocketIo)(task, callsOf(task, index));
  process.send?.({ type: "open" });
}

if (process.send) {
  process.on("message", (message: BrowsersTask | { type: "report" }) => {
    if ("type" in message) process.send?.({ latencies });
    else
      open(message).catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
  });
}
