import type { CallState, EndReason, Mode } from "@/lib/contract/call";
import {
  type ControlServerMessage,
  MEDIA_PATH,
  type MediaServerMessage,
  type WireCall,
  type WireCommand,
} from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type {
  GatewayCall,
  GatewayCallDescription,
  GatewayCallEvents,
  LiveVoice,
  PlayRequest,
  PlayResult,
  SpeakRequest,
} from "@/lib/telephony/gateway";
import { CallCommandError, GatewayConnectionError, type GatewayError } from "@/lib/telephony/gateway-errors";
import { Listeners } from "@/lib/telephony/listeners";
import { CallTruth } from "./call-truth";
import { CommandLine, type CommandResult, closedError } from "./command-line";
import type { FaultCounter } from "./fault-counter";
import { InboundAudio } from "./inbound";
import { toDescription } from "./mapper";
import { CONNECT_MARGIN_MS, INTERRUPT_LIMIT_MS, MEDIA_BACKOFF, type ParsedOptions } from "./options";
import { OutboundSlot } from "./outbound-slot";
import { PeerSocket } from "./peer-socket";
import { parseMedia, type ServerHello } from "./wire";

type CallMessage = Extract<
  ControlServerMessage,
  {
    type:
      | "call.answered"
      | "call.ringing"
      | "call.connected"
      | "call.mode_changed"
      | "call.hold_changed"
      | "call.error";
  }
>;

export type CallControlCallDeps = {
  gateway: ParsedOptions;
  clock: Clock;
  random: () => number;
  logger: Logger;
  faults: FaultCounter;
  /** The media connection is up, or an attempt at it failed. */
  onMediaTried: () => void;
  /** The gateway says on media that there is no such call. */
  onUnknown: () => void;
  onTerminated: () => void;
};

/** The commands whose answer is about the mode; others may carry one that is older than the latest event. */
const TELLS_MODE: readonly WireCommand[] = ["connect", "spy", "whisper", "barge"];

/** One call: its media connection, its commands and its audio both ways. */
export class CallControlCall implements GatewayCall {
  readonly description: GatewayCallDescription;
  readonly #deps: CallControlCallDeps;
  readonly #listeners: Listeners<GatewayCallEvents>;
  readonly #truth: CallTruth;
  readonly #media: PeerSocket<MediaServerMessage>;
  readonly #commands: CommandLine;
  readonly #inbound: InboundAudio;
  readonly #outbound: OutboundSlot;
  #hello: ServerHello | null = null;

  constructor(call: WireCall, deps: CallControlCallDeps) {
    this.description = toDescription(call);
    this.#deps = deps;
    this.#listeners = new Listeners(deps.logger);
    this.#truth = new CallTruth({
      call,
      clock: deps.clock,
      listeners: this.#listeners,
      onChange: () => this.#outbound.modeChanged(),
    });
    this.#inbound = new InboundAudio({
      heard: (frame) => this.#listeners.emit("audio", frame),
      fault: (kind, reason) => this.#fault(kind, reason),
    });
    this.#media = this.#mediaOf(call);
    this.#commands = new CommandLine({
      clock: deps.clock,
      send: (message) => this.#media.send(message),
      reach: () => (this.#truth.isReachable ? "open" : this.#truth.isNew && this.#media.isRunning ? "soon" : "away"),
      // Whether it was carried out is not known, and so neither is the mode.
      onTimeout: (command) => TELLS_MODE.includes(command) && this.#truth.forgetMode(),
    });
    this.#outbound = this.#makeOutbound();
  }

  get state(): CallState {
    return this.#truth.state;
  }

  get mode(): Mode | null {
    return this.#truth.mode;
  }

  on<E extends keyof GatewayCallEvents>(event: E, listener: GatewayCallEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  /** Opens the media connection, or opens it again after it was refused. */
  open(): void {
    if (this.state !== "DISCONNECTED") this.#media.start();
  }

  /** Listeners are there. */
  announced(): void {
    this.#truth.announced();
  }

  /** Lets go of the call without ending it. */
  abandon(): void {
    this.#media.stop();
    const error = new GatewayConnectionError("STOPPED", { message: "the driver was stopped" });
    this.#outbound.lost(error);
    this.#commands.close(error);
    this.#truth.lose();
  }

  async answer(): Promise<void> {
    await this.#commands.run("answer");
  }

  async connect({ ringTimeMs }: { ringTimeMs: number }): Promise<void> {
    const ringTimeSeconds = Math.min(600, Math.max(1, ringTimeMs / 1000));
    await this.#commands.run("connect", { ringTimeSeconds, limitMs: ringTimeSeconds * 1000 + CONNECT_MARGIN_MS });
  }

  async setMode(mode: Mode): Promise<Mode> {
    const result = await this.#commands.run(mode);
    if (result?.mode) return result.mode;
    throw new CallCommandError("MODE_NOT_CONFIRMED", { message: "the gateway did not say which mode the call is in" });
  }

  play(request: PlayRequest): Promise<PlayResult> {
    return this.#outbound.play(request);
  }

  speak(request: SpeakRequest): LiveVoice {
    return this.#outbound.speak(request);
  }

  async close(): Promise<void> {
    await this.#commands.run("close");
  }

  async disconnect(): Promise<void> {
    await this.#commands.run("disconnect");
  }

  /** Control's word about this call. */
  hear(message: CallMessage): void {
    if (this.state === "DISCONNECTED") return;
    if (message.type === "call.answered") this.#truth.advance("ANSWERED");
    else if (message.type === "call.hold_changed") this.#truth.hearHold(message);
    else if (message.type === "call.ringing") this.#listeners.emit("ringing", message.ringTimeSeconds * 1000);
    else if (message.type === "call.error")
      this.#listeners.emit("fault", { code: message.error.code, message: message.error.message });
    else {
      // A mode implies a conference.
      this.#truth.advance("CONNECTED");
      this.#truth.hearMode(message.mode);
    }
  }

  /** Control says that the agent was not reached; the answer to a pending `connect` says the same, to the one who asked. */
  hearRingFailed({ code, message, retryable }: { code: string; message: string; retryable: boolean }): void {
    if (this.state === "ANSWERED" && !this.#commands.isPending("connect"))
      this.#listeners.emit("ringFailed", { code, message, retryable });
  }

  /** The call in a resync's list. */
  resync(call: WireCall): void {
    this.#truth.resync(call);
    this.open();
  }

  terminate(end: { reason: EndReason; continuesWithoutUs: boolean }): void {
    if (this.state === "DISCONNECTED") return;
    this.#truth.end();
    this.#media.stop();
    const error = closedError(end.reason);
    this.#outbound.lost(error);
    const isOurDoing = end.continuesWithoutUs || end.reason === "ended-by-supervisor";
    this.#commands.close(error, isOurDoing ? ["close", "disconnect"] : []);
    this.#deps.onTerminated();
    const { reason, continuesWithoutUs } = end;
    this.#listeners.emit("terminated", { reason, continuesWithoutUs });
  }

  #mediaOf(call: WireCall): PeerSocket<MediaServerMessage> {
    const { gateway, clock, random, faults } = this.#deps;
    return new PeerSocket({
      path: `${MEDIA_PATH}${encodeURIComponent(call.callId)}`,
      gateway,
      parse: parseMedia,
      finalCodes: ["UNAUTHENTICATED", "UNSUPPORTED_VERSION", "UNKNOWN_CALL", "CALL_CLOSED"],
      backoff: MEDIA_BACKOFF,
      clock,
      random,
      faults,
      handlers: {
        opened: (hello) => {
          this.#hello = hello;
          this.#inbound.useRate(hello.sampleRate);
        },
        message: (message) => this.#receive(message),
        binary: (bytes) => this.#inbound.receive(bytes),
        latency: () => {},
        down: (loss) => this.#lost(loss.detail),
        refused: (error) => this.#refused(error),
      },
    });
  }

  #makeOutbound(): OutboundSlot {
    return new OutboundSlot({
      clock: this.#deps.clock,
      logger: this.#deps.logger,
      reach: () => {
        if (this.state === "DISCONNECTED") return { reason: { code: "CALL_CLOSED", message: "the call has ended" } };
        if (this.#truth.isReachable && this.#hello) return { hello: this.#hello };
        const message = "the call's media connection is away: nothing was sent";
        return { reason: { code: "CONNECTION_LOST", message } };
      },
      send: (message) => this.#media.send(message),
      sendBinary: (bytes) => this.#media.sendBinary(bytes),
      doubt: (mode) => this.#truth.doubt(mode),
      interrupt: async () => {
        const result = await this.#commands.run("interrupt", { limitMs: INTERRUPT_LIMIT_MS });
        return result?.flushedSamples ?? 0;
      },
    });
  }

  #receive(message: MediaServerMessage): void {
    if (message.type === "call") this.#resumed(message.call);
    else if (message.type === "call.terminated") this.terminate(message);
    else if (message.type === "result") this.#result(message);
    else if (message.type === "error") {
      if (message.id !== null && this.#commands.fail(message.id, message.error)) return;
      this.#listeners.emit("fault", { code: message.error.code, message: message.error.message });
    } else if (message.type === "credit" || message.type === "drained" || message.type === "refused") {
      if (!this.#outbound.receive(message)) this.#fault("outOfOrder", `${message.type} for no clip`);
    }
  }

  #resumed(call: WireCall): void {
    if (call.callId !== this.description.callId) {
      this.#fault("outOfOrder", "another call's description");
      return;
    }
    if (call.state === "DISCONNECTED") {
      this.#deps.onUnknown();
      return;
    }
    this.#truth.resume(call);
    this.#deps.onMediaTried();
    this.#commands.opened();
  }

  #result(result: CommandResult): void {
    const command = this.#commands.commandOf(result.id);
    if (!command) {
      this.#fault("outOfOrder", "a result for no command");
      return;
    }
    // State and mode first: who awaits the command must find the confirmed truth.
    this.#truth.advance(result.state);
    if (TELLS_MODE.includes(command)) this.#truth.confirmMode(result.mode);
    this.#commands.settle(result);
  }

  #lost(detail: string): void {
    this.#outbound.lost({ code: "CONNECTION_LOST", message: detail });
    this.#commands.lost(detail);
    this.#truth.lose();
    this.#deps.onMediaTried();
  }

  #refused(error: GatewayError): void {
    this.#lost(error.message);
    if (error.code === "UNKNOWN_CALL" || error.code === "CALL_CLOSED") this.#deps.onUnknown();
    else this.#listeners.emit("fault", { code: error.code, message: error.message });
  }

  #fault(kind: "badFrame" | "outOfOrder", reason: string): void {
    this.#deps.faults.add(kind, { reason, callId: this.description.callId });
  }
}
