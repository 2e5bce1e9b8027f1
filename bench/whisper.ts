import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { AlertService } from "@/lib/analysis/alert-service";
import { CallsService } from "@/lib/calls/service";
import type { Advice, Advisor, CallPicture } from "@/lib/coaching/advisor";
import { CoachingService } from "@/lib/coaching/service";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { type CallId, suggestionIdSchema, utteranceIdSchema } from "@/lib/contract/ids";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/contract/socket-events";
import { EventBus } from "@/lib/events/event-bus";
import { NotesService } from "@/lib/history/notes";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { cacheDir } from "@/lib/platform/paths";
import { createSocketServer } from "@/lib/realtime/socket-server";
import { ClipCache } from "@/lib/speech/clip-cache";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";
import { type PartySource, silentParty } from "@/lib/switch/parties/party";
import { createSwitch } from "@/lib/switch/switch";
import { CallControlGateway } from "@/lib/telephony/drivers/call-control";
import { ADMIN } from "./bench-admin";
import { percentile, wholeNumber } from "./statistics";

const API_KEY = "bench";
const LINES = ["Offer the refund today.", "Apologise first, then slow down.", "Ask for the order number."];

/** A caller who never stops making noise, so that anything of ours in their ear must show as a difference. */
function noisyCaller(): PartySource {
  let seed = 1;
  return {
    speak(into) {
      for (let at = 0; at < into.length; at++) {
        seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
        into[at] = (seed % 4000) - 2000;
      }
      return "talking";
    },
  };
}

/** Proposes once whenever a line was said. */
class OneAdvice implements Advisor {
  readonly name = "bench";
  readonly restates = false;
  readonly wakesOn = "words";
  readonly minIntervalMs = 0;
  #lines = 0;

  async advise(picture: CallPicture): Promise<Advice[]> {
    const line = picture.utterances.at(-1);
    if (!line || picture.utterances.length <= this.#lines) return [];
    this.#lines = picture.utterances.length;
    return [
      {
        rule: `bench-${this.#lines}`,
        ruleLabel: "Bench",
        urgency: "normal",
        text: LINES[this.#lines % LINES.length] ?? "",
        reason: "bench",
        evidence: [{ utteranceId: line.utteranceId, quote: line.text, atMs: line.endMs }],
      },
    ];
  }
}

/** The whole way of a whisper, all parts real: browser socket → commands → coaching → calls → driver → switch → mixer. */
async function buildChain() {
  const clock = systemClock;
  const logger = silentLogger;
  const exchange = createSwitch({ apiKey: API_KEY }, { logger });
  const { url } = await exchange.start();
  const gateway = new CallControlGateway(
    { name: "bench", url, connectorId: "bench", credentials: { kind: "api-key", key: API_KEY } },
    { clock, logger },
  );
  const bus = new EventBus({ clock, logger });
  const synthesizer = new FliteSynthesizer({ logger });
  const clips = new ClipCache({ synthesizer, dir: join(cacheDir, "clips"), logger });
  const calls = new CallsService({
    gateways: [gateway],
    bus,
    clock,
    logger,
    agents: { byExtension: async () => null },
    policies: { forTeam: async () => ({ whisperTone: false }) },
    clips,
    settings: { greetingText: "Hello.", apologyText: "Sorry.", ringTimeMs: 10_000, connectAttempts: 1 },
    onAudio: () => {},
  });
  const coaching = new CoachingService({
    bus,
    advisors: [new OneAdvice()],
    clips,
    whispers: calls,
    policies: { forTeam: () => ({ whisperPolicy: "approve", expiryMs: 60_000, maxPerMinute: 10_000 }) },
    clock,
    logger,
    ids: { suggestionId: () => suggestionIdSchema.parse(randomUUID()) },
    settings: { ruleCooldownMs: 0 },
  });
  const httpServer = createServer();
  const sockets = createSocketServer({
    httpServer,
    authenticate: async () => ADMIN,
    scope: { teamsOf: async () => [] },
    bus,
    calls,
    coaching,
    desk: coaching,
    policies: { forTeam: async () => ({ tellAgents: false }) },
    alerts: new AlertService({ bus, clock }),
    notes: new NotesService({ bus, clock }),
    audit: () => {},
    auditListening: () => {},
    perPartyAudio: () => true,
    knowsAllCalls: () => true,
    floor: calls.floor,
    speaking: calls.speaking,
    gatewayStatuses: () => [],
    transcription: () => "full",
    demonstration: false,
    clock,
    logger,
  });
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  calls.start();
  coaching.start();
  await gateway.start();
  const port = (httpServer.address() as AddressInfo).port;
  const browser: Socket<ServerToClientEvents, ClientToServerEvents> = io(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
  });
  await new Promise<void>((resolve) => browser.on("connect", resolve));
  const close = async () => {
    browser.close();
    coaching.stop();
    calls.stop();
    await gateway.stop();
    await sockets.close();
    await exchange.stop();
  };
  return { exchange, bus, browser, close };
}

/** @returns resolves with the first event that `pick` takes. */
function next<T>(
  bus: EventBus,
  pick: (event: Parameters<Parameters<EventBus["subscribe"]>[0]>[0]) => T | null,
): Promise<T> {
  return new Promise((resolve) => {
    const end = bus.subscribe((event) => {
      const picked = pick(event);
      if (picked === null) return;
      end();
      resolve(picked);
    });
  });
}

/** approve → first sample of the clip at the agent's leg, over real sockets; and what the caller's leg got of it. */
export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const runs = wholeNumber(options.runs, { name: "runs", fallback: 50 });
  const { exchange, bus, browser, close } = await buildChain();
  const spying = next(bus, (event) => (event.type === "mode.confirmed" && event.mode === "spy" ? event.callId : null));
  const placed = exchange.placeCall({
    caller: noisyCaller(),
    callee: silentParty,
    callerNumber: "+1000",
    calleeNumber: "1001",
    ringMs: 100,
    patienceMs: 60_000,
  });
  const callId: CallId = await spying;
  let onFirstSample: (() => void) | null = null;
  let leakedSamples = 0;
  placed.tap((frame) => {
    if (!frame.mode) return;
    for (let at = 0; at < FRAME_SAMPLES; at++) if (frame.callerHeard[at] !== frame.agentSaid[at]) leakedSamples += 1;
    if (frame.agentHeard.some((sample, at) => sample !== frame.callerSaid[at])) onFirstSample?.();
  });
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    times.push(await oneWhisper());
    if ((run + 1) % 10 === 0) console.error(`${run + 1} of ${runs}`);
  }

  async function oneWhisper(): Promise<number> {
    const index = times.length + 1;
    const ready = next(bus, (event) =>
      event.type === "suggestion.changed" && event.suggestion.clip && event.suggestion.state === "proposed"
        ? event.suggestion.suggestionId
        : null,
    );
    const utterance = {
      utteranceId: utteranceIdSchema.parse(`u${index}`),
      party: "caller" as const,
      text: "I want my money back.",
      startMs: index * 1000,
      endMs: index * 1000 + 900,
      final: true,
    };
    bus.publish({ type: "utterance.final", callId, utterance });
    const suggestionId = await ready;
    const over = next(bus, (event) =>
      event.type === "suggestion.changed" &&
      event.suggestion.suggestionId === suggestionId &&
      ["spoken", "failed", "interrupted"].includes(event.suggestion.state)
        ? event.suggestion
        : null,
    );
    const heard = new Promise<number>((resolve) => {
      onFirstSample = () => {
        onFirstSample = null;
        resolve(performance.now());
      };
    });
    // At any point of the switch's 20 ms beat, as people are.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
    const approvedAt = performance.now();
    browser.emit("suggestion:approve", { version: 1, callId, suggestionId }, () => {});
    const heardAt = await heard;
    const end = await over;
    if (end.state !== "spoken")
      throw new Error(`the whisper ended as ${end.state}: ${JSON.stringify(end.steps.at(-1))}`);
    return heardAt - approvedAt;
  }

  placed.hangUp("caller");
  await close();
  return {
    runs,
    approveToAudioP50Ms: percentile(times, 0.5),
    approveToAudioP95Ms: percentile(times, 0.95),
    leakedSamples,
  };
}
