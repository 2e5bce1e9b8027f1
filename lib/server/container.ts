import type { Server as HttpServer } from "node:http";
import type { AgentDirectory } from "@/lib/agents/agent-directory";
import type { AlertService } from "@/lib/analysis/alert-service";
import type { AnalysisService } from "@/lib/analysis/service";
import type { TextAnalyser } from "@/lib/analysis/text-analyser";
import type { Transcriber } from "@/lib/analysis/transcriber";
import type { Auth } from "@/lib/auth/service";
import type { CallsService } from "@/lib/calls/service";
import type { CoachingService } from "@/lib/coaching/service";
import { LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import type { CallRecorder } from "@/lib/history/call-recorder";
import { ListeningLog } from "@/lib/history/listening-log";
import type { Recorder } from "@/lib/history/recorder";
import { RewindLog } from "@/lib/history/rewind-log";
import { systemClock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import type { SocketServer } from "@/lib/realtime/socket-server";
import type { RehearsalService } from "@/lib/rehearsal/service";
import type { RehearsalStage } from "@/lib/rehearsal/stage";
import type { ClipCache } from "@/lib/speech/clip-cache";
import type { Synthesizer } from "@/lib/speech/synthesizer";
import type { Gateway } from "@/lib/telephony/gateway";
import { EarlierCalls } from "./earlier-calls";
import { GatewayGroup } from "./gateway-group";
import { readHealth } from "./health";
import { endLostBut } from "./lost-calls";
import { createMetrics, type Metrics } from "./metrics";
import {
  createAnalysis,
  createCalls,
  createCoaching,
  createRecord,
  createRehearsals,
  createSockets,
  createSpeech,
  type Foundation,
} from "./rooms";
import type { Runtime } from "./runtime";

export type ContainerDeps = {
  env: Env;
  logger: Logger;
  database: Database;
  auth: Auth;
  agents: AgentDirectory;
  httpServer: HttpServer;
  gateways: readonly Gateway[];
  demonstration: boolean;
  /** Where calls to practise on are placed; null without the built-in switch. */
  stage: RehearsalStage | null;
};

/** After a call has ended its last lines, writes and browsers still need it for a while. */
const FORGET_AFTER_MS = 120_000;

/**
 * Builds every room from the environment and joins them: the only place that knows them all. `start` and `stop` go in the
 * order of the data: listeners before speakers, speakers before listeners.
 */
export class Container {
  readonly bus: EventBus;
  readonly calls: CallsService;
  readonly sockets: SocketServer;
  readonly metrics: Metrics;
  readonly rehearsals: RehearsalService;
  readonly #recorder: Recorder;
  readonly #recordings: CallRecorder;
  readonly #analysis: AnalysisService;
  readonly #alerts: AlertService;
  readonly #coaching: CoachingService;
  readonly #clips: ClipCache;
  readonly #synthesizer: Synthesizer;
  readonly #transcriber: Transcriber;
  readonly #textAnalyser: TextAnalyser;
  readonly #gateways: GatewayGroup;
  readonly #listening = new ListeningLog({ clock: systemClock });
  readonly #rewinds = new RewindLog({ clock: systemClock, audit: (row) => this.#recorder.audit(row) });
  readonly #startedAt = systemClock.now();
  readonly #earlier: EarlierCalls;

  constructor(private readonly deps: ContainerDeps) {
    const { env, logger, database, agents, gateways, demonstration } = deps;
    const clock = systemClock;
    this.bus = new EventBus({ clock, logger: logger.child({ room: "events" }) });
    const base = { env, logger, database, bus: this.bus, clock, agents, demonstration };
    ({ synthesizer: this.#synthesizer, clips: this.#clips } = createSpeech(base));
    ({ recorder: this.#recorder, recordings: this.#recordings } = createRecord(base));
    const analysis = createAnalysis(base);
    ({ transcriber: this.#transcriber, textAnalyser: this.#textAnalyser } = analysis);
    ({ analysis: this.#analysis, alerts: this.#alerts } = analysis);
    this.calls = createCalls(base, {
      ...{ gateways, clips: this.#clips, recordings: this.#recordings, analysis: this.#analysis },
      // The sockets need the calls and come after them; no call comes in before `start`.
      hear: (callId, frame) => this.sockets.hear(callId, frame),
    });
    this.#coaching = createCoaching(base, { clips: this.#clips, calls: this.calls });
    this.#gateways = new GatewayGroup({ gateways, clock, logger: logger.child({ room: "telephony" }) });
    this.metrics = this.#measure();
    this.#earlier = this.#lookForEarlierCalls();
    // Before the sockets: what browsers see is in the record's next batch already.
    this.#recorder.start();
    this.sockets = this.#serveBrowsers(base);
    this.rehearsals = createRehearsals(base, { stage: deps.stage });
    this.#forgetEndedCalls();
  }

  /** Loads models, then opens the telephone connections. Resolves once calls can come in. */
  async start(): Promise<void> {
    this.#recordings.start();
    this.#alerts.start();
    this.#coaching.start();
    await this.rehearsals.start();
    await this.#analysis.start();
    this.calls.start();
    await this.#gateways.open();
    this.#earlier.search();
  }

  /** Lets go of the calls (they go on), says the last words, and writes everything down. */
  async stop(): Promise<void> {
    this.#earlier.stop();
    this.calls.stop();
    await this.#gateways.close();
    this.#coaching.stop();
    this.rehearsals.stop();
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
          gateways: () => this.#gateways.reports(),
          transcription: () => ({ level: this.#transcriber.level, detail: this.#transcriber.levelDetail }),
          textAnalysis: () => this.#textAnalyser,
          uptimeMs: systemClock.now() - this.#startedAt,
        }),
      metrics: async () => ({
        contentType: this.metrics.registry.contentType,
        text: await this.metrics.registry.metrics(),
      }),
      liveCall: (callId) => this.sockets.live.get(callId) ?? null,
      liveCalls: () => [...this.sockets.live.all()],
      recordingPiece: (callId, options) => this.#recordings.piece(callId, options),
      clip: async (hash) => (await this.#clips.wav(hash)) ?? null,
      audit: (row) => this.#recorder.audit(row),
      rewound: (piece) => this.#rewinds.heard(piece),
      beginsListening: (request) => this.#listening.begins(request),
      recordingsDir: env.RECORDINGS_DIR,
    };
  }

  #measure(): Metrics {
    return createMetrics({
      bus: this.bus,
      liveCalls: () => this.calls.live().length,
      gateways: () => this.#gateways.reports(),
      recordFailures: () => this.#recorder.failures,
    });
  }

  #lookForEarlierCalls(): EarlierCalls {
    const { database: prisma, env, gateways, logger } = this.deps;
    const live = () => this.calls.live().map(({ callId }) => callId);
    const deps = { prisma, live, recordingsDir: env.RECORDINGS_DIR, logger };
    return new EarlierCalls({
      ...{ gateways, clock: systemClock, logger },
      endLost: (options) => endLostBut(deps, options),
    });
  }

  #serveBrowsers(base: Foundation): SocketServer {
    const { httpServer, auth, gateways } = this.deps;
    return createSockets(base, {
      ...{ httpServer, auth, calls: this.calls, coaching: this.#coaching, alerts: this.#alerts },
      ...{ recorder: this.#recorder, transcriber: this.#transcriber, gateways: this.#gateways },
      perPartyAudio: (name) => gateways.find((one) => one.name === name)?.capabilities.perPartyAudio ?? true,
      knowsAllCalls: (asked) => this.#earlier.knows(asked),
      metrics: this.metrics.realtime,
    });
  }

  #forgetEndedCalls(): void {
    this.bus.on("call.ended", ({ callId }) => this.#afterCall(callId, FORGET_AFTER_MS));
    this.bus.on("call.monitoring_changed", ({ callId, monitoring }) => {
      if (monitoring === "left") this.#afterCall(callId, LEFT_CALL_KEPT_MS + FORGET_AFTER_MS);
    });
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
