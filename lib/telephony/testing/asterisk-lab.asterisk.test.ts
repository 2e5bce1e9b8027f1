import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { toneAmplitude } from "@/lib/audio/goertzel";
import { AsteriskServer } from "./asterisk-server";
import { eventually } from "./eventually";
import { SipPhone, type SipPhoneOptions } from "./sip-phone";

let server: AsteriskServer;
const phones: SipPhone[] = [];

async function phone(options: Omit<SipPhoneOptions, "server">): Promise<SipPhone> {
  const started = await SipPhone.start({ server, ...options });
  phones.push(started);
  return started;
}

/** Amplitude 0…1 of a frequency in the last half second that a phone heard. */
function hears(ear: SipPhone, frequency: number): number {
  return toneAmplitude(ear.heard().slice(-4_000), { frequency, sampleRate: 8_000 });
}

beforeAll(async () => {
  server = await AsteriskServer.start();
});

afterEach(async () => {
  await Promise.all(phones.splice(0).map((each) => each.stop()));
  await eventually("no channels are left", async () => (await server.channels()).length === 0);
});

afterAll(() => server.stop());

describe("the Asterisk lab", () => {
  it("carries a call between two phones, each hearing the other and not itself", async () => {
    const caller = await phone({ extension: 100, says: { toneHz: 440 } });
    const agent = await phone({ extension: 201, says: { toneHz: 1_000 } });
    await caller.dial("201");
    await eventually("a second is heard", () => caller.heard().length > 8_000 && agent.heard().length > 8_000);
    expect(hears(caller, 1_000)).toBeGreaterThan(0.2);
    expect(hears(agent, 440)).toBeGreaterThan(0.2);
    expect(hears(caller, 440)).toBeLessThan(0.001);
    expect(hears(agent, 1_000)).toBeLessThan(0.001);
    await caller.hangUp();
    await agent.until("idle");
  });
});
