import type { CallState, EndReason, Mode, Party } from "@/lib/contract/call";
import type {
  GatewayCall,
  GatewayCallDescription,
  GatewayCallEvents,
  LiveVoice,
  PlayRequest,
  PlayResult,
  SpeakRequest,
} from "@/lib/telephony/gateway";
import {
  CallClosedError,
  CallCommandError,
  GatewayConnectionError,
  type GatewayError,
} from "@/lib/telephony/gateway-errors";
import { Listeners } from "@/lib/telephony/listeners";
import { connectionLost } from "./ari-errors";
import { CallAudio } from "./call-audio";
import type { CallControl } from "./call-control";
import { OutboundSlot } from "./outbound-slot";
import { PARTIES, PartyTaps } from "./party-taps";
import { Readiness } from "./readiness";
import type { AsteriskLine } from "./tap";

/** Between two looks at a phone's packet count; any phone that sends at all sends some meanwhile. */
const PACKET_WATCH_MS = 1_000;

type Doubt = { code: string; message: string };

/**
 * One call: its two taps, its audio both ways, and its mode. Asterisk knows no modes: who hears us is decided here, by which
 * party's own media socket a frame is written to, and by nothing else.
 */
export class AsteriskCall implements GatewayCall {
  readonly #line: AsteriskLine;
  readonly #listeners: Listeners<GatewayCallEvents>;
  readonly #readiness: Readiness;
  readonly #audio: CallAudio;
  readonly #taps: PartyTaps;
  readonly #outbound: OutboundSlot;
  readonly #holding = new Set<Party>();
  readonly #control: CallControl;
  #state: CallState;
  #mode: Mode | null = null;
  /** What the listeners believe. */
  #toldMode: Mode | null = null;
  #modeTail: Promise<unknown> = Promise.resolve();

  constructor(
    readonly description: GatewayCallDescription,
    private readonly parts: {
      line: AsteriskLine;
      state: CallState;
      /** False: which of the two is the agent is a guess, good enough to listen and not to whisper. */
      isAgentKnown: boolean;
      control: (call: AsteriskCall) => CallControl;
      onEnded: () => void;
    },
  ) {
    this.#line = parts.line;
    this.#state = parts.state;
    const { clock, logger } = parts.line;
    this.#listeners = new Listeners(logger);
    this.#audio = new CallAudio({
      clock,
      heard: (frame) => this.#listeners.emit("audio", frame),
      quiet: (party) => void this.#quiet(party),
    });
    this.#taps = new PartyTaps({
      line: parts.line,
      heard: (party, bytes) => this.#heard(party, bytes),
      flow: (isOpen) => this.#outbound.flow(isOpen),
      changed: (change) => this.#tapChanged(change),
    });
    this.#outbound = new OutboundSlot({
      ...{ clock, logger, taps: this.#taps },
      away: () => this.#away(),
      doubt: (meant) => this.#doubt(meant),
    });
    this.#readiness = new Readiness({
      clock,
      changed: (isReady) => this.#readinessChanged(isReady),
      tell: (isReachable) => {
        this.#listeners.emit("reachable", isReachable);
        this.#tellMode();
      },
    });
    this.#control = parts.control(this);
  }

  get state(): CallState {
    return this.#state;
  }

  get mode(): Mode | null {
    return this.#mode;
  }

  on<E extends keyof GatewayCallEvents>(event: E, listener: GatewayCallEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  /** Names of ours in Asterisk that are in use. */
  get pieces(): readonly string[] {
    return this.#taps.pieces;
  }

  async answer(): Promise<void> {
    this.#must("answer", this.#state === "PENDING");
    await this.#control.answer();
  }

  async connect(options: { ringTimeMs: number }): Promise<void> {
    this.#must("connect", this.#state === "ANSWERED");
    await this.#control.connect(options);
  }

  /** Confirmed by Asterisk's answer on both media connections: what was sent before in another mode is in no queue any more. */
  setMode(mode: Mode): Promise<Mode> {
    const change = this.#modeTail.then(() => this.#changeMode(mode));
    this.#modeTail = change.catch(() => undefined);
    return change;
  }

  play(request: PlayRequest): Promise<PlayResult> {
    return this.#outbound.play(request);
  }

  speak(request: SpeakRequest): LiveVoice {
    return this.#outbound.speak(request);
  }

  async close(): Promise<void> {
    this.#must("close", this.#state === "CONNECTED" || this.#state === "ANSWERED");
    if (this.#state === "ANSWERED") return this.disconnect();
    await this.#control.leave();
    await this.#end({ reason: "ended-by-supervisor", continuesWithoutUs: true });
  }

  async disconnect(): Promise<void> {
    this.#must("disconnect", true);
    await this.#control.end();
    await this.#end({ reason: "ended-by-supervisor", continuesWithoutUs: false });
  }

  // What follows is the driver's: it tells what Asterisk says.

  /** Makes the party's tap. @returns once it stands, or its first attempt failed */
  openTap(party: Party, channelId: string): Promise<void> {
    return this.#taps.open(party, channelId);
  }

  async closeTap(party: Party): Promise<void> {
    await this.#taps.drop(party);
    this.#readiness.tap(party, false);
  }

  /** A state that has been reached, with the taps that it needs. */
  advance(state: "ANSWERED" | "CONNECTED", mode: Mode | null = null): void {
    if (this.#state === "DISCONNECTED") return;
    const isNews = this.#state !== state;
    this.#state = state;
    this.#readiness.update({ needs: state === "CONNECTED" ? PARTIES : ["caller"] });
    this.#outbound.recheck();
    if (isNews) this.#listeners.emit("state", state);
    if (mode !== null && this.#readiness.isReady) this.#setConfirmed(mode);
  }

  ringing(ringTimeMs: number): void {
    this.#listeners.emit("ringing", ringTimeMs);
  }

  fault(fault: Doubt): void {
    this.#listeners.emit("fault", { code: fault.code, message: fault.message.slice(0, 300) });
  }

  holds(party: Party, isHolding: boolean): void {
    if (this.#holding.has(party) === isHolding || this.#state === "DISCONNECTED") return;
    if (isHolding) this.#holding.add(party);
    else this.#holding.delete(party);
    this.#outbound.recheck();
    this.#listeners.emit("hold", { party, isHeld: isHolding });
  }

  together(areTogether: boolean): void {
    this.#readiness.together(areTogether);
  }

  /** There are listeners now: tells them what went wrong before. */
  announced(): void {
    for (const party of this.#holding) this.#listeners.emit("hold", { party, isHeld: true });
    if (this.#readiness.isReachable || this.#state === "DISCONNECTED") return;
    this.#listeners.emit("reachable", false);
    this.fault({ code: "TAP_FAILED", message: "the call is there, but cannot be heard (yet)" });
  }

  /** The way to Asterisk's events and commands. Without it nobody knows who is on the line, so nothing goes in or out. */
  reach(isAriUp: boolean): void {
    if (this.#state === "DISCONNECTED") return;
    this.#readiness.update({ isAriUp });
    if (isAriUp) this.#taps.reopen();
  }

  pieceGone(channelId: string): void {
    this.#taps.pieceGone(channelId);
  }

  /** The call has ended, or is not ours any more. */
  terminate(end: { reason: EndReason; continuesWithoutUs: boolean }): void {
    void this.#end(end);
  }

  /** The driver stops; the call goes on without us, and nothing more is told of it. */
  async abandon(): Promise<void> {
    const error = new GatewayConnectionError("STOPPED", { message: "the driver was stopped" });
    this.#readiness.update({ isAriUp: false });
    await this.#shut(error);
  }

  async #changeMode(mode: Mode): Promise<Mode> {
    this.#must(mode, this.#state === "CONNECTED");
    if (mode === "whisper" && !this.parts.isAgentKnown)
      throw new CallCommandError("NO_AGENT", {
        message:
          "neither party is known as an agent, so nobody may be whispered to; give its extension to an agent in the settings",
      });
    await this.#readiness.untilReady();
    // From here on nothing goes out in the old mode; what of it is still queued is flushed before Asterisk answers.
    if (mode !== this.#mode) this.#mode = null;
    this.#outbound.recheck();
    const sockets = this.#taps.media(PARTIES);
    try {
      if (sockets.length < PARTIES.length) throw connectionLost("a party's media connection is gone");
      await Promise.all(sockets.map((socket) => socket.status()));
    } catch (error) {
      this.#setConfirmed(null);
      for (const socket of sockets) socket.terminate();
      throw error;
    }
    this.#must(mode, this.#state === "CONNECTED");
    if (!this.#readiness.isReady) throw connectionLost("the call went out of reach");
    this.#setConfirmed(mode);
    return mode;
  }

  #away(): Doubt | null {
    if (this.#state === "DISCONNECTED") return { code: "CALL_CLOSED", message: "the call has ended" };
    if (this.#readiness.isReady) return null;
    return { code: "CONNECTION_LOST", message: "the call is out of reach: nothing was sent" };
  }

  #doubt({ mode, parties }: { mode: Mode | null; parties: readonly Party[] }): Doubt | null {
    const holding = parties.find((party) => this.#holding.has(party));
    if (!this.#readiness.isReady) return { code: "MODE_NOT_CONFIRMED", message: "the call is out of reach" };
    if (holding) return { code: "ON_HOLD", message: `the ${holding} has put the call on hold and hears nobody` };
    if (mode === null && this.#state === "ANSWERED") return null;
    if (mode === null) return { code: "WRONG_STATE", message: `only an ANSWERED call hears us without a mode` };
    if (this.#mode === mode) return null;
    if (this.#mode === null) return { code: "MODE_NOT_CONFIRMED", message: "no mode is confirmed" };
    return { code: "MODE_MISMATCH", message: `meant for ${mode}, but the call is in ${this.#mode}` };
  }

  #readinessChanged(isReady: boolean): void {
    if (!isReady) {
      this.#mode = null;
      this.#outbound.lost({ code: "CONNECTION_LOST", message: "the call went out of reach" });
    }
    // The listeners hear of the reach first, where there is news of it, and then of the mode.
    queueMicrotask(() => this.#tellMode());
  }

  /** Routing begins in spy whatever it was before: nobody hears us until somebody asks for it again. */
  #tellMode(): void {
    if (this.#state === "DISCONNECTED") return;
    if (this.#readiness.isReady && this.#state === "CONNECTED" && this.#mode === null) this.#setConfirmed("spy");
    else if (!this.#readiness.isReachable) this.#setConfirmed(null);
  }

  #setConfirmed(mode: Mode | null): void {
    this.#mode = mode;
    if (mode === this.#toldMode) return;
    this.#toldMode = mode;
    this.#outbound.recheck();
    this.#listeners.emit("mode", mode);
  }

  #heard(party: Party, bytes: Buffer): void {
    if (this.#readiness.isReady && !this.#audio.push(party, bytes))
      this.fault({ code: "BAD_FRAME", message: "Asterisk sent audio of an odd length" });
  }

  /** Never silently deaf: a phone that vanished sounds like one that is muted; only its packets tell them apart. */
  async #quiet(party: Party): Promise<void> {
    const isWatched = () => this.#state === "CONNECTED" && this.#readiness.isReady && this.#holding.size === 0;
    if (!isWatched()) return;
    const before = await this.#taps.packets(party);
    await new Promise<void>((resolve) => this.#line.clock.after(PACKET_WATCH_MS, resolve));
    const after = await this.#taps.packets(party);
    if (!before || before.received !== after?.received || !isWatched()) return;
    const message = `no audio comes from the ${party}'s phone: it is gone, or muted and saves packets`;
    this.fault({ code: "NO_AUDIO", message });
  }

  #tapChanged({ party, isUp, detail }: { party: Party; isUp: boolean; detail: string | null }): void {
    if (this.#state === "DISCONNECTED") return;
    this.#readiness.tap(party, isUp);
    if (isUp || detail === null) return;
    this.#readiness.tapFailed();
    this.fault({ code: "TAP_FAILED", message: `the ${party} cannot be heard: ${detail}` });
  }

  #must(what: string, isAllowed: boolean): void {
    if (this.#state === "DISCONNECTED") throw new CallClosedError("CALL_CLOSED", { message: "the call has ended" });
    if (!isAllowed) throw new CallCommandError("WRONG_STATE", { message: `${what} is not possible in ${this.#state}` });
  }

  async #end(end: { reason: EndReason; continuesWithoutUs: boolean }): Promise<void> {
    if (this.#state === "DISCONNECTED") return;
    const error = new CallClosedError("CALL_CLOSED", { message: `the call has ended (${end.reason})` });
    const shut = this.#shut(error);
    this.parts.onEnded();
    this.#listeners.emit("terminated", end);
    await shut;
  }

  async #shut(error: GatewayError): Promise<void> {
    this.#state = "DISCONNECTED";
    this.#mode = null;
    this.#outbound.lost(error);
    this.#readiness.close(error);
    this.#control.closed(error);
    this.#audio.stop();
    await this.#taps.close();
  }
}
