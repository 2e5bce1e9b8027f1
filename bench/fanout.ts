import { type ChildProcess, fork } from "node:child_process";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { type WebSocket, WebSocketServer } from "ws";
import { AlertService } from "@/lib/analysis/alert-service";
import { CallsService } from "@/lib/calls/service";
import type { CoachingCommands } from "@/lib/coaching/commands";
import { EventBus } from "@/lib/events/event-bus";
import { NotesService } from "@/lib/history/notes";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { COMMAND_RULES } from "@/lib/realtime/command-handlers";
import { createSocketServer } from "@/lib/realtime/socket-server";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { ADMIN } from "./bench-admin";
import { type BrowsersReport, type BrowsersTask, browsersReportSchema } from "./fanout-browsers";
import { percentile, wholeNumber } from "./statistics";

/** Gateway events a second over all calls; each goes to every browser that has the call open. */
const EVENTS_PER_SECOND = 400;
/** A browser may have so many calls open at once (realtime's own limit). */
const CALLS_PER_BROWSER = 50;
const UNLIMITED = { burst: 100_000, perSecond: 100_000 };

type Shape = { calls: number; browsers: number; seconds: number };
type Measured = { latencies: number[]; cpuSeconds: number; deliveries: number };

/** What stands in for each system: how browsers connect, and how event number `index` gets out. */
type Contender = {
  task: Omit<BrowsersTask, "browsers" | "callsPerBrowser">;
  emit: (index: number) => void;
  close: () => Promise<void>;
};

async function listen(): Promise<{ http: HttpServer; url: string }> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return { http, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

const never = () => Promise.reject(new Error("not part of this benchmark"));
const noCoaching: CoachingCommands = { claim: never, approve: never, reject: never, compose: never, interrupt: never };

/** Ours: a gateway's mode change → calls → bus → fold → board and call rooms → sockets of browsers that opened the call. */
async function earshot({ calls: count }: Shape): Promise<Contender> {
  const { http, url } = await listen();
  const deps = { clock: systemClock, logger: silentLogger };
  const bus = new EventBus(deps);
  const gateway = new FakeGateway({ name: "bench" });
  const calls = new CallsService({
    ...deps,
    gateways: [gateway],
    bus,
    agents: { byExtension: async () => null },
    policies: { forTeam: async () => ({ whisperTone: false }) },
    clips: { clipFor: async () => ({ samples: new Int16Array(0), durationMs: 0 }) },
    settings: { greetingText: "Hello.", apologyText: "Sorry.", ringTimeMs: 1000, connectAttempts: 1 },
    onAudio: () => {},
  });
  const sockets = createSocketServer({
    ...deps,
    httpServer: http,
    authenticate: async () => ADMIN,
    scope: { teamsOf: async () => [] },
    bus,
    calls,
    coaching: noCoaching,
    desk: { respond: async () => {}, pauseWhispers: async () => {}, askHelp: async () => {} },
    policies: { forTeam: async () => ({ tellAgents: false }) },
    alerts: new AlertService({ bus, clock: systemClock }),
    notes: new NotesService({ bus, clock: systemClock }),
    audit: () => {},
    auditListening: () => {},
    perPartyAudio: () => true,
    knowsAllCalls: () => true,
    floor: calls.floor,
    speaking: calls.speaking,
    gatewayStatuses: () => [],
    transcription: () => "full",
    demonstration: false,
    // All browsers are one person here, which nobody is.
    rules: {
      ...COMMAND_RULES,
      "board:subscribe": { needs: "own", rate: UNLIMITED },
      "call:subscribe": { needs: "see", rate: UNLIMITED },
    },
  });
  calls.start();
  await gateway.start();
  const live: FakeCall[] = [];
  for (let index = 0; index < count; index++)
    live.push(gateway.arrive({ callId: `bench-${index}`, state: "CONNECTED", mode: "spy" }));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const callIds = live.map((call) => call.description.callId);
  return {
    task: { url, kind: "earshot", callIds },
    // Whisper and barge in turn, changed by the gateway itself: every event is a different, small domain event.
    emit: (index) => live[index % count]?.changeMode(Math.floor(index / count) % 2 === 0 ? "whisper" : "barge"),
    close: async () => {
      calls.stop();
      await sockets.close();
      http.close();
    },
  };
}

/** The same bytes as ours sends, with their sending time in them. */
function sample(index: number, callIds: readonly string[]) {
  const now = Date.now();
  const callId = callIds[index % callIds.length] ?? "";
  const by = { kind: "gateway" };
  const mode = { type: "mode.confirmed", requestId: null, mode: "whisper", previous: "spy", by };
  const event = { ...mode, callId, version: 1, sequence: index + 1, occurredAt: now };
  return { version: 1, sentAt: now, callId, events: [event] };
}

async function bareSocketIo(shape: Shape): Promise<Contender> {
  const { http, url } = await listen();
  const io = new Server(http, { serveClient: false, perMessageDeflate: false });
  io.on("connection", (socket) =>
    socket.on("join", (rooms: string[], done: () => void) => {
      void socket.join(rooms);
      done();
    }),
  );
  const callIds = Array.from({ length: shape.calls }, (_, index) => `bench-${index}`);
  return {
    task: { url, kind: "socket.io", callIds },
    emit(index) {
      const payload = sample(index, callIds);
      io.to(payload.callId).emit("call:events", payload);
    },
    close: async () => void (await io.close()),
  };
}

async function bareWs(shape: Shape): Promise<Contender> {
  const { http, url } = await listen();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const callIds = Array.from({ length: shape.calls }, (_, index) => `bench-${index}`);
  const rooms = new Map<string, Set<WebSocket>>(callIds.map((callId) => [callId, new Set()]));
  server.on("connection", (socket) =>
    socket.on("message", (data) => {
      for (const callId of JSON.parse(data.toString())) rooms.get(callId)?.add(socket);
      socket.send("joined");
    }),
  );
  return {
    task: { url, kind: "ws", callIds },
    emit(index) {
      const payload = sample(index, callIds);
      const text = JSON.stringify(["call:events", payload]);
      for (const client of rooms.get(payload.callId) ?? []) client.send(text);
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      http.close();
    },
  };
}

/** Browsers live in another process, so that the measured processor time is the server's alone. */
function startBrowsers(task: BrowsersTask): Promise<{ child: ChildProcess; report: () => Promise<BrowsersReport> }> {
  const child = fork(new URL("./fanout-browsers.ts", import.meta.url).pathname, { execArgv: ["--import", "tsx"] });
  child.send(task);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`browsers ended with ${code}`)));
    child.once("message", () =>
      resolve({
        child,
        report: () =>
          new Promise((settle) => {
            child.once("message", (message) => settle(browsersReportSchema.parse(message)));
            child.send({ type: "report" });
          }),
      }),
    );
  });
}

async function measure(contender: Contender, shape: Shape): Promise<Measured> {
  const browsers = await startBrowsers({
    ...contender.task,
    browsers: shape.browsers,
    callsPerBrowser: Math.min(CALLS_PER_BROWSER, shape.calls),
  });
  const total = EVENTS_PER_SECOND * shape.seconds;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let sent = 0; sent < total; sent++) {
    const dueAt = startedAt + (sent * 1000) / EVENTS_PER_SECOND;
    const wait = dueAt - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    contender.emit(sent);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  const used = process.cpuUsage(before);
  const { latencies } = await browsers.report();
  browsers.child.removeAllListeners("exit");
  browsers.child.kill();
  await contender.close();
  return { latencies, cpuSeconds: (used.user + used.system) / 1e6, deliveries: latencies.length };
}

const perMillion = ({ cpuSeconds, deliveries }: Measured) => Math.round((cpuSeconds / deliveries) * 1e8) / 100;

/** Gateway event → socket client, beside bare Socket.IO and bare ws sending the same bytes in the same run. */
export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const shape = {
    calls: wholeNumber(options.calls, { name: "calls", fallback: 200 }),
    browsers: wholeNumber(options.browsers, { name: "browsers", fallback: 50 }),
    seconds: wholeNumber(options.seconds, { name: "seconds", fallback: 20 }),
  };
  const results: Record<string, Measured> = {};
  for (const [name, make] of Object.entries({ bareWs, bareSocketIo, earshot })) {
    console.error(`${name}: ${shape.calls} calls, ${shape.browsers} browsers, ${shape.seconds} s`);
    results[name] = await measure(await make(shape), shape);
    console.error(`  ${results[name]?.deliveries} deliveries`);
  }
  const { earshot: ours, bareSocketIo: socketIo, bareWs: ws } = results;
  if (!ours || !socketIo || !ws) throw new Error("a contender did not run");
  return {
    ...shape,
    p50Ms: percentile(ours.latencies, 0.5),
    p95Ms: percentile(ours.latencies, 0.95),
    p99Ms: percentile(ours.latencies, 0.99),
    bareSocketIoP99Ms: percentile(socketIo.latencies, 0.99),
    bareWsP99Ms: percentile(ws.latencies, 0.99),
    cpuSecondsPerMillionEvents: perMillion(ours),
    bareSocketIoCpuSecondsPerMillionEvents: perMillion(socketIo),
    bareWsCpuSecondsPerMillionEvents: perMillion(ws),
    deliveries: ours.deliveries,
  };
}
