import type { Actor, Mode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { AppError } from "@/lib/platform/errors";
import type { Gateway, GatewayCall } from "@/lib/telephony/gateway";
import type { CallCommands, FloorCommands, SpeakingCommands } from "./commands";
import { CallHandle } from "./handle";
import { Microphones } from "./microphones";
import { CallRegistry } from "./registry";
import type { CallsDeps, CallWhisperOutcome, CallWhisperRequest, LiveCall } from "./types";
import { whisperFailed } from "./whisper";

/** Owner of every live call: takes each one through the flow, and is the only way to act on it. */
export class CallsService implements CallCommands {
  readonly #registry = new CallRegistry();
  readonly #stopListening: (() => void)[] = [];

  /** Who may speak into a call. */
  readonly floor: FloorCommands;
  /** Supervisors' own voices. */
  readonly speaking: SpeakingCommands;

  constructor(private readonly deps: CallsDeps) {
    const speakersOf = (callId: CallId) => this.#handle(callId).speakers;
    this.floor = {
      claim: ({ callId, by }) => speakersOf(callId).claim(by),
      ask: ({ callId, by }) => speakersOf(callId).ask(by),
      handOver: async ({ callId, by }) => speakersOf(callId).handOver(by),
      release: async ({ callId, by }) => speakersOf(callId).release(by),
      leave: (request) => {
        for (const handle of this.#registry.all()) handle.speakers.leave(request);
      },
    };
    const calls = {
      speakersOf,
      find: (callId: CallId) => this.#registry.get(callId)?.speakers ?? null,
      all: () => this.#registry.all().map((handle) => handle.speakers),
    };
    this.speaking = new Microphones({ calls, clock: deps.clock });
  }

  /** Listens to the gateways; call it before they start. */
  start(): void {
    for (const gateway of this.deps.gateways)
      this.#stopListening.push(gateway.on("call", (call) => this.#take(gateway, call)));
  }

  /** Lets go of every call; they go on without us, and nothing more is published about them. */
  stop(): void {
    for (const stop of this.#stopListening.splice(0)) stop();
    for (const handle of this.#registry.all()) {
      handle.dispose();
      this.#registry.remove(handle.callId);
    }
  }

  /** @returns null for a call that ended, or is not known (any more). */
  get(callId: CallId): LiveCall | null {
    return this.#registry.get(callId)?.snapshot ?? null;
  }

  live(): LiveCall[] {
    return this.#registry.all().map((handle) => handle.snapshot);
  }

  async setMode({ callId, mode, by }: { callId: CallId; mode: Mode; by: Actor }): Promise<Mode> {
    return this.#handle(callId).setMode({ mode, by });
  }

  async leave({ callId, by }: { callId: CallId; by: Actor }): Promise<void> {
    await this.#handle(callId).leave(by);
  }

  async end({ callId, by }: { callId: CallId; by: Actor }): Promise<void> {
    await this.#handle(callId).end(by);
  }

  /** Structurally coaching's WhisperPort. Never rejects. */
  async whisper(request: CallWhisperRequest): Promise<CallWhisperOutcome> {
    const handle = this.#registry.get(request.callId);
    return handle ? handle.whisper(request) : whisperFailed("The call has ended.");
  }

  #take(gateway: Gateway, call: GatewayCall): void {
    const { callId } = call.description;
    const before = this.#registry.get(callId);
    if (before?.snapshot.monitoring === "left") {
      // Known again after all: the gateway lists it, so somebody let us back in.
      before.dispose();
      this.#registry.remove(callId);
    }
    const handle = new CallHandle({ gateway, call, deps: this.deps, onGone: () => this.#forget(handle) });
    if (!this.#registry.add(handle)) {
      handle.dispose();
      this.deps.logger.error({ callId, gateway: gateway.name }, "a call with the id of a live one was ignored");
      return;
    }
    void handle.run();
  }

  #forget(handle: CallHandle): void {
    if (this.#registry.get(handle.callId) === handle) this.#registry.remove(handle.callId);
  }

  #handle(callId: CallId): CallHandle {
    const handle = this.#registry.get(callId);
    if (handle) return handle;
    throw new AppError("NOT_FOUND", {
      message: `no live call ${callId}`,
      userMessage: "This call is not live any more.",
    });
  }
}
