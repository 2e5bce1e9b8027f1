import { randomUUID } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import { join } from "node:path";
import type { AgentDirectory } from "@/lib/agents/agent-directory";
import { listTeams } from "@/lib/agents/data";
import { AlertService } from "@/lib/analysis/alert-service";
import { AnalysisService } from "@/lib/analysis/service";
import type { Transcriber } from "@/lib/analysis/transcriber";
import { teamScope } from "@/lib/auth/ability";
import type { Auth } from "@/lib/auth/service";
import { CallsService } from "@/lib/calls/service";
import { CoachingService } from "@/lib/coaching/service";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import { type CallId, suggestionIdSchema, type TeamId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import { CallRecorder } from "@/lib/history/call-recorder";
import { NotesService } from "@/lib/history/notes";
import { Recorder } from "@/lib/history/recorder";
import { setAside } from "@/lib/history/set-aside";
import { isRefused, writeBatch } from "@/lib/history/write-batch";
import type { Clock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { cacheDir, dataDir } from "@/lib/platform/paths";
import type { RealtimeMetrics } from "@/lib/realtime/ports";
import { createSocketServer, type SocketServer } from "@/lib/realtime/socket-server";
import { RehearsalService } from "@/lib/rehearsal/service";
import type { RehearsalStage } from "@/lib/rehearsal/stage";
import { ClipCache } from "@/lib/speech/clip-cache";
import type { Gateway } from "@/lib/telephony/gateway";
import { auditOfCommand, auditOfListening } from "./command-audit";
import type { AskedCall } from "./earlier-calls";
import type { GatewayGroup } from "./gateway-group";
import { createAdvisors, createSynthesizer, createTextAnalyser, createTranscriber } from "./providers";

/** What every room is built from. */
export type Foundation = {
  env: Env;
  logger: Logger;
  database: Database;
  bus: EventBus;
  clock: Clock;
  agents: AgentDirectory;
  demonstration: boolean;
};

const log = ({ logger }: Pick<Foundation, "logger">, room: string) => logger.child({ room });

const policiesOf = ({ agents }: { agents: Pick<AgentDirectory, "policyForTeam"> }) => ({
  forTeam: (teamId: TeamId | null) => agents.policyForTeam(teamId),
});

export function createSpeech(base: Foundation) {
  const logger = log(base, "speech");
  const synthesizer = createSynthesizer({ env: base.env, logger });
  return { synthesizer, clips: new ClipCache({ synthesizer, dir: join(cacheDir, "clips"), logger }) };
}

export function createRecord(base: Foundation) {
  const { env, bus, clock, database, demonstration } = base;
  const logger = log(base, "history");
  const recorder = new Recorder({
    bus,
    write: (batch) => writeBatch(database, { batch }),
    isRefused,
    setAside: (batch) => setAside(batch, { dir: join(dataDir, "unrecorded") }),
    clock,
    logger,
    demonstration,
  });
  const recordings = new CallRecorder({
    dir: env.RECORDINGS_DIR,
    clock,
    logger,
    onProgress: (progress) => recorder.recordingProgress(progress),
  });
  return { recorder, recordings };
}

export function createAnalysis(base: Foundation) {
  const { env, bus, clock } = base;
  const logger = log(base, "analysis");
  const transcriber = createTranscriber({ env, logger });
  const textAnalyser = createTextAnalyser({ env, logger });
  const settings = { agentSentiment: env.AGENT_SENTIMENT };
  const analysis = new AnalysisService({ bus, transcriber, textAnalyser, clock, logger, settings });
  return { transcriber, textAnalyser, analysis, alerts: new AlertService({ bus, clock }) };
}

export function createCalls(
  base: Pick<Foundation, "env" | "logger" | "bus" | "clock"> & {
    agents: Pick<AgentDirectory, "byExtension" | "policyForTeam">;
  },
  parts: {
    gateways: readonly Gateway[];
    clips: Pick<ClipCache, "clipFor">;
    recordings: Pick<CallRecorder, "push">;
    analysis: Pick<AnalysisService, "push">;
    /** To those who listen. */
    hear: (callId: CallId, frame: AudioFrame) => void;
  },
): CallsService {
  const { env, bus, clock, agents } = base;
  return new CallsService({
    gateways: parts.gateways,
    bus,
    clock,
    logger: log(base, "calls"),
    agents,
    policies: policiesOf(base),
    clips: parts.clips,
    settings: {
      greetingText: env.GREETING_TEXT,
      apologyText: env.APOLOGY_TEXT,
      ringTimeMs: env.RING_TIME_SECONDS * 1000,
      connectAttempts: env.CONNECT_ATTEMPTS,
    },
    onAudio: (callId, frame) => {
      // Listeners first, they are in a hurry, and only read. The recorder copies; the transcriber takes the samples over, and comes last.
      parts.hear(callId, frame);
      parts.recordings.push(callId, frame);
      parts.analysis.push(callId, frame);
    },
  });
}

export function createCoaching(base: Foundation, parts: { clips: ClipCache; calls: CallsService }): CoachingService {
  const { env, bus, clock } = base;
  const logger = log(base, "coaching");
  return new CoachingService({
    bus,
    advisors: createAdvisors({ env, logger }),
    clips: parts.clips,
    whispers: parts.calls,
    policies: policiesOf(base),
    clock,
    logger,
    ids: { suggestionId: () => suggestionIdSchema.parse(randomUUID()) },
  });
}

export function createRehearsals(base: Foundation, { stage }: { stage: RehearsalStage | null }) {
  const { database: prisma, bus, agents, clock } = base;
  return new RehearsalService({ prisma, bus, agents, clock, stage, logger: log(base, "rehearsal") });
}

export function createSockets(
  base: Foundation,
  parts: {
    httpServer: HttpServer;
    auth: Auth;
    calls: CallsService;
    coaching: CoachingService;
    alerts: AlertService;
    recorder: Recorder;
    transcriber: Transcriber;
    gateways: GatewayGroup;
    perPartyAudio: (gateway: string) => boolean;
    knowsAllCalls: (asked: AskedCall) => boolean;
    metrics: RealtimeMetrics;
  },
): SocketServer {
  const { env, bus, clock, database, demonstration } = base;
  const { httpServer, auth, calls, coaching, alerts, recorder, transcriber, gateways, metrics } = parts;
  const sockets: SocketServer = createSocketServer({
    httpServer,
    ...(env.PUBLIC_URL ? { allowedOrigins: [new URL(env.PUBLIC_URL).origin] } : {}),
    authenticate: (headers) => auth.viewerFromHeaders(headers),
    scope: { teamsOf: (viewer) => listTeams({ prisma: database, scope: teamScope(viewer) }) },
    ...{ bus, calls, coaching, alerts, floor: calls.floor, speaking: calls.speaking },
    desk: coaching,
    policies: policiesOf(base),
    notes: new NotesService({ bus, clock }),
    audit: (entry) => {
      const teamId = sockets.live.get(entry.callId)?.info.teamId ?? null;
      recorder.audit(auditOfCommand(entry, { teamId }));
    },
    auditListening: (entry) => recorder.audit(auditOfListening(entry)),
    perPartyAudio: parts.perPartyAudio,
    knowsAllCalls: parts.knowsAllCalls,
    gatewayStatuses: () => gateways.reports(),
    transcription: () => transcriber.level,
    ...{ demonstration, clock, metrics },
    logger: log(base, "realtime"),
  });
  return sockets;
}
