import { randomUUID } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import { join } from "node:path";
import { AgentDirectory } from "@/lib/agents/agent-directory";
import { listTeams } from "@/lib/agents/data";
import { AlertService } from "@/lib/analysis/alert-service";
import { AnalysisService } from "@/lib/analysis/service";
import { teamScope } from "@/lib/auth/ability";
import type { Auth } from "@/lib/auth/service";
import { CallsService } from "@/lib/calls/service";
import { CoachingService } from "@/lib/coaching/service";
import { LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { suggestionIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { CallRecorder } from "@/lib/history/call-recorder";
import { ListeningLog } from "@/lib/history/listening-log";
import { NotesService } from "@/lib/history/notes";
import { Recorder } from "@/lib/history/recorder";
import { setAside } from "@/lib/history/set-aside";
import { isRefused, writeBatch } from "@/lib/history/write-batch";
import { systemClock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { cacheDir, dataDir } from "@/lib/platform/paths";
import { createSocketServer, type SocketServer } from "@/lib/realtime/socket-server";
import { ClipCache } from "@/lib/speech/clip-cache";
import type { Gateway } from "@/lib/telephony/gateway";
import { auditOfCommand } from "./command-audit";
import { readHealth } from "./health";
import { createMetrics, type Metrics } from "./metrics";
import { createAdvisors, createSynthesizer, createTextAnalyser, createTranscriber } from "./providers";
import type { Runtime } from "./runtime";

export type ContainerDeps = {
  env: Env;
  logger: Logger;
  database: Database;
  auth: Auth;
  httpServer: HttpServer;
  gateways: readonly Gateway[];
  demonstration: boolean;
};

/** After a call has ended its last lines, writes and browsers still need it for a while. */
const FORGET_AFTER_MS = 120_000;
/** How long the start waits for a telephone connection; it goes on trying afterwards. */
const GATEWAY_WAIT_MS = 5_000;

/**
 * Builds every room from the environment and joins them: the only place that knows them all. `start` and `stop` go in the
 * order of the data: listeners before speakers, speakers before listeners.
 */
export class Container {
  readonly bus: EventBus;
  readonly calls: CallsService;
  readonly sockets: SocketServer;
  readonly metrics: Metrics;
  readonly agents: AgentDirectory;
  readonly #recorder: Recorder;
  readonly #recordings: CallRecorder;
  readonly #analysis: AnalysisService;
  readonly #alerts: AlertService;
  readonly #coaching: CoachingService;
  readonly #clips: ClipCache;
  readonly #synthesizer;
  readonly #transcriber;
  readonly #textAnalyser;
  readonly #listening = new ListeningLog({ clock: systemClock });
  readonly #startedAt = systemClock.now();

  constructor(private readonly deps: ContainerDeps) {
    const { env, logger, database } = deps;
    const log = (room: string) => logger.child({ room });
    const clock = systemClock;
    this.bus = new EventBus({ clock, logger: log("events") });
    const bus = this.bus;
    this.#synthesizer = createSynthesizer({ env, logger: log("speech") });
    this.#clips = new ClipCache({
      synthesizer: this.#synthesizer,
      dir: join(cacheDir, "clips"),
      logger: log("speech"),
    });
    this.agents = new AgentDirectory({ prisma: database });
    this.#recorder = new Recorder({
      bus,
      write: (batch) => writeBatch(database, { batch }),
      isRefused,
      setAside: (batch) => setAside(batch, { dir: join(dataDir, "unrecorded") }),
      clock,
      logger: log("history"),
      demonstration: deps.demonstration,
    });
    this.#recordings = new CallRecorder({
      dir: env.RECORDINGS_DIR,
      clock,
      logger: log("history"),
      onProgress: (progress) => this.#recorder.recordingProgress(progress),
    });
    this.#transcriber = createTranscriber({ env, logger: log("analysis") });
    this.#textAnalyser = createTextAnalyser({ env, logger: log("analysis") });
    this.#analysis = new AnalysisService({
      bus,
      transcriber: this.#transcriber,
      textAnalyser: this.#textAnalyser,
      clock,
      logger: log("analysis"),
      settings: { agentSentiment: env.AGENT_SENTIMENT },
    });
    this.#alerts = new AlertService({ bus, clock });
    this.calls = new CallsService({
      gateways: deps.gateways,
      bus,
      clock,
      logger: log("calls"),
      agents: this.agents,
      clips: this.#clips,
      settings: {
        greetingText: env.GREETING_TEXT,
        apologyText: env.APOLOGY_TEXT,
        ringTimeMs: env.RING_TIME_SECONDS * 1000,
        connectAttempts: env.CONNECT_ATTEMPTS,
      },
      onAudio: (callId, frame) => {
        // The recorder copies; the transcriber takes the samples over. So it comes last.
        this.#recordings.push(callId, frame);
        this.#analysis.push(callId, frame);
      },
    });
    this.#coaching = new CoachingService({
      bus,
      advisors: createAdvisors({ env, logger: log("coaching") }),
      clips: this.#clips,
      whispers: this.calls,
      policies: { forTeam: (teamId) => this.agents.policyForTeam(teamId) },
      clock,
      logger: log("coaching"),
      ids: { suggestionId: () => suggestionIdSchema.parse(randomUUID()) },
    });
    this.metrics = createMetrics({
      bus,
      liveCalls: () => this.calls.live().length,
      gatewaysUp: () => deps.gateways.filter((gateway) => gateway.status.state === "up").length,
      recordFailures: () => this.#recorder.failures,
    });
    // Before the sockets: what browsers see is in the record's next batch already.
    this.#recorder.start();
    this.sockets = createSocketServer({
      httpServer: deps.httpServer,
      ...(env.PUBLIC_URL ? { allowedOrigins: [new URL(env.PUBLIC_URL).origin] } : {}),
      authenticate: (headers) => deps.auth.viewerFromHeaders(headers),
      scope: { teamsOf: (viewer) => listTeams({ prisma: database, scope: teamScope(viewer) }) },
      bus,
      calls: this.calls,
      coaching: this.#coaching,
      alerts: this.#alerts,
      notes: new NotesService({ bus, clock }),
      audit: (entry) => this.#recorder.audit(auditOfCommand(entry, { teamId: this.#teamOf(entry.callId) })),
      gatewayStatuses: () => deps.gateways.map((gateway) => gateway.status),
      transcription: () => this.#transcriber.level,
      demonstration: deps.demonstration,
      clock,
      logger: log("realtime"),
      metrics: this.metrics.realtime,
    });
    bus.on("call.ended", ({ callId }) => this.#afterCall(callId, FORGET_AFTER_MS));
    bus.on("call.monitoring_changed", ({ callId, monitoring }) => {
      if (monitoring === "left") this.#afterCall(callId, LEFT_CALL_KEPT_MS + FORGET_AFTER_MS);
    });
  }

  /** Loads models, then opens the telephone connections. Resolves once calls can come in. */
  async start(): Promise<void> {
    this.#recordings.start();
    this.#alerts.start();
    this.#coaching.start();
    await this.#analysis.start();
    this.calls.start();
    await Promise.all(this.deps.gateways.map((gateway) => this.#startGateway(gateway)));
  }

  /** Waits a little for the connection; one that is away or refuses us is shown on the screen, and nothing else waits for it. */
  async #startGateway(gateway: Gateway): Promise<void> {
    const started = gateway.start().catch((error: unknown) => {
      this.deps.logger.error({ err: error, gateway: gateway.name }, "telephone connection cannot be opened");
    });
    await Promise.race([started, new Promise<void>((resolve) => systemClock.after(GATEWAY_WAIT_MS, resolve))]);
  }

  /** Lets go of the calls (they go on), says the last words, and writes everything down. */
  async stop(): Promise<void> {
    this.calls.stop();
    await Promise.all(this.deps.gateways.map((gateway) => gateway.stop()));
    this.#coaching.stop();
    this.#alerts.stop();
    await this.#analysis.stop();
    await this.#recordings.stop();
    await this.sockets.close();
    await this.#recorder.stop();
    await this.#synthesizer.close();
  }

  runtime(): Runtime {
    const { env, database } = this.deps;
    return {
      health: () =>
        readHealth({
          pingDatabase: () => database.$queryRaw`SELECT 1`,
          recordFailures: () => this.#recorder.failures,
          gateways: () => this.deps.gateways.map((gateway) => gateway.status),
          transcription: () => ({ level: this.#transcriber.level, detail: this.#transcriber.levelDetail }),
          textAnalysis: () => this.#textAnalyser.available,
          uptimeMs: systemClock.now() - this.#startedAt,
        }),
      metrics: async () => ({
        contentType: this.metrics.registry.contentType,
        text: await this.metrics.registry.metrics(),
      }),
      liveCall: (callId) => this.sockets.live.get(callId) ?? null,
      liveCalls: () => [...this.sockets.live.all()],
      recordingTail: (callId, options) => this.#recordings.tail(callId, options),
      clip: async (hash) => (await this.#clips.wav(hash)) ?? null,
      audit: (row) => this.#recorder.audit(row),
      beginsListening: (request) => this.#listening.begins(request),
      recordingsDir: env.RECORDINGS_DIR,
    };
  }

  #teamOf(callId: CallId) {
    return this.sockets.live.get(callId)?.info.teamId ?? null;
  }

  #afterCall(callId: CallId, forgetAfterMs: number): void {
    void this.#recordings.close(callId);
    systemClock.after(forgetAfterMs, () => {
      if (this.calls.get(callId)) return;
      this.bus.forget(callId);
      this.#recorder.forget(callId);
    });
  }
}
