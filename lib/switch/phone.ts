import type { EndReason } from "@/lib/contract/call";
import type {
  DirectoryEntry,
  PhoneCommand,
  PhoneEndReason,
  PhoneError,
  PhoneFrame,
  PhoneIdentity,
  PhoneState,
} from "@/lib/contract/softphone";
import { RESUME_MS } from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import type { CallChange } from "./call-spec";
import { type RateLimit, TokenBucket } from "./garbage-limit";
import { type Activity, endReasonFor, type PhoneLeg, type PhoneOffer, stateOf } from "./phone-activity";

/** Calls that one phone may place: five at once, then one in five seconds. */
const CALL_RATE: RateLimit = { burst: 5, perSecond: 0.2 };

/** A WebSocket that a phone hears and is told through. */
export type PhoneConnection = {
  sendPhone(phone: PhoneState): void;
  sendDirectory(agents: DirectoryEntry[]): void;
  sendAudio(samples: Int16Array): void;
  /** Another page has taken the phone over. */
  replace(): void;
};

export type PhoneDeps = {
  clock: Clock;
  /** @returns the caller's leg of a call on its way, or why there is none. */
  dial: (phone: Phone, extension: string) => PhoneLeg | PhoneError;
  /** Nobody came back for it in time. */
  onGone: (phone: Phone) => void;
};

/** One phone, whichever connection it has at the moment: what it does, and what it may do now. */
export class Phone {
  #activity: Activity = { state: "idle", ended: null };
  #connection: PhoneConnection | null = null;
  #isMuted = false;
  /** Why we end the call ourselves. */
  #ending: PhoneEndReason | null = null;
  #cancelGone: (() => void) | null = null;
  #waitsUntil: number | null = null;
  readonly #calls: TokenBucket;

  constructor(
    readonly identity: PhoneIdentity,
    /** `resumeToken`: whoever knows it may take a guest's phone on. */
    readonly about: { resumeToken: string; number: string; name: string | null },
    private readonly deps: PhoneDeps,
  ) {
    this.#calls = new TokenBucket(CALL_RATE, deps);
  }

  get isIdle(): boolean {
    return this.#activity.state === "idle";
  }

  get connection(): PhoneConnection | null {
    return this.#connection;
  }

  /** Until when a call waits for its lost line, milliseconds since the epoch; null: none does. */
  get waitsUntil(): number | null {
    return this.#connection === null && this.#leg ? this.#waitsUntil : null;
  }

  /** The newest connection has the phone; the one before is told. */
  attach(connection: PhoneConnection): void {
    const before = this.#connection;
    this.#cancelGone?.();
    this.#connection = connection;
    before?.replace();
    this.#leg?.source.connect((samples) => connection.sendAudio(samples));
    this.#show();
  }

  /** The connection is lost. */
  detach(connection: PhoneConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#leg?.source.connect(null);
    this.#waitsUntil = this.deps.clock.now() + RESUME_MS;
    this.#cancelGone = this.deps.clock.after(RESUME_MS, () => this.leave("connection-lost"));
  }

  /** Another person has the extension now: hangs up, and whose phone it was is told. What rings goes on ringing. */
  giveUp(): void {
    const before = this.#connection;
    this.leave("connection-lost");
    before?.replace();
  }

  /** The phone is put away: hangs up, stops ringing, and nobody waits for it. */
  leave(reason: "hung-up" | "connection-lost"): void {
    this.#cancelGone?.();
    this.#connection = null;
    this.#hangUp(reason);
    this.deps.onGone(this);
  }

  receive(frame: PhoneFrame): void {
    this.#leg?.source.receive(frame);
  }

  /** @returns why it cannot be done. */
  command(command: PhoneCommand): PhoneError | null {
    switch (command.type) {
      case "call":
        return this.#dial(command.extension);
      case "answer":
        return this.#answer();
      case "decline":
        return this.#decline();
      case "hang-up":
        return this.#leg ? this.#hangUp("hung-up") : wrongState("there is no call to hang up");
      case "hold":
        return this.#hold(command.isHeld);
      case "mute":
        return this.#mute(command.isMuted);
      case "digits":
        return this.#press(command.digits);
    }
  }

  /** @returns false where the phone is busy. */
  ring(offer: PhoneOffer): boolean {
    if (!this.isIdle) return false;
    this.#become({ state: "ringing", offer });
    return true;
  }

  /** Somebody gave up calling, or rang for too long. */
  stopRinging(offer: PhoneOffer, reason: PhoneEndReason): void {
    const { callId, peer } = offer;
    if (this.#activity.state === "ringing" && this.#activity.offer === offer)
      this.#become({ state: "idle", ended: { callId, peer, reason } });
  }

  get #leg(): PhoneLeg | null {
    return "leg" in this.#activity ? this.#activity.leg : null;
  }

  #dial(extension: string): PhoneError | null {
    if (this.identity.role === "agent") return wrongState("an agent's phone takes calls and places none");
    if (!this.isIdle) return wrongState("the phone is in use");
    if (!this.#calls.take(1))
      return {
        code: "RATE_LIMITED",
        message: "you have placed many calls; try again in a few seconds",
        retryable: true,
      };
    const leg = this.deps.dial(this, extension);
    if ("code" in leg) return leg;
    this.#take(leg);
    this.#become({ state: "calling", leg, isRinging: false, failure: null });
    return null;
  }

  #answer(): PhoneError | null {
    if (this.#activity.state !== "ringing") return wrongState("nobody calls");
    const leg = this.#activity.offer.accept();
    if (!leg) return { code: "CALL_CLOSED", message: "the caller has hung up", retryable: false };
    this.#take(leg);
    this.#connected(leg);
    return null;
  }

  #decline(): PhoneError | null {
    if (this.#activity.state !== "ringing") return wrongState("nobody calls");
    const { offer } = this.#activity;
    this.stopRinging(offer, "declined");
    offer.decline();
    return null;
  }

  #hangUp(reason: "hung-up" | "connection-lost"): null {
    if (this.#activity.state === "ringing" && reason === "hung-up") this.#decline();
    const leg = this.#leg;
    if (!leg) return null;
    this.#ending = reason;
    leg.call.hangUp(leg.party);
    return null;
  }

  #hold(isHeld: boolean): PhoneError | null {
    const leg = this.#leg;
    return leg?.call.hold(leg.party, isHeld) ? null : wrongState("only a connected call can be held");
  }

  #mute(isMuted: boolean): PhoneError | null {
    const leg = this.#leg;
    if (!leg) return wrongState("there is no call to mute");
    this.#isMuted = isMuted;
    leg.source.mute(isMuted);
    this.#show();
    return null;
  }

  #press(digits: string): PhoneError | null {
    const activity = this.#activity;
    if (activity.state !== "connected" || activity.isHolding)
      return wrongState("keys are sent into a connected call that is not on hold");
    if (activity.leg.source.press(digits)) return null;
    return { code: "RATE_LIMITED", message: "too many keys wait already", retryable: true };
  }

  /** The call is ours from now on, until it is over. */
  #take(leg: PhoneLeg): void {
    this.#isMuted = false;
    this.#ending = null;
    const connection = this.#connection;
    if (connection) leg.source.connect((samples) => connection.sendAudio(samples));
    leg.call.watch((change) => this.#onChange(leg, change));
    void leg.call.ended.then(({ reason }) => this.#onEnded(leg, reason));
  }

  #connected(leg: PhoneLeg): void {
    const connectedAt = this.deps.clock.now();
    this.#become({ state: "connected", leg, connectedAt, isHolding: false, isHeld: false });
  }

  #onChange(leg: PhoneLeg, change: CallChange): void {
    const activity = this.#activity;
    if (this.#leg !== leg) return;
    if (change.type === "hold" && activity.state === "connected") {
      const whose = change.party === leg.party ? { isHolding: change.isHeld } : { isHeld: change.isHeld };
      this.#become({ ...activity, ...whose });
    }
    if (activity.state !== "calling") return;
    if (change.type === "ringing") this.#become({ ...activity, isRinging: true });
    if (change.type === "not-picked-up") this.#become({ ...activity, isRinging: false, failure: change.why });
    if (change.type === "connected") this.#connected(leg);
  }

  #onEnded(leg: PhoneLeg, why: EndReason): void {
    const activity = this.#activity;
    if (!("leg" in activity) || activity.leg !== leg) return;
    const failure = activity.state === "calling" ? activity.failure : null;
    const reason = this.#ending ?? endReasonFor(leg.party, { why, failure });
    this.#become({ state: "idle", ended: { callId: leg.callId, peer: leg.peer, reason } });
  }

  #become(activity: Activity): void {
    this.#activity = activity;
    this.#show();
  }

  #show(): void {
    this.#connection?.sendPhone(stateOf(this.#activity, { isMuted: this.#isMuted, now: this.deps.clock.now() }));
  }
}

function wrongState(message: string): PhoneError {
  return { code: "WRONG_STATE", message, retryable: false };
}
