import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { correlate } from "@/lib/audio/correlate";
import { concatSamples } from "@/lib/audio/frame";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { MUSIC_ON_HOLD_HZ } from "./asterisk-config";
import { AsteriskServer } from "./asterisk-server";
import { eventually } from "./eventually";
import { SipPhone, type SipPhoneOptions } from "./sip-phone";
import { Sipp } from "./sipp";
import { loudest, toneTrack } from "./tones";

const RATE = 8_000;
const CALLER_HZ = 440;
const AGENT_HZ = 1_000;
const SECOND_AGENT_HZ = 1_500;
/** Of the tones' 0.25: heard, and not heard (what G.711 adds to a tone of its own accord is below 0.001). */
const HEARD = 0.2;
const NOT_HEARD = 0.001;

let server: AsteriskServer;
const phones: SipPhone[] = [];

async function phone(options: Omit<SipPhoneOptions, "server">): Promise<SipPhone> {
  const started = await SipPhone.start({ server, ...options });
  phones.push(started);
  return started;
}

const caller = () => phone({ extension: 100, says: { toneHz: CALLER_HZ } });
const agent = () => phone({ extension: 201, says: { toneHz: AGENT_HZ } });
const secondAgent = () => phone({ extension: 202, says: { toneHz: SECOND_AGENT_HZ } });

/** Amplitude 0…1 of a frequency in the last quarter of a second that a phone heard. */
function hears(ear: SipPhone, frequency: number): number {
  return toneAmplitude(ear.heard().slice(-RATE / 4), { frequency, sampleRate: RATE });
}

/** Waits until the last quarter second of what it hears is that one frequency. */
function untilHears(ear: SipPhone, frequency: number): Promise<void> {
  return eventually(`phone ${ear.extension} hears ${frequency} Hz`, () => hears(ear, frequency) > HEARD - 0.01);
}

beforeAll(async () => {
  server = await AsteriskServer.start();
});

afterEach(async () => {
  await Promise.all(phones.splice(0).map((each) => each.stop()));
  await eventually("no channels are left", async () => (await server.channels()).length === 0);
  expect(await server.bridges()).toEqual([]);
});

afterAll(() => server.stop());

describe("the Asterisk lab", () => {
  it("carries a call between two phones, each hearing the other and not itself", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("201");
    await eventually("a second is heard", () => from.heard().length > RATE && to.heard().length > RATE);
    expect(await server.channels()).toHaveLength(2);
    for (const [ear, other, own] of [
      [from, AGENT_HZ, CALLER_HZ],
      [to, CALLER_HZ, AGENT_HZ],
    ] as const) {
      expect(hears(ear, other)).toBeGreaterThan(HEARD);
      const ownVoice = toneTrack(ear.heard().slice(RATE / 2), { frequency: own, sampleRate: RATE });
      expect(loudest(ownVoice)).toBeLessThan(NOT_HEARD);
    }
    await from.hangUp();
    await to.until("idle");
  });

  it("rings a phone that does not answer by itself, and tells the caller who was not put through", async () => {
    const to = await phone({ extension: 201, answers: "by-hand" });
    const from = await caller();
    await from.startDialling("201");
    await to.until("incoming");
    expect(from.state).toBe("calling");
    await to.answer();
    await from.until("established");
    await to.hangUp();
    await from.until("idle");
    const refusal = expect(from.dial("201")).rejects.toThrow(/not put through to 201: 486/);
    await to.until("incoming");
    await to.hangUp();
    await refusal;
  });

  it("sends a queue's caller to the agent who answers", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("800");
    await untilHears(from, AGENT_HZ);
    await untilHears(to, CALLER_HZ);
    await from.hangUp();
  });

  it("plays music to who is held, and both hear each other after", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("201");
    await untilHears(to, CALLER_HZ);
    for (const round of ["first", "second"]) {
      await to.hold();
      await untilHears(from, MUSIC_ON_HOLD_HZ);
      await eventually(`no agent in the ${round} hold`, () => hears(from, AGENT_HZ) < NOT_HEARD);
      const before = to.heard().length;
      await to.resume();
      await untilHears(from, AGENT_HZ);
      await eventually("the holder hears on", () => to.heard().length > before + RATE / 2);
      await untilHears(to, CALLER_HZ);
    }
    await from.hangUp();
  });

  it("transfers blind and attended", async () => {
    const [from, to, third] = [await caller(), await agent(), await secondAgent()];
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
    await to.consult("202");
    await untilHears(third, AGENT_HZ);
    await untilHears(from, MUSIC_ON_HOLD_HZ);
    await to.completeTransfer();
    await untilHears(from, SECOND_AGENT_HZ);
    await untilHears(third, CALLER_HZ);
    await third.blindTransfer("201");
    await untilHears(from, AGENT_HZ);
    await from.hangUp();
  });

  it("says a clip once in the middle of a call, and mutes", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
    await to.mute(true);
    await eventually("the caller hears nothing", () => hears(from, AGENT_HZ) < NOT_HEARD);
    await to.mute(false);
    await untilHears(from, AGENT_HZ);
    const clip = concatSamples(
      [700, 1_900, 1_200, 2_600].map((frequency) => sine({ frequency, sampleRate: 16_000, durationMs: 150 })),
    );
    const before = from.heard({ sampleRate: 16_000 }).length;
    await to.say(clip);
    await eventually("a second is heard", () => from.heard({ sampleRate: 16_000 }).length > before + 16_000);
    const found = correlate({ clip, signal: from.heard({ sampleRate: 16_000 }) });
    expect(found.correlation).toBeGreaterThan(0.97);
    expect(found.gain).toBeGreaterThan(0.9);
    expect(hears(from, AGENT_HZ)).toBeLessThan(NOT_HEARD);
    await from.hangUp();
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
  });

  it("sets up calls with a party that sends no RTP at all, and one that vanishes", async () => {
    const from = await caller();
    const mute = await Sipp.callee({ server, extension: 203 });
    await from.dial("203");
    await mute.untilEstablished();
    expect(from.heard()).toHaveLength(0);
    await from.hangUp();
    await mute.stop();
    const quiet = await Sipp.caller({ server, extension: 101, number: "100" });
    await quiet.untilEstablished();
    await quiet.stop();
    await from.until("idle");
    const gone = await Sipp.caller({ server, extension: 101, number: "100" });
    await gone.untilEstablished();
    await gone.kill();
    expect(await server.channels()).toHaveLength(2);
    await from.hangUp();
  });

  it("loses a phone without a word", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
    await to.kill();
    expect(to.state).toBe("idle");
    expect(await server.channels()).toHaveLength(2);
    await from.hangUp();
  });

  it("crashes in mid-call and comes back on the same ports with nothing in it", async () => {
    const [from, to] = [await caller(), await agent()];
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
    await server.kill();
    await expect(server.channels()).rejects.toThrow();
    await server.restart();
    expect(await server.channels()).toEqual([]);
    await Promise.all([from.hangUp(), to.hangUp()]);
    await from.dial("201");
    await untilHears(from, AGENT_HZ);
    await server.restart();
    expect(await server.channels()).toEqual([]);
    await Promise.all([from.until("idle"), to.until("idle")]);
  });
});

describe("servers that differ", () => {
  it("run side by side, each with its own phones", async () => {
    const other = await AsteriskServer.start({ name: "branch" });
    try {
      const far = await SipPhone.start({ server: other, extension: 201, says: { toneHz: SECOND_AGENT_HZ } });
      const [from, to] = [await caller(), await agent()];
      const farCaller = await SipPhone.start({ server: other, extension: 100 });
      await Promise.all([from.dial("201"), farCaller.dial("201")]);
      await Promise.all([untilHears(from, AGENT_HZ), untilHears(farCaller, SECOND_AGENT_HZ)]);
      await untilHears(to, CALLER_HZ);
      await from.hangUp();
      expect(await server.channels()).toEqual([]);
      expect(await other.channels()).toHaveLength(2);
      await Promise.all([far.stop(), farCaller.stop()]);
    } finally {
      await other.stop();
    }
  });

  it("lack what they are told to lack", async () => {
    const crippled = await AsteriskServer.start({ ari: false, chanWebsocket: false });
    try {
      expect((await crippled.http("GET", "/ari/channels")).status).not.toBe(200);
      expect(await crippled.cli("module show like chan_websocket")).toContain("0 modules loaded");
      expect(await server.cli("module show like chan_websocket")).toContain("1 modules loaded");
    } finally {
      await crippled.stop();
    }
  });
});
