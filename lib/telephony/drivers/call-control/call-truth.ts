import type { CallState, Mode, Party } from "@/lib/contract/call";
import type { WireCall, WireParty } from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { GatewayCallEvents } from "@/lib/telephony/gateway";
import type { Listeners } from "@/lib/telephony/listeners";
import { isAhead, toHolder } from "./mapper";
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
  /** Parties whose phones hold the call. */
  #holding: ReadonlySet<Party>;

  constructor(options: {
    /** As control describes it. */
    call: WireCall;
    clock: Clock;
    listeners: Listeners<GatewayCallEvents>;
    /** State, mode or reach changed; before the listeners hear of it. */
    onChange: () => void;
  }) {
    this.#state = options.call.state;
    this.#holding = new Set(options.call.holding?.map(toHolder));
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
    for (const party of this.#holding) this.#options.listeners.emit("hold", { party, isHeld: true });
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

  /** Control's word: only there are holds told, so that they come in order. */
  hearHold({ party, held }: { party: WireParty; held: boolean }): void {
    const holding = new Set(this.#holding);
    if (held) holding.add(toHolder(party));
    else holding.delete(toHolder(party));
    this.#changeHolds(holding);
  }

  /** The call in control's list: newer than every event before it, also than an own change's echo that is still due. */
  resync(call: WireCall): void {
    this.advance(call.state);
    if (call.holding) this.#changeHolds(new Set(call.holding.map(toHolder)));
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

  #changeHolds(holding: ReadonlySet<Party>): void {
    const before = this.#holding;
    this.#holding = holding;
    for (const party of ["caller", "agent"] as const)
      if (this.#isAnnounced && before.has(party) !== holding.has(party))
        this.#options.listeners.emit("hold", { party, isHeld: holding.has(party) });
  }

  #changeMode(change: () => void): void {
    const before = this.mode;
    change();
    if (this.mode === before) return;
    this.#options.onChange();
    this.#options.listeners.emit("mode", this.mode);
  }
}
