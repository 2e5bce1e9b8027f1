import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Actor, Mode } from "@/lib/contract/call";
import type { DomainEvent, DomainEventOf, DomainEventType } from "@/lib/contract/domain-events";
import { domainEventSchema } from "@/lib/contract/domain-events";
import { callIdSchema, userIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { GatewayCapabilities } from "@/lib/telephony/gateway";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { FakeGateway } from "@/lib/telephony/testing/fake-gateway";
import { CallsService } from "../service";
import type { CallsDeps } from "../types";

export const SUPERVISOR: Actor = { kind: "user", userId: userIdSchema.parse("u1"), name: "Sam" };
export const CALL_ID = callIdSchema.parse("call-1");
/** 300 ms, none of it zero. */
export const CLIP = new Int16Array((SAMPLE_RATE * 3) / 10).fill(7);

/** A calls service on a fake gateway, a clock that stands still, and every event kept. */
export class CallsRig {
  readonly clock = new FakeClock();
  readonly bus = new EventBus({ clock: this.clock, logger: silentLogger });
  readonly gateway: FakeGateway;
  readonly events: DomainEvent[] = [];
  readonly audio: string[] = [];
  readonly spoken: string[] = [];
  readonly service: CallsService;

  constructor(options: { deps?: Partial<CallsDeps>; capabilities?: Partial<GatewayCapabilities> } = {}) {
    this.gateway = new FakeGateway(options.capabilities ? { capabilities: options.capabilities } : {});
    this.bus.subscribe((event) => this.events.push(domainEventSchema.parse(event)));
    this.service = new CallsService({
      gateways: [this.gateway],
      bus: this.bus,
      clock: this.clock,
      logger: silentLogger,
      agents: { byExtension: async () => null },
      policies: { forTeam: async () => ({ whisperTone: false }) },
      clips: {
        clipFor: async (text) => {
          this.spoken.push(text);
          return { samples: CLIP, durationMs: 300 };
        },
      },
      settings: { greetingText: "Please hold.", apologyText: "Sorry.", ringTimeMs: 20_000, connectAttempts: 2 },
      onAudio: (callId, frame) => this.audio.push(`${callId}:${frame.party}:${frame.sequence}`),
      ...options.deps,
    });
    this.service.start();
  }

  /** Lets everything that waits for nothing but promises happen. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  /** @returns a call that went through the whole flow and is in spy. */
  async inSpy(): Promise<FakeCall> {
    const call = this.gateway.arrive();
    await this.settle();
    await this.settle();
    if (call.mode !== "spy") throw new Error(`the call is in ${call.mode}`);
    return call;
  }

  async inMode(mode: Mode): Promise<FakeCall> {
    const call = await this.inSpy();
    if (mode !== "spy") await this.service.setMode({ callId: CALL_ID, mode, by: SUPERVISOR });
    return call;
  }

  types(): DomainEventType[] {
    return this.events.map((event) => event.type);
  }

  of<T extends DomainEventType>(type: T): DomainEventOf<T>[] {
    return this.events.filter((event): event is DomainEventOf<T> => event.type === type);
  }

  /** Mode events as short lines: `asked spy system`, `is spy system`, `failed spy TIMEOUT`. */
  modeStory(): string[] {
    return this.events.flatMap((event) => {
      if (event.type === "mode.requested") return [`asked ${event.mode} ${event.by.kind}`];
      if (event.type === "mode.confirmed") return [`is ${event.mode} ${event.by.kind}`];
      if (event.type === "mode.failed") return [`failed ${event.mode} ${event.code}`];
      return [];
    });
  }
}
