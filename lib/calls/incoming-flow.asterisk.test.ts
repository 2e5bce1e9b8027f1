import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { DomainEvent } from "@/lib/contract/domain-events";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { AsteriskRig } from "@/lib/telephony/testing/asterisk-rig";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { eventually } from "@/lib/telephony/testing/eventually";
import type { SipPhone } from "@/lib/telephony/testing/sip-phone";
import { CallsService } from "./service";

const HZ = { greeting: 1_500, apology: 1_800 } as const;
const CLIP_MS = 600;

let server: AsteriskServer;
let rig: AsteriskRig;
let service: CallsService;
let events: DomainEvent[];

beforeAll(async () => {
  server = await AsteriskServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  rig = await AsteriskRig.make(server);
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  events = [];
  bus.subscribe((event) => events.push(event));
  service = new CallsService({
    ...{ gateways: [rig.gateway], bus, clock: systemClock, logger: silentLogger, onAudio: () => {} },
    agents: { byExtension: async () => null },
    policies: { forTeam: async () => ({ whisperTone: false }) },
    clips: {
      clipFor: async (text) => {
        const frequency = text === "greeting" ? HZ.greeting : HZ.apology;
        const samples = sine({ frequency, sampleRate: SAMPLE_RATE, durationMs: CLIP_MS, amplitude: 0.3 });
        return { samples, durationMs: CLIP_MS };
      },
    },
    settings: { greetingText: "greeting", apologyText: "apology", ringTimeMs: 1_000, connectAttempts: 1 },
  });
  service.start();
  await rig.gateway.start();
});
afterEach(async () => {
  service.stop();
  await rig.stopPhones();
  await rig.untilEmpty();
  await rig.stop();
});

/** Whether the phone has heard the tone for most of a clip. */
function hasHeard(phone: SipPhone, frequency: number): boolean {
  const heard = phone.heard();
  const window = 4_000;
  for (let at = 0; at + window <= heard.length; at += 400)
    if (toneAmplitude(heard.subarray(at, at + window), { frequency, sampleRate: 8_000 }) > 0.2) return true;
  return false;
}
const types = () => events.map(({ type }) => type);

describe("the incoming flow on a real Asterisk", () => {
  it("answers, greets the caller alone, connects the agent, and listens", async () => {
    const phones = await rig.phones();
    await phones.caller.dial("9201");
    await eventually("in spy", () => service.live()[0]?.mode === "spy");
    expect(types().filter((type) => !type.startsWith("mode."))).toEqual([
      "call.arrived",
      "call.answered",
      "call.greeted",
      "call.ringing",
      "call.connected",
    ]);
    expect(hasHeard(phones.caller, HZ.greeting)).toBe(true);
    expect(hasHeard(phones.agent, HZ.greeting)).toBe(false);
    await phones.agent.hangUp();
    await eventually("the end", () => types().includes("call.ended"));
    expect(events.at(-1)).toMatchObject({ reason: "agent-hung-up" });
    await phones.caller.until("idle");
  });

  it("apologises and hangs up where the agent does not answer", async () => {
    const [caller] = await Promise.all([
      rig.phone({ extension: 100 }),
      rig.phone({ extension: 201, answers: "never" }),
    ]);
    await caller.dial("9201");
    await eventually("the end", () => types().includes("call.ended"));
    expect(events.at(-1)).toMatchObject({ reason: "unanswered" });
    await caller.until("idle");
    expect(hasHeard(caller, HZ.apology)).toBe(true);
  });
});
