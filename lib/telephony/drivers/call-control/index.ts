import { CONTROL_PATH, type ControlServerMessage } from "@/lib/contract/call-control";
import type { GatewayStatus } from "@/lib/contract/gateway-status";
import type { Gateway, GatewayCapabilities, GatewayEvents } from "@/lib/telephony/gateway";
import { GatewayConnectionError, type GatewayError } from "@/lib/telephony/gateway-errors";
import { Listeners } from "@/lib/telephony/listeners";
import { CallList } from "./call-list";
import { FaultCounter, type FaultKind } from "./fault-counter";
import { toCapabilities, UNKNOWN_CAPABILITIES } from "./mapper";
import {
  type CallControlDeps,
  type CallControlOptions,
  CONTROL_BACKOFF,
  callControlOptionsSchema,
  type ParsedOptions,
} from "./options";
import { PeerSocket } from "./peer-socket";
import { parseControl, type ServerHello } from "./wire";

/** The driver of the call-control protocol (docs/call-control-protocol.md). @throws ZodError on bad options */
export class CallControlGateway implements Gateway {
  readonly #options: ParsedOptions;
  readonly #listeners: Listeners<GatewayEvents>;
  readonly #faults: FaultCounter;
  readonly #control: PeerSocket<ControlServerMessage>;
  readonly #calls: CallList;
  #capabilities = UNKNOWN_CAPABILITIES;
  #status: GatewayStatus;
  #wasUp = false;
  #starting: { resolve: () => void; reject: (error: GatewayError) => void } | null = null;

  constructor(options: CallControlOptions, deps: CallControlDeps) {
    this.#options = callControlOptionsSchema.parse(options);
    const { clock, logger, random = Math.random } = deps;
    this.#listeners = new Listeners(logger);
    this.#faults = new FaultCounter(logger);
    this.#status = {
      name: this.#options.name,
      driver: "call-control",
      simulated: false,
      state: "down",
      latencyMs: null,
      reconnects: 0,
      detail: null,
    };
    const shared = { gateway: this.#options, clock, random, faults: this.#faults };
    this.#calls = new CallList({ ...shared, logger, onCall: (call) => this.#listeners.emit("call", call) });
    this.#control = new PeerSocket({
      ...shared,
      path: CONTROL_PATH,
      parse: parseControl,
      finalCodes: ["UNAUTHENTICATED", "UNSUPPORTED_VERSION"],
      backoff: CONTROL_BACKOFF,
      handlers: {
        opened: (hello) => this.#opened(hello),
        message: (message) => this.#calls.receive(message),
        binary: () => this.#faults.add("badFrame", { reason: "audio on the control connection" }),
        latency: (latencyMs) => this.#setStatus({ latencyMs }),
        down: ({ detail, retryInMs }) =>
          this.#setStatus({ state: "down", latencyMs: null, detail: `${detail}; next attempt in ${retryInMs} ms` }),
        refused: (error) => this.#refused(error),
      },
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get capabilities(): GatewayCapabilities {
    return this.#capabilities;
  }

  get status(): GatewayStatus {
    return this.#status;
  }

  /** What the gateway sent that it should not have, counted. */
  get faults(): Readonly<Record<FaultKind, number>> {
    return this.#faults.counts;
  }

  /** @throws GatewayAuthenticationError, GatewayError UNSUPPORTED_VERSION; GatewayConnectionError when stopped meanwhile */
  start(): Promise<void> {
    if (this.#control.isRunning) return Promise.resolve();
    this.#setStatus({ state: "connecting", detail: null });
    return new Promise((resolve, reject) => {
      this.#starting = { resolve, reject };
      this.#control.start();
    });
  }

  async stop(): Promise<void> {
    this.#control.stop();
    this.#calls.abandon();
    this.#setStatus({ state: "down", latencyMs: null, detail: "stopped" });
    this.#starting?.reject(
      new GatewayConnectionError("STOPPED", { message: "stopped before the gateway was reached" }),
    );
    this.#starting = null;
  }

  on<E extends keyof GatewayEvents>(event: E, listener: GatewayEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  #opened(hello: ServerHello): void {
    this.#capabilities = toCapabilities(hello);
    const reconnects = this.#status.reconnects + (this.#wasUp ? 1 : 0);
    this.#wasUp = true;
    this.#setStatus({ state: "up", detail: null, reconnects, simulated: hello.capabilities.simulated });
    this.#starting?.resolve();
    this.#starting = null;
  }

  #refused(error: GatewayError): void {
    const advice = error.code === "UNAUTHENTICATED" ? "; correct the credentials and start again" : "";
    this.#setStatus({ state: "down", latencyMs: null, detail: `${error.message}${advice}`.slice(0, 300) });
    this.#starting?.reject(error);
    this.#starting = null;
  }

  #setStatus(change: Partial<GatewayStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#listeners.emit("status", this.#status);
  }
}
