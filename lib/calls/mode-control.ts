import { randomUUID } from "node:crypto";
import type { Actor, Mode } from "@/lib/contract/call";
import { SPY_NOT_CONFIRMED } from "@/lib/contract/call-fault";
import { GatewayError } from "@/lib/telephony/gateway-errors";
import { describeFailure } from "./command-error";
import { SPY_ATTEMPTS, SPY_PAUSE_MS } from "./constants";
import { type CallLine, pause } from "./line";

type Request = { requestId: string; mode: Mode; by: Actor; isConfirmed: boolean };

const SYSTEM: Actor = { kind: "system" };
const GATEWAY: Actor = { kind: "gateway" };

/** The mode of one call: changes one after the other, each published as asked and as confirmed. */
export class ModeControl {
  #confirmed: Mode | null;
  /** What somebody here last wanted it to be for good; a call may be in this one or in spy. */
  #wanted: Mode = "spy";
  /** Somebody speaks in it: right as it is, and not for good. */
  #lent: Mode | null = null;
  #request: Request | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #isSettling = false;
  /** The last change failed: the gateway may still carry it out. */
  #isInDoubt = false;

  constructor(private readonly line: CallLine) {
    this.#confirmed = line.call.mode;
  }

  /** As last published. */
  get confirmed(): Mode | null {
    return this.#confirmed;
  }

  /** The gateway says which mode it is in now. */
  heard(mode: Mode | null): void {
    if (mode === this.#confirmed) return;
    const own = this.#request?.mode === mode && !this.#request.isConfirmed ? this.#request : null;
    if (own) own.isConfirmed = true;
    this.#confirm({ mode, requestId: own?.requestId ?? null, by: own?.by ?? GATEWAY });
  }

  /** Runs `work` when every change before it is done; nothing else changes the mode meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** The call may be in `mode` until this is called with null: somebody speaks in it. */
  lend(mode: Mode | null): void {
    this.#lent = mode;
  }

  /**
   * As a person asks, in their turn. A step down is never refused for its rate, so that where spy is beyond doubt already nothing is
   * asked and nothing is written. @throws GatewayError
   */
  choose(wish: { mode: Mode; by: Actor }): Promise<Mode> {
    return this.alone(async () => (wish.mode === "spy" && this.#isSurelySpy() ? "spy" : this.change(wish)));
  }

  /** Only inside `alone`. `isPassing`: not what the call should be in afterwards. @throws GatewayError */
  async change({ mode, by, isPassing = false }: { mode: Mode; by: Actor; isPassing?: boolean }): Promise<Mode> {
    const { call, callId, publish } = this.line;
    const request: Request = { requestId: randomUUID(), mode, by, isConfirmed: false };
    this.#request = request;
    publish({ type: "mode.requested", callId, requestId: request.requestId, mode, by });
    try {
      const confirmed = await call.setMode(mode);
      if (confirmed !== mode)
        throw new GatewayError("MODE_NOT_CONFIRMED", { message: `asked for ${mode}, the gateway is in ${confirmed}` });
      if (!request.isConfirmed) this.#confirm({ mode, requestId: request.requestId, by });
      if (!isPassing) this.#wanted = mode;
      this.#isInDoubt = false;
      return mode;
    } catch (error) {
      this.#isInDoubt = true;
      publish({ type: "mode.failed", callId, requestId: request.requestId, mode, by, ...describeFailure(error) });
      this.#tellWhatIs();
      throw error;
    } finally {
      this.#request = null;
    }
  }

  /** To `to`, or else to spy. Only inside `alone`; never rejects. @returns the mode confirmed afterwards; null where none is known */
  async goBack(to: Mode): Promise<Mode | null> {
    const { call, over, isMonitored } = this.line;
    const targets: readonly Mode[] = to === "spy" ? ["spy"] : [to, "spy"];
    for (const mode of targets) {
      if (over.aborted || call.state !== "CONNECTED" || !isMonitored()) return null;
      if (call.mode === mode) return mode;
      try {
        return await this.change({ mode, by: SYSTEM, isPassing: mode !== "spy" });
      } catch {
        // Published by `change`; the next target, and then `settle`, go on trying.
      }
    }
    return call.mode;
  }

  /**
   * Brings the call into spy if it is in a mode that nobody here wants. @returns whether that is so now; a failure is
   * published, after a bounded number of attempts.
   */
  async settle(): Promise<boolean> {
    if (this.#isSettling) return false;
    this.#isSettling = true;
    try {
      for (let attempt = 1; attempt <= SPY_ATTEMPTS && this.#isAstray(); attempt++) {
        if (attempt > 1) await pause(this.line, SPY_PAUSE_MS * (attempt - 1));
        await this.alone(async () => {
          if (this.#isAstray()) await this.change({ mode: "spy", by: SYSTEM });
        }).catch(() => undefined);
      }
      if (this.#isAstray()) this.#reportAstray();
      return !this.#isAstray();
    } finally {
      this.#isSettling = false;
    }
  }

  #isSurelySpy(): boolean {
    const { call, isMonitored } = this.line;
    const isConfirmed = call.state === "CONNECTED" && isMonitored() && call.mode === "spy" && this.#confirmed === "spy";
    return isConfirmed && this.#wanted === "spy" && this.#lent === null && !this.#isInDoubt;
  }

  #isAstray(): boolean {
    const { call, over, isMonitored } = this.line;
    if (over.aborted || call.state !== "CONNECTED" || !isMonitored()) return false;
    return call.mode === null || (call.mode !== "spy" && call.mode !== this.#wanted && call.mode !== this.#lent);
  }

  #reportAstray(): void {
    const { callId, call, publish } = this.line;
    const message = `spy could not be confirmed; the call is in ${call.mode ?? "an unknown mode"} and nothing is played`;
    publish({ type: "call.faulted", callId, code: SPY_NOT_CONFIRMED, message });
  }

  /** After a failure nothing counts as known; where the gateway does know, that is said again. */
  #tellWhatIs(): void {
    const { mode, state } = this.line.call;
    if (state === "CONNECTED" && mode !== null) this.#confirm({ mode, requestId: null, by: GATEWAY });
  }

  #confirm({ mode, requestId, by }: { mode: Mode | null; requestId: string | null; by: Actor }): void {
    const previous = this.#confirmed;
    this.#confirmed = mode;
    this.line.publish({ type: "mode.confirmed", callId: this.line.callId, requestId, mode, previous, by });
  }
}
