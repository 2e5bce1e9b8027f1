import {
  CallClosedError,
  CallCommandError,
  CallCommandTimeoutError,
  GatewayConnectionError,
  type GatewayError,
} from "@/lib/telephony/gateway-errors";
import type { AsteriskCall } from "./call";
import type { CallControl } from "./call-control";
import type { AsteriskLine } from "./tap";
import type { AriBridge, AriChannel, AriEvent } from "./wire";

/** Q.850 causes for which the number will not answer however often it is rung: unallocated, no route, unregistered … */
const UNREACHABLE_CAUSES = new Set([1, 2, 3, 20, 27, 28, 38, 66]);
/** Answered by Asterisk's own side: the phone took it, but its channel never came to us. */
const ARRIVAL_MARGIN_MS = 5_000;

/** Between the end of Stasis and that of the channel, where it is a hang-up. */
const DEPARTURE_GRACE_MS = 300;

type Ring = { channelId: string; ringTimeMs: number; hasRung: boolean; settle: (error: GatewayError | null) => void };

/** A call that came in by `Stasis()`: ours to answer, to connect, and to take down when one of the two hangs up. */
export class ManagedControl implements CallControl {
  #caller: string;
  #agent: string | null;
  #bridge: string | null;
  #ring: Ring | null = null;
  #isEnding = false;
  /** A transfer put another channel in the place of one of the two: it is another call now, and still needs its bridge. */
  #isTransferred = false;

  constructor(
    private readonly parts: {
      line: AsteriskLine;
      call: AsteriskCall;
      caller: { channelId: string; number: string; name: string };
      /** What to dial, `PJSIP/201`. */
      endpoint: string;
      /** Found connected on a (re)connect. */
      found?: { agent: string; bridge: string };
      /** Neither party needs us any more. */
      onGone: () => void;
    },
  ) {
    this.#caller = parts.caller.channelId;
    this.#agent = parts.found?.agent ?? null;
    this.#bridge = parts.found?.bridge ?? null;
  }

  /** Channels of people that are this call's. */
  get channelIds(): readonly string[] {
    return [this.#caller, this.#agent, this.#ring?.channelId].flatMap((id) => id ?? []);
  }

  /** Its bridge; null once the call is another one, which the dialplan has a hand in and which is found as such. */
  get bridge(): string | null {
    return this.#isTransferred ? null : this.#bridge;
  }

  async answer(): Promise<void> {
    const { line, call, caller } = this.parts;
    await line.commands.answer(caller.channelId);
    await this.#takeUp();
    call.advance("ANSWERED");
  }

  /** Found answered: by the dialplan, by an Earshot before us, or by our own command whose answer was lost. Never rejects. */
  async answered(): Promise<void> {
    // At once: whoever waits to learn what became of the answer must not take the call for unanswered.
    this.parts.call.advance("ANSWERED");
    await this.#takeUp().catch((error: unknown) => {
      this.parts.line.logger.warn({ err: error }, "a caller who was answered could not be taken up");
    });
  }

  /** Tap and silence for a caller who is up already and alone. */
  async #takeUp(): Promise<void> {
    const { line, call, caller } = this.parts;
    await Promise.all([line.commands.startSilence(caller.channelId), call.openTap("caller", caller.channelId)]);
  }

  async connect({ ringTimeMs }: { ringTimeMs: number }): Promise<void> {
    if (this.#ring) throw new CallCommandError("BUSY", { message: "the agent's phone rings already" });
    const { call } = this.parts;
    const channelId = this.parts.line.names.make("agent");
    const agent = await this.#dial({ channelId, ringTimeMs });
    try {
      await this.#join(agent);
    } catch (error) {
      // Out of reach nothing can be undone, and it may have worked: the lists of the way back will tell.
      if (!(error instanceof GatewayConnectionError)) await this.#undoJoin(agent);
      throw error;
    }
    call.advance("CONNECTED", "barge");
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    try {
      await Promise.all(this.channelIds.map((channelId) => this.parts.line.commands.hangUp(channelId)));
    } catch (error) {
      this.#isEnding = false;
      throw error;
    }
    await this.#dropBridge();
  }

  async leave(): Promise<void> {}

  closed(error: GatewayError): void {
    this.#ring?.settle(error);
  }

  /** @returns whether it was about this call. */
  hear(event: AriEvent): boolean {
    if (event.type === "StasisStart" && event.replace_channel)
      return this.replaced({ gone: event.replace_channel.id, by: event.channel.id });
    if (!("channel" in event) || !event.channel) return false;
    const { id, state } = event.channel;
    if (!this.channelIds.includes(id)) return false;
    if (event.type === "ChannelStateChange" && id === this.#ring?.channelId && state === "Ringing") this.#rings();
    if (event.type === "StasisStart" && id === this.#ring?.channelId) this.#ring.settle(null);
    if (event.type === "ChannelHold" || event.type === "ChannelUnhold") this.#held(id, event.type === "ChannelHold");
    if (event.type === "ChannelDestroyed") this.#gone({ channelId: id, cause: event.cause, text: event.cause_txt });
    // It went on in the dialplan: transferred by its phone, and not ours any more.
    if (event.type === "StasisEnd") this.#departed(id);
    return true;
  }

  /** Another channel stands in the bridge where one of ours was. @returns whether it was this call */
  replaced({ gone, by }: { gone: string; by: string }): boolean {
    if (gone === this.#caller) this.#caller = by;
    else if (gone === this.#agent) this.#agent = by;
    else return false;
    this.#isTransferred = true;
    this.parts.call.terminate({ reason: "transferred", continuesWithoutUs: false });
    return true;
  }

  /** The lists of a (re)connect, which replace the events that were missed. */
  resync({ channels, bridges }: { channels: ReadonlyMap<string, AriChannel>; bridges: readonly AriBridge[] }): void {
    const here = bridges.find(({ id }) => id === this.#bridge)?.channels ?? [];
    const stranger = here.find((id) => !this.channelIds.includes(id));
    const missing = this.channelIds.filter((id) => !channels.has(id));
    const [gone] = missing;
    if (gone && stranger && here.length > 1) this.replaced({ gone, by: stranger });
    else
      for (const id of missing)
        this.#gone({ channelId: id, cause: 0, text: "it ended while Asterisk was out of reach" });
    // Before the ring, which makes somebody the agent who is not joined yet.
    if (this.parts.call.state === "ANSWERED" && this.#agent) this.#resumeJoin(this.#agent, here);
    if (this.#ring && channels.get(this.#ring.channelId)?.state === "Up") this.#ring.settle(null);
    if (this.parts.call.state === "PENDING" && channels.get(this.#caller)?.state === "Up") void this.answered();
  }

  #dial({ channelId, ringTimeMs }: { channelId: string; ringTimeMs: number }): Promise<string> {
    const { line, caller, endpoint } = this.parts;
    return new Promise((resolve, reject) => {
      const settle = (error: GatewayError | null) => {
        if (this.#ring?.channelId !== channelId) return;
        cancelRing();
        this.#ring = null;
        if (error === null) {
          this.#agent = channelId;
          resolve(channelId);
          return;
        }
        void this.#hangUp([channelId]);
        reject(error);
      };
      const cancelRing = line.clock.after(ringTimeMs, () => settle(unanswered("nobody picked up")));
      this.#ring = { channelId, ringTimeMs, hasRung: false, settle };
      const callerId = caller.name ? `"${caller.name.replaceAll('"', "")}" <${caller.number}>` : caller.number;
      line.commands
        .originate({ channelId, endpoint, callerId, originator: caller.channelId, ringTimeMs })
        .catch((error: unknown) => settle(error instanceof GatewayConnectionError ? error : unreachable(error)));
    });
  }

  async #join(agent: string): Promise<void> {
    const { line, call, caller } = this.parts;
    const bridge = line.names.make("call");
    this.#bridge = bridge;
    await line.commands.createBridge(bridge);
    this.#mustBeLive();
    const tapped = call.openTap("agent", agent);
    await line.commands.stopSilence(caller.channelId);
    await line.commands.addToBridge(bridge, [caller.channelId, agent]);
    await this.#within(tapped);
    this.#mustBeLive();
  }

  async #undoJoin(agent: string): Promise<void> {
    const { line, call, caller } = this.parts;
    // No longer the call's: its end must not be taken for the agent's hanging up.
    this.#agent = null;
    await Promise.all([call.closeTap("agent"), this.#hangUp([agent])]);
    await this.#dropBridge();
    await line.commands.startSilence(caller.channelId).catch((error: unknown) => {
      line.logger.warn({ err: error }, "a caller who is alone again gets no audio");
    });
  }

  /** The answer to joining the two was lost. */
  #resumeJoin(agent: string, here: readonly string[]): void {
    const { call } = this.parts;
    if (here.includes(agent) && here.includes(this.#caller)) {
      void call.openTap("agent", agent);
      call.advance("CONNECTED");
    } else void this.#undoJoin(agent);
  }

  #mustBeLive(): void {
    if (this.parts.call.state === "DISCONNECTED")
      throw new CallClosedError("CALL_CLOSED", { message: "the call has ended" });
  }

  #within(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.parts.line.clock.after(ARRIVAL_MARGIN_MS, () =>
        reject(new CallCommandTimeoutError("TIMEOUT", { message: "the agent's audio did not come up" })),
      );
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #held(channelId: string, isHolding: boolean): void {
    if (channelId === this.#caller) this.parts.call.holds("caller", isHolding);
    else if (channelId === this.#agent) this.parts.call.holds("agent", isHolding);
  }

  #rings(): void {
    if (!this.#ring || this.#ring.hasRung) return;
    this.#ring.hasRung = true;
    this.parts.call.ringing(this.#ring.ringTimeMs);
  }

  #gone({ channelId, cause, text }: { channelId: string; cause: number; text: string }): void {
    const { call } = this.parts;
    if (channelId === this.#ring?.channelId) {
      const isUnreachable = UNREACHABLE_CAUSES.has(cause);
      this.#ring.settle(isUnreachable ? unreachable(new Error(text)) : unanswered(text));
      return;
    }
    const isCaller = channelId === this.#caller;
    const others = this.channelIds.filter((id) => id !== channelId);
    const hungUp = isCaller ? "caller-hung-up" : "agent-hung-up";
    call.terminate({ reason: this.#isEnding ? "ended-by-supervisor" : hungUp, continuesWithoutUs: false });
    this.#close(others);
  }

  #departed(channelId: string): void {
    if (channelId === this.#ring?.channelId) return;
    const others = this.channelIds.filter((id) => id !== channelId);
    // A hang-up is told as the end of Stasis first; only what still lives a moment later has gone elsewhere.
    this.parts.line.clock.after(DEPARTURE_GRACE_MS, () => {
      if (this.parts.call.state === "DISCONNECTED" || !this.channelIds.includes(channelId)) return;
      this.parts.call.terminate({ reason: "transferred", continuesWithoutUs: false });
      this.#close(others);
    });
  }

  #close(channelIds: readonly string[]): void {
    void this.#hangUp(channelIds).then(() => this.#dropBridge());
    this.parts.onGone();
  }

  async #hangUp(channelIds: readonly string[]): Promise<void> {
    const { commands, logger } = this.parts.line;
    for (const result of await Promise.allSettled(channelIds.map((id) => commands.hangUp(id))))
      if (result.status === "rejected") logger.warn({ err: result.reason }, "a party could not be hung up");
  }

  async #dropBridge(): Promise<void> {
    const bridge = this.#bridge;
    this.#bridge = null;
    const { commands, logger } = this.parts.line;
    if (bridge)
      await commands.destroyBridge(bridge).catch((error: unknown) => {
        logger.warn({ err: error }, "the bridge of a call that ended was not removed");
      });
  }
}

function unanswered(text: string): CallCommandError {
  return new CallCommandError("CALL_UNANSWERED", { message: `the agent was not reached: ${text}`, retryable: true });
}

function unreachable(error: unknown): CallCommandError {
  const why = error instanceof Error ? error.message : "unknown";
  return new CallCommandError("CALLEE_UNREACHABLE", {
    message: `the agent's phone cannot be rung: ${why}`,
    retryable: true,
  });
}
