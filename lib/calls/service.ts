import type { Actor, Mode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { CallCommands } from "./commands";
import type { CallsDeps, CallWhisperOutcome, CallWhisperRequest, LiveCall } from "./types";

/** Owner of every live call: takes each one through the flow, and is the only way to act on it. */
export class CallsService implements CallCommands {
  constructor(private readonly deps: CallsDeps) {}

  /** Listens to the gateways; call it before they start. */
  start(): void {
    this.deps.logger.info("being built");
  }

  /** Lets go of every call; they go on without us. */
  stop(): void {}

  get(_callId: CallId): LiveCall | null {
    return null;
  }

  live(): LiveCall[] {
    return [];
  }

  async setMode(_request: { callId: CallId; mode: Mode; by: Actor }): Promise<Mode> {
    throw new Error("being built");
  }
  async leave(_request: { callId: CallId; by: Actor }): Promise<void> {
    throw new Error("being built");
  }
  async end(_request: { callId: CallId; by: Actor }): Promise<void> {
    throw new Error("being built");
  }
  /** Structurally coaching's WhisperPort. Never rejects. */
  async whisper(_request: CallWhisperRequest): Promise<CallWhisperOutcome> {
    throw new Error("being built");
  }
}
