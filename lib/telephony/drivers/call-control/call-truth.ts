import type { CallState, Mode } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import type { GatewayCallEvents } from "@/lib/telephony/gateway";
import type { Listeners } from "@/lib/telephony/listeners";
import { isAhead } from "./mapper";
import { ModeLedger } from "./mode-ledger";

/** What the gateway has confirmed of one call, and telling it on. Everything about mode is forgotten while out of reach. */
export class CallTruth {
  readonly #ledger: ModeLedger;
  readonly #options: { listeners: Listeners<GatewayCallEvents>; onChange: () => void };
  #state: CallState;
  #isReachable = false;
  #wasReachable = false;
  /** What the listeners believe; a call is announced as one within reach. */
  #toldReachable = true;
  #isAnnounced = false;

  constructor(options: {
    state: CallState;
    clock: Clock;
    listeners: Listeners<GatewayCallEvents>;
    /** State, mode or reach changed; before the listeners hear of it. */
    onChange: () => void;
  }) {
    this.#state = options.state;
    this.#options = options;
    this.#ledger = new ModeLedger(options.clock);
  }

  get state(): CallState {
    return this.#state;
  }

  get mode(): Mode | null {
    return this.#ledger.mode;
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  /** Media has never described the call yet: it is still being reached for the first time. */
  get isNew(): boolean {
    return !this.#wasReachable;
  }

  /** From now on there are listeners. */
  announced(): void {
    this.#isAnnounced = true;
    this.#tellReach();
  }

  /** The call as media describes it on a (re)connect. */
  resume(call: { state: CallState; mode: Mode | null }): void {
    this.#isReachable = true;
    this.#wasReachable = true;
    this.#tellReach();
    this.advance(call.state);
    this.#changeMode(() => this.#ledger.reset(call.mode));
  }

  lose(): void {
    this.#isReachable = false;
    this.#options.onChange();
    this.#tellReach();
    this.forgetMode();
  }

  /** Nothing is known of the mode until the gateway says more. */
  forgetMode(): void {
    this.#changeMode(() => this.#ledger.reset(null));
  }

  /** Media's word. */
  confirmMode(mode: Mode | null): void {
    this.#changeMode(() => this.#ledger.confirm(mode));
  }

  /** Control's word; without media it is kept for the resume, where media says it again. */
  hearMode(mode: Mode): void {
    if (this.#isReachable) this.#changeMode(() => this.#ledger.hear(mode));
  }

  /** The call in control's list: newer than every event before it, also than an own change's echo that is still due. */
  resync(call: { state: CallState; mode: Mode | null }): void {
    this.advance(call.state);
    // Media may have told of the conference since the list was made; a list from before it says nothing about its mode.
    if (this.#isReachable && call.state === this.#state) this.#changeMode(() => this.#ledger.reset(call.mode));
  }

  /** Old news (a state behind) is ignored. */
  advance(state: CallState): void {
    if (state === "DISCONNECTED" || !isAhead({ from: this.#state, to: state })) return;
    this.#state = state;
    this.#options.onChange();
    this.#options.listeners.emit("state", state);
  }

  end(): void {
    this.#state = "DISCONNECTED";
    this.#isReachable = false;
    this.#ledger.reset(null);
  }

  /** @returns why nothing may be played for `mode` now; null: it is confirmed. */
  doubt(mode: Mode | null): { code: string; message: string } | null {
    if (!this.#isReachable) return { code: "MODE_NOT_CONFIRMED", message: "the call is out of reach" };
    if (mode === null && this.#state === "ANSWERED") return null;
    if (mode === null)
      return {
        code: "WRONG_STATE",
        message: `only an ANSWERED call hears us without a mode, not a ${this.#state} one`,
      };
    if (this.mode === mode) return null;
    if (this.mode === null) return { code: "MODE_NOT_CONFIRMED", message: "no mode is confirmed" };
    return { code: "MODE_MISMATCH", message: `meant for ${mode}, but the call is in ${this.mode}` };
  }

  #tellReach(): void {
    if (!this.#isAnnounced || this.#toldReachable === this.#isReachable) return;
    this.#toldReachable = this.#isReachable;
    this.#options.listeners.emit("reachable", this.#isReachable);
  }

  #changeMode(change: () => void): void {
    const before = this.mode;
    change();
    if (this.mode === before) return;
    this.#options.onChange();
    this.#options.listeners.emit("mode", this.mode);
  }
}
