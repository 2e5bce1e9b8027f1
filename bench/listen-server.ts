import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { AlertService } from "@/lib/analysis/alert-service";
import { CallsService } from "@/lib/calls/service";
import type { CoachingCommands } from "@/lib/coaching/commands";
import type { CallId } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { NotesService } from "@/lib/history/notes";
import { type Clock, systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { COMMAND_RULES } from "@/lib/realtime/command-handlers";
import { createSocketServer, type SocketServer } from "@/lib/realtime/socket-server";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { ADMIN } from "./bench-admin";

const UNLIMITED = { burst: 100_000, perSecond: 100_000 };
/** With fractions of a millisecond, which packets carry as they are. */
const fineClock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
const never = () => Promise.reject(new Error("not part of this benchmark"));
const noCoaching: CoachingCommands = { claim: never, approve: never, reject: never, compose: never, interrupt: never };

export type ListenServer = { url: string; callIds: CallId[]; sockets: SocketServer; close: () => Promise<void> };

/** The server's real socket part with connected calls whose sound the caller of this function pushes. */
export async function startListenServer({
  calls: count,
  onRequest,
}: {
  calls: number;
  /** Serves what is not the socket's. */
  onRequest?: RequestListener;
}): Promise<ListenServer> {
  const httpServer = createServer(onRequest);
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const deps = { clock: fineClock, logger: silentLogger };
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  const gateway = new FakeGateway({ name: "bench" });
  const calls = new CallsService({
    ...{ clock: systemClock, logger: silentLogger },
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
    httpServer,
    authenticate: async () => ADMIN,
    scope: { teamsOf: async () => [] },
    ...{ bus, calls, floor: calls.floor, speaking: calls.speaking, coaching: noCoaching },
    desk: { respond: async () => {}, pauseWhispers: async () => {}, askHelp: async () => {} },
    policies: { forTeam: async () => ({ tellAgents: false }) },
    alerts: new AlertService({ bus, clock: systemClock }),
    notes: new NotesService({ bus, clock: systemClock }),
    audit: () => {},
    auditListening: () => {},
    perPartyAudio: () => true,
    knowsAllCalls: () => true,
    gatewayStatuses: () => [],
    transcription: () => "full",
    demonstration: false,
    // All listeners are one person here, which nobody is.
    rules: { ...COMMAND_RULES, "listen:start": { needs: "see", rate: UNLIMITED } },
  });
  calls.start();
  await gateway.start();
  const live = Array.from({ length: count }, (_, index) =>
    gateway.arrive({ callId: `bench-${index}`, state: "CONNECTED", mode: "spy" }),
  );
  const callIds = live.map((call) => call.description.callId);
  while (callIds.some((callId) => !sockets.live.get(callId))) await new Promise((resolve) => setTimeout(resolve, 20));
  const close = async () => {
    calls.stop();
    await sockets.close();
    httpServer.closeAllConnections();
    httpServer.close();
  };
  return { url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`, callIds, sockets, close };
}
