import type { ControlServerMessage, WireCall } from "@/lib/contract/call-control";
import type { CallId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { CallControlCall } from "./call";
import type { FaultCounter } from "./fault-counter";
import { ANNOUNCE_LIMIT_MS, LAST_WORD_MS, type ParsedOptions } from "./options";

type Entry = { call: CallControlCall; announce: () => void; cancel: () => void };

/** The live calls of one gateway, kept in step with what its control connection says. */
export class CallList {
  readonly #entries = new Map<CallId, Entry>();

  constructor(
    private readonly options: {
      gateway: ParsedOptions;
      clock: Clock;
      random: () => number;
      logger: Logger;
      faults: FaultCounter;
      onCall: (call: GatewayCall) => void;
    },
  ) {}

  receive(message: ControlServerMessage): void {
    switch (message.type) {
      case "calls":
        this.#resync(message.calls);
        return;
      case "call.incoming":
        this.#add(message.call);
        return;
      case "call.terminated":
        this.#entry(message.callId, message.type)?.call.terminate(message);
        return;
      case "call.answered":
      case "call.ringing":
      case "call.connected":
      case "call.mode_changed":
      case "call.hold_changed":
      case "call.error":
        this.#entry(message.callId, message.type)?.call.hear(message);
        return;
      case "call.connect_failed":
        this.#entry(message.callId, message.type)?.call.hearRingFailed(message.error);
        return;
      case "call.answer_failed":
        // The command's own answer says the same, to the one who asked.
        this.#entry(message.callId, message.type);
        return;
      case "error":
        this.options.logger.warn({ code: message.error.code }, "gateway reported an error");
        return;
      default:
        return;
    }
  }

  /** Lets go of every call; they go on without us. */
  abandon(): void {
    for (const { call, cancel } of this.#entries.values()) {
      cancel();
      call.abandon();
    }
    this.#entries.clear();
  }

  /** The list is the truth: what began while we were away is new, what is missing has ended. */
  #resync(calls: readonly WireCall[]): void {
    const live = new Map(calls.filter((call) => call.state !== "DISCONNECTED").map((call) => [call.callId, call]));
    for (const [callId, { call }] of [...this.#entries])
      if (!live.has(callId)) call.terminate({ reason: "gateway-lost", continuesWithoutUs: false });
    for (const [callId, call] of live) {
      const known = this.#entries.get(callId);
      if (known) known.call.resync(call);
      else this.#add(call);
    }
  }

  #add(wire: WireCall): void {
    const { faults, gateway, clock, random, logger, onCall } = this.options;
    const { callId } = wire;
    if (this.#entries.has(callId)) {
      faults.add("outOfOrder", { reason: "incoming twice", callId });
      return;
    }
    if (wire.state === "DISCONNECTED") return;
    if (this.#entries.size >= gateway.maxCalls) {
      faults.add("tooManyCalls", { reason: `more than ${gateway.maxCalls} calls`, callId });
      return;
    }
    const call = new CallControlCall(wire, {
      ...{ gateway, clock, random, logger, faults },
      onMediaTried: () => entry.announce(),
      onUnknown: () => this.#unknown(entry),
      onTerminated: () => this.#remove(callId, entry),
    });
    const cancelAnnounce = clock.after(ANNOUNCE_LIMIT_MS, () => entry.announce());
    const entry: Entry = {
      call,
      cancel: cancelAnnounce,
      announce: () => {
        cancelAnnounce();
        entry.announce = () => {};
        onCall(call);
        call.announced();
      },
    };
    this.#entries.set(callId, entry);
    call.open();
  }

  /** Media knows no such call; control may be about to say how it ended. */
  #unknown(entry: Entry): void {
    entry.cancel();
    entry.cancel = this.options.clock.after(LAST_WORD_MS, () =>
      entry.call.terminate({ reason: "gateway-lost", continuesWithoutUs: false }),
    );
  }

  /** Announced first even if it ended at once: nobody's call goes by unseen. */
  #remove(callId: CallId, entry: Entry): void {
    entry.announce();
    entry.cancel();
    this.#entries.delete(callId);
  }

  #entry(callId: CallId, type: string): Entry | undefined {
    const entry = this.#entries.get(callId);
    if (!entry) this.options.faults.add("outOfOrder", { reason: `${type} for a call that is not live`, callId });
    return entry;
  }
}
