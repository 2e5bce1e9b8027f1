import { CallsService } from "@/lib/calls/service";
import { PEOPLE, TABS, type Trouble } from "@/lib/calls/testing/speaking-model";
import { connectionOf, people, type SpeakingWorld } from "@/lib/calls/testing/speaking-runner";
import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Mode } from "@/lib/contract/call";
import type { DomainEvent } from "@/lib/contract/domain-events";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { AttendedCall } from "@/lib/switch/call-spec";
import { silentParty } from "@/lib/switch/parties/party";
import type { MediaClient } from "@/lib/switch/testing/wire-client";
import type { Gateway, GatewayCall } from "@/lib/telephony/gateway";
import { eventually } from "@/lib/telephony/testing/eventually";
import { LegEar } from "./leg-ear";
import type { SwitchBench } from "./switch-bench";

/** What takes seconds by design (a silent microphone, a kept floor) belongs to the fake clock of the calls room's own test. */
const LONGEST_WAIT_MS = 400;
/** What is on its way when everything is closed: sockets of this process, and the switch's queue of 120 ms. */
const LAST_FRAMES = 8;
/** How long a network is away. */
const BLOCKED_FRAMES = 10;

/** One call of the bench, with a calls service of its own, since microphones are told apart by their connection's name. */
export class SwitchWorld implements SpeakingWorld {
  readonly isRealTime = true;
  readonly events: DomainEvent[] = [];
  readonly callId: CallId;
  readonly service: CallsService;
  readonly ear = new LegEar();
  /** How often something happened that leaves a gateway's count of what was heard an estimate. */
  readonly caused = { lost: 0, takenOver: 0, changed: 0, heldBack: 0, hungUp: 0 };
  readonly #call: AttendedCall;
  #driversCall: GatewayCall | null = null;
  readonly #rivals: Promise<MediaClient | null>[] = [];

  private constructor(
    private readonly bench: SwitchBench,
    private readonly at: number,
  ) {
    this.callId = callIdSchema.parse(`leak-${String(at).padStart(4, "0")}`);
    this.service = this.#makeService();
    this.service.start();
    this.#call = bench.side.placeCall({
      ...{ callId: this.callId, caller: silentParty, callee: silentParty, ringMs: 0 },
      ...{ callerNumber: "+4940111", calleeNumber: String(at) },
    });
    this.#call.tap((frame) => {
      // Before that there is a greeting.
      if (frame.mode !== null) this.ear.hear(frame);
    });
    void this.#call.ended.then(() => this.ear.close());
  }

  /** @returns a world whose call is in spy. */
  static async make(bench: SwitchBench, at: number): Promise<SwitchWorld> {
    const world = new SwitchWorld(bench, at);
    await eventually("the call is in spy", () => world.service.get(world.callId)?.mode === "spy");
    return world;
  }

  async wait(ms: number): Promise<void> {
    await this.ear.frames(Math.round(Math.min(ms, LONGEST_WAIT_MS) / FRAME_MS));
  }

  cause(trouble: Trouble): void {
    if (!this.bench.side.calls.some(({ callId }) => callId === this.callId)) return;
    const { proxy } = this.bench;
    if (trouble.what === "hold") this.#hold(trouble);
    else if (trouble.what === "lose") this.#lose();
    else if (trouble.what === "regain" || trouble.what === "answer") proxy.free(this.callId);
    else if (trouble.what === "takeOver") this.#takeOver(trouble.mode);
    else if (trouble.what === "confirmAnother") this.#changeMode(trouble.mode);
    else if (trouble.what === "delay") {
      this.caused.heldBack += 1;
      proxy.holdBack(this.callId);
    } else if (trouble.what === "hangUp") {
      this.caused.hungUp += 1;
      this.#call.hangUp(this.at % 2 === 0 ? "caller" : "agent");
    }
  }

  async heard(): Promise<typeof this.ear.heard> {
    const count = (type: DomainEvent["type"]) => this.events.filter((event) => event.type === type).length;
    await eventually("every voice is told", () => count("speaking.started") === count("speaking.ended"));
    await this.ear.frames(LAST_FRAMES);
    return structuredClone(this.ear.heard);
  }

  async calm(): Promise<void> {
    this.bench.proxy.free(this.callId);
    for (const party of ["caller", "agent"] as const) this.#hold({ party, isHeld: false });
    for (const rival of await Promise.all(this.#rivals)) rival?.close();
    for (let who = 0; who < PEOPLE; who++)
      for (let tab = 0; tab < TABS; tab++)
        this.service.speaking.drop({ connectionId: connectionOf({ who, tab }), reason: "disconnected" });
    for (const person of people)
      if (person.kind === "user") this.service.floor.leave({ userId: person.userId, reason: "disconnected" });
    await eventually("the call is within reach, and nobody speaks", () => {
      const call = this.service.get(this.callId);
      return !call || (call.monitoring === "monitored" && !call.whispering && call.speaker === null);
    });
  }

  /** Ends the call. */
  async stop(): Promise<void> {
    this.#call.hangUp("caller");
    await eventually("the call is forgotten", () => this.service.get(this.callId) === null);
    this.service.stop();
  }

  #makeService(): CallsService {
    const { gateway } = this.bench;
    const bus = new EventBus({ clock: systemClock, logger: silentLogger });
    bus.subscribe((event) => this.events.push(event));
    return new CallsService({
      ...{ gateways: [this.#onlyThisCall(gateway)], bus, clock: systemClock, logger: silentLogger },
      agents: { byExtension: async () => null },
      policies: { forTeam: async () => ({ whisperTone: false }) },
      clips: { clipFor: async () => ({ samples: new Int16Array(FRAME_SAMPLES).fill(7), durationMs: FRAME_MS }) },
      settings: { greetingText: "Please hold.", apologyText: "Sorry.", ringTimeMs: 5_000, connectAttempts: 2 },
      onAudio: () => {},
    });
  }

  #hold({ party, isHeld }: { party: "caller" | "agent"; isHeld: boolean }): void {
    if (!this.#call.hold(party, isHeld)) return;
    if (isHeld) this.ear.holding.add(party);
    else this.ear.holding.delete(party);
  }

  /** Mostly the driver is back at once; sometimes it has to wait, and sometimes it hears nothing of any call. */
  #lose(): void {
    this.caused.lost += 1;
    if (this.at % 4 === 0) {
      this.bench.proxy.block(this.callId);
      void this.ear.frames(BLOCKED_FRAMES).then(() => this.bench.proxy.free(this.callId));
    } else this.bench.proxy.cut(this.callId);
    if (this.at % 10 === 0) this.bench.cutControl();
  }

  /** Past the calls room, which would close the microphone first: then driver and switch alone hold what is on its way. */
  #changeMode(mode: Mode): void {
    this.caused.changed += 1;
    void this.#driversCall?.setMode(mode).catch(() => {});
  }

  /** Until the driver has the call back, the mode is the rival's. */
  #takeOver(mode: Mode): void {
    this.caused.takenOver += 1;
    const rival = this.bench.takeOver(this.callId);
    void rival.then((client) => client.command(mode)).catch(() => {});
    this.#rivals.push(Promise.race([rival.catch(() => null), this.ear.frames(50).then(() => null)]));
  }

  /** @returns the gateway, as if it had no other call. */
  #onlyThisCall(gateway: Gateway): Gateway {
    return {
      name: gateway.name,
      capabilities: gateway.capabilities,
      status: gateway.status,
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      on: (event, listener) => {
        if (event !== "call") return gateway.on(event, listener);
        return gateway.on("call", (call) => {
          if (call.description.callId !== this.callId) return;
          this.#driversCall = call;
          Reflect.apply(listener, undefined, [call]);
        });
      },
    };
  }
}
