import type { GatewayStatus } from "@/lib/contract/socket-events";
import type { Gateway, GatewayCapabilities, GatewayEvents } from "@/lib/telephony/gateway";
import { type CallControlDeps, type CallControlOptions, callControlOptionsSchema, type ParsedOptions } from "./options";

/** The driver of the call-control protocol (docs/call-control-protocol.md). @throws ZodError on bad options */
export class CallControlGateway implements Gateway {
  readonly #options: ParsedOptions;

  constructor(
    options: CallControlOptions,
    private readonly deps: CallControlDeps,
  ) {
    this.#options = callControlOptionsSchema.parse(options);
  }

  get name(): string {
    return this.#options.name;
  }
  get capabilities(): GatewayCapabilities {
    throw new Error("being built");
  }
  get status(): GatewayStatus {
    throw new Error("being built");
  }
  async start(): Promise<void> {
    this.deps.logger.info("being built");
  }
  async stop(): Promise<void> {}
  on<E extends keyof GatewayEvents>(_event: E, _listener: GatewayEvents[E]): () => void {
    return () => {};
  }
}
