import type { CallState, Mode } from "@/lib/contract/call";
import type { GatewayStatus } from "@/lib/contract/gateway-status";
import { callIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import type { Gateway, GatewayCallDescription, GatewayCapabilities, GatewayEvents } from "@/lib/telephony/gateway";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import { Listeners } from "@/lib/telephony/listeners";
import { FakeCall } from "./fake-call";

type Arrival = Partial<Omit<GatewayCallDescription, "callId">> & {
  callId?: string;
  /** Default PENDING; another one is a call found on a (re)connect. */
  state?: CallState;
  mode?: Mode;
};

/** A telephone system for tests: calls arrive when the test says so, and do what it says. */
export class FakeGateway implements Gateway {
  readonly name: string;
  readonly calls: FakeCall[] = [];
  capabilities: GatewayCapabilities;
  #status: GatewayStatus;
  #startError: GatewayError | null = null;
  readonly #listeners = new Listeners<GatewayEvents>(silentLogger);

  constructor(options: { name?: string; capabilities?: Partial<GatewayCapabilities> } = {}) {
    this.name = options.name ?? "fake";
    this.capabilities = {
      perPartyAudio: true,
      modes: ["spy", "whisper", "barge"],
      managed: true,
      flush: true,
      mark: true,
      serverSideModes: true,
      perPartyInjection: false,
      simulated: true,
      liveVoice: true,
      ...options.capabilities,
    };
    this.#status = {
      ...{ name: this.name, driver: "fake", simulated: this.capabilities.simulated },
      ...{ state: "down", latencyMs: null, reconnects: 0, detail: null },
    };
  }

  get status(): GatewayStatus {
    return this.#status;
  }

  on<E extends keyof GatewayEvents>(event: E, listener: GatewayEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  async start(): Promise<void> {
    if (this.#startError) throw this.#startError;
    this.setStatus({ state: "up", latencyMs: 1 });
  }

  async stop(): Promise<void> {
    this.setStatus({ state: "down", latencyMs: null, detail: "stopped" });
  }

  /** `start` will reject with this. */
  failStart(error: GatewayError): void {
    this.#startError = error;
  }

  setStatus(change: Partial<GatewayStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#listeners.emit("status", this.#status);
  }

  /** A call comes in, or is found. @returns its other side */
  arrive(arrival: Arrival = {}): FakeCall {
    const { callId, state = "PENDING", mode = null, ...description } = arrival;
    const call = new FakeCall(
      {
        callId: callIdSchema.parse(callId ?? `call-${this.calls.length + 1}`),
        callerNumber: "+4940111",
        callerName: "Ada Caller",
        calleeNumber: "201",
        calleeName: null,
        direction: "inbound",
        startedAt: 1_700_000_000_000,
        ...description,
      },
      { state, mode },
    );
    this.calls.push(call);
    this.#listeners.emit("call", call);
    return call;
  }

  /** Every connection breaks. */
  loseContact(): void {
    this.setStatus({ state: "down", latencyMs: null, detail: "contact was lost" });
    for (const call of this.calls) if (call.state !== "DISCONNECTED") call.loseContact();
  }

  regainContact(): void {
    this.setStatus({ state: "up", latencyMs: 1, reconnects: this.#status.reconnects + 1, detail: null });
    for (const call of this.calls) if (call.state !== "DISCONNECTED") call.regainContact();
  }
}
