import { type AudioFrame, FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { CallState, EndReason, Mode, Party } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
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
import { refusedVoice } from "@/lib/telephony/refused-voice";
import { FakePlayback, type HeardAudio } from "./fake-playback";
import { FakeVoice } from "./fake-voice";

export type FakeCommand = "answer" | "connect" | "setMode" | "close" | "disconnect";
type Pending = { command: FakeCommand; release: () => void; reject: (error: GatewayError) => void };

/** One call of the fake gateway: scripted from the test on one side, a real GatewayCall on the other. */
export class FakeCall implements GatewayCall {
  /** Commands in the order they came, `setMode:whisper`, `play:whisper`. */
  readonly commands: string[] = [];
  readonly #listeners = new Listeners<GatewayCallEvents>(silentLogger);
  readonly #playback: FakePlayback;
  readonly #failures: { command: FakeCommand; error: GatewayError }[] = [];
  readonly #holds: FakeCommand[] = [];
  readonly #pending = new Set<Pending>();
  readonly #sequence: Record<AudioFrame["party"], number> = { caller: 0, agent: 0, mixed: 0 };
  #confirmInstead: Mode[] = [];
  /** A live voice is queued, and heard as this clock goes on; null: the moment it is pushed. */
  voiceClock: Clock | null = null;
  #voice: FakeVoice | null = null;
  #unanswered = 0;
  #state: CallState;
  #mode: Mode | null;
  #isReachable = true;

  constructor(
    readonly description: GatewayCallDescription,
    start: { state: CallState; mode: Mode | null },
  ) {
    this.#state = start.state;
    this.#mode = start.mode;
    this.#playback = new FakePlayback({ mode: () => this.#mode, doubt: (mode) => this.#doubt(mode) });
  }

  get state(): CallState {
    return this.#state;
  }

  get mode(): Mode | null {
    return this.#isReachable ? this.#mode : null;
  }

  /** Our audio as each leg heard it. */
  get heard(): Record<Party, HeardAudio[]> {
    return this.#playback.heard;
  }

  get isPlaying(): boolean {
    return this.#playback.isPlaying;
  }

  on<E extends keyof GatewayCallEvents>(event: E, listener: GatewayCallEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  async answer(): Promise<void> {
    await this.#take("answer", this.#state === "PENDING");
    this.#advance("ANSWERED");
  }

  async connect({ ringTimeMs }: { ringTimeMs: number }): Promise<void> {
    const taken = this.#take("connect", this.#state !== "CONNECTED");
    this.#listeners.emit("ringing", ringTimeMs);
    await taken;
    if (this.#unanswered > 0) {
      this.#unanswered -= 1;
      throw new CallCommandError("CALL_UNANSWERED", { message: "the callee did not pick up", retryable: true });
    }
    this.#advance("CONNECTED");
    this.changeMode("barge");
  }

  async setMode(mode: Mode): Promise<Mode> {
    await this.#take("setMode", this.#state === "CONNECTED", `setMode:${mode}`);
    const confirmed = this.#confirmInstead.shift() ?? mode;
    this.changeMode(confirmed);
    return confirmed;
  }

  async play(request: PlayRequest): Promise<PlayResult> {
    this.commands.push(`play:${request.mode ?? "none"}`);
    if (this.#state === "DISCONNECTED" || !this.#isReachable)
      return { outcome: "failed", playedMs: 0, code: "CONNECTION_LOST", message: "nothing was sent" };
    if (this.#voice) return { outcome: "refused", playedMs: 0, code: "BUSY", message: "somebody speaks" };
    return this.#playback.play(request);
  }

  speak(request: SpeakRequest): LiveVoice {
    this.commands.push(`speak:${request.mode}`);
    if (this.#state === "DISCONNECTED" || !this.#isReachable)
      return refusedVoice({ code: "CONNECTION_LOST", message: "nothing was sent" }, "failed");
    if (this.#voice || this.#playback.isPlaying) return refusedVoice({ code: "BUSY", message: "taken" });
    const voice = new FakeVoice({
      ...{ request, heard: this.heard, clock: this.voiceClock },
      mode: () => this.mode,
      doubt: (mode) => this.#doubt(mode),
      onOver: () => {
        if (this.#voice === voice) this.#voice = null;
      },
    });
    this.#voice = voice;
    voice.recheck();
    return voice;
  }

  async close(): Promise<void> {
    await this.#take("close", this.#state !== "PENDING");
    this.end("ended-by-supervisor", { continuesWithoutUs: this.#state === "CONNECTED" });
  }

  async disconnect(): Promise<void> {
    await this.#take("disconnect", true);
    this.end("ended-by-supervisor");
  }

  /** The next such command is refused; default a CallCommandError INTERNAL. Several calls queue up. */
  failNext(command: FakeCommand, error?: GatewayError): void {
    const refusal = new CallCommandError("INTERNAL", { message: `${command} was scripted to fail` });
    this.#failures.push({ command, error: error ?? refusal });
  }

  /** The next such command stays without an answer until `release`, a hang-up or a loss of contact. */
  holdBack(command: FakeCommand): void {
    this.#holds.push(command);
  }

  /** A phone puts the other one on hold, or takes it back. */
  hold(party: Party, isHeld: boolean): void {
    this.#listeners.emit("hold", { party, isHeld });
  }

  /** Lets every command go on that is held back. */
  release(): void {
    for (const pending of [...this.#pending]) pending.release();
  }

  /** The next mode change is confirmed as this mode instead of the one asked for. */
  confirmInstead(mode: Mode): void {
    this.#confirmInstead.push(mode);
  }

  /** The agent lets the next `times` attempts ring. */
  agentIgnoresRinging(times: number): void {
    this.#unanswered = times;
  }

  /** Picks up a `connect` that was held back. */
  agentAnswers(): void {
    this.release();
  }

  /** Picks up a phone that rings although no `connect` is pending any more. */
  agentPicksUp(): void {
    this.#advance("CONNECTED");
    this.changeMode("barge");
  }

  /** A phone that rings although no `connect` is pending any more is not picked up. */
  ringFails(): void {
    const message = "the callee did not pick up";
    this.#listeners.emit("ringFailed", { code: "CALL_UNANSWERED", message, retryable: true });
  }

  callerHangsUp(): void {
    this.end("caller-hung-up");
  }

  agentHangsUp(): void {
    this.end("agent-hung-up");
  }

  end(reason: EndReason, { continuesWithoutUs = false }: { continuesWithoutUs?: boolean } = {}): void {
    if (this.#state === "DISCONNECTED") return;
    this.#state = "DISCONNECTED";
    this.#mode = null;
    this.#abort(new CallClosedError("CALL_CLOSED", { message: `the call has ended (${reason})` }));
    this.#listeners.emit("terminated", { reason, continuesWithoutUs });
  }

  /** The mode changes, whoever asked for it. */
  changeMode(mode: Mode): void {
    if (this.#mode === mode) return;
    this.#mode = mode;
    this.#playback.modeChanged();
    this.#voice?.recheck();
    if (this.#isReachable) this.#listeners.emit("mode", mode);
  }

  /** The media connection goes away; the call goes on behind it. */
  loseContact(): void {
    if (!this.#isReachable) return;
    this.#isReachable = false;
    this.#abort(new GatewayConnectionError("CONNECTION_LOST", { message: "contact was lost", retryable: true }));
    this.#listeners.emit("reachable", false);
    if (this.#mode !== null) this.#listeners.emit("mode", null);
  }

  /** Back, with what happened meanwhile. */
  regainContact(found: { state?: CallState; mode?: Mode } = {}): void {
    this.#isReachable = true;
    this.#mode = found.mode ?? this.#mode;
    this.#listeners.emit("reachable", true);
    if (found.state) this.#advance(found.state);
    if (this.#mode !== null) this.#listeners.emit("mode", this.#mode);
  }

  fault(fault: { code: string; message: string }): void {
    this.#listeners.emit("fault", fault);
  }

  hear(frame: AudioFrame): void {
    this.#listeners.emit("audio", frame);
  }

  /** One party says one frame; default silence. */
  say(party: AudioFrame["party"], samples: Int16Array = new Int16Array(FRAME_SAMPLES)): void {
    const sequence = this.#sequence[party]++;
    this.hear({ party, sequence, atMs: sequence * FRAME_MS, samples });
  }

  /** `manual`: clips go on only with `advancePlayback`. */
  set playback(how: "instant" | "manual") {
    this.#playback.playback = how;
  }

  advancePlayback(ms: number): void {
    this.#playback.advance(ms);
  }

  async #take(command: FakeCommand, allowed: boolean, label: string = command): Promise<void> {
    this.commands.push(label);
    if (this.#state === "DISCONNECTED") throw new CallClosedError("CALL_CLOSED", { message: "the call has ended" });
    if (!this.#isReachable)
      throw new GatewayConnectionError("CONNECTION_LOST", { message: "out of reach", retryable: true });
    if (!allowed)
      throw new CallCommandError("WRONG_STATE", { message: `${command} is not possible in ${this.#state}` });
    await (this.#takeFrom(this.#holds, command) ? this.#held(command) : Promise.resolve());
    const index = this.#failures.findIndex((failure) => failure.command === command);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure) throw failure.error;
  }

  #takeFrom(list: FakeCommand[], command: FakeCommand): boolean {
    const index = list.indexOf(command);
    if (index >= 0) list.splice(index, 1);
    return index >= 0;
  }

  #held(command: FakeCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        command,
        release: () => {
          this.#pending.delete(pending);
          resolve();
        },
        reject: (error) => {
          this.#pending.delete(pending);
          reject(error);
        },
      };
      this.#pending.add(pending);
    });
  }

  #abort(error: GatewayError): void {
    const ending = { outcome: "failed", code: error.code, message: error.message } as const;
    this.#playback.stop(ending);
    this.#voice?.stop(ending);
    for (const pending of [...this.#pending]) pending.reject(error);
  }

  #advance(state: CallState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#playback.modeChanged();
    this.#listeners.emit("state", state);
  }

  #doubt(mode: Mode | null): { code: string; message: string } | null {
    if (mode === null) return this.#state === "ANSWERED" ? null : { code: "WRONG_STATE", message: "not ANSWERED" };
    if (this.mode === mode) return null;
    if (this.mode === null) return { code: "MODE_NOT_CONFIRMED", message: "no mode is confirmed" };
    return { code: "MODE_MISMATCH", message: `meant for ${mode}, the call is in ${this.mode}` };
  }
}
