import { afterEach, beforeEach, expect } from "vitest";
import { concatSamples } from "@/lib/audio/frame";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch } from "../switch";
import { agent, guest, openPhone, type PhoneClient } from "./phone-client";
import { type ControlClient, greetControl, greetMedia } from "./wire-client";

type Open = { sync(): Promise<void>; close(): void };

/** A switch on a clock that stands still, a client that takes its calls, and softphones. Call it once a test file. */
export function standPhones() {
  const stage = new PhoneStage();
  beforeEach(() => stage.start());
  afterEach(() => stage.stop());
  return stage;
}

class PhoneStage {
  readonly apiKey = "0123456789abcdef";
  clock = new FakeClock();
  exchange: Switch = this.#createSwitch();
  url = "";
  /** Clients whose pings are answered while time goes by, and that are closed in the end. */
  open: Open[] = [];
  #control: ControlClient | null = null;

  get control(): ControlClient {
    if (!this.#control) throw new Error("the switch is not started");
    return this.#control;
  }

  async start(): Promise<void> {
    this.clock = new FakeClock();
    this.open = [];
    this.exchange = this.#createSwitch();
    ({ url: this.url } = await this.exchange.start());
    this.#control = await greetControl({ url: this.url, apiKey: this.apiKey });
  }

  async stop(): Promise<void> {
    for (const client of this.open) client.close();
    this.control.close();
    await this.exchange.stop();
  }

  #createSwitch(): Switch {
    return createSwitch({ apiKey: this.apiKey }, { logger: silentLogger, clock: this.clock });
  }

  /** @returns a phone's connection, without hello. */
  async connect(identity = guest): Promise<PhoneClient> {
    const client = await openPhone({ url: this.url, apiKey: this.apiKey, identity });
    this.open.push(client);
    return client;
  }

  /** @returns a phone that is on. */
  async phone(identity = guest, hello: { resumeToken?: string; name?: string } = {}): Promise<PhoneClient> {
    const client = await this.connect(identity);
    client.register(hello);
    await client.next("registered");
    await client.next("phone");
    return client;
  }

  /** Time goes by in steps in which pings can be answered. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await this.clock.advance(Math.min(500, left));
      for (const client of this.open) await client.sync();
    }
  }

  putAway(client: PhoneClient): void {
    this.open.splice(this.open.indexOf(client), 1);
    client.close();
  }

  /** A guest's call to 1001, answered and greeted by the media client, which rings the agent now. */
  async ringing(options: { ringTimeSeconds?: number } = {}) {
    const caller = await this.phone(guest, { name: "Ada" });
    expect(await caller.do({ type: "call", extension: "1001" })).toBe("ok");
    const { call } = await this.control.next("call.incoming");
    const media = await greetMedia({ url: this.url, apiKey: this.apiKey, callId: call.callId });
    await media.command("answer");
    const connect = media.command("connect", { ringTimeSeconds: 20, ...options });
    await caller.when(() => caller.phone?.state === "calling" && caller.phone.isRinging);
    return { caller, media, call, connect };
  }

  /** A call of two phones, answered, in that mode. */
  async connected(mode: "spy" | "whisper" | "barge" = "spy") {
    const callee = await this.phone(agent("1001"));
    const parts = await this.ringing();
    await callee.until("ringing");
    expect(await callee.do({ type: "answer" })).toBe("ok");
    expect(await parts.connect).toMatchObject({ ok: true, state: "CONNECTED" });
    await parts.media.command(mode);
    await parts.caller.until("connected");
    return { ...parts, callee };
  }

  /** Both speak for so long, frame by frame on the switch's clock. @returns what each heard meanwhile */
  async talk({ caller, callee }: { caller: PhoneClient; callee: PhoneClient }, frames = 50) {
    const [from, to] = [caller.heard.length, callee.heard.length];
    const [a, b] = [tone(500, frames), tone(900, frames)];
    for (let at = 0; at < frames; at++) {
      caller.say(a[at] ?? new Int16Array(FRAME_SAMPLES));
      callee.say(b[at] ?? new Int16Array(FRAME_SAMPLES));
      await Promise.all([caller.sync(), callee.sync()]);
      await this.clock.advance(20);
    }
    await Promise.all([caller.sync(), callee.sync()]);
    return { byCaller: heard(caller, from), byCallee: heard(callee, to) };
  }
}

/** @returns so many frames of it. */
export const tone = (frequency: number, frames: number) => {
  const samples = sine({ frequency, sampleRate: SAMPLE_RATE, durationMs: frames * 20, amplitude: 0.25 });
  return Array.from({ length: frames }, (_, at) => samples.slice(at * FRAME_SAMPLES, (at + 1) * FRAME_SAMPLES));
};
/** @returns all that it has heard since its frame `from`. */
export const heard = (client: PhoneClient, from = 0) =>
  concatSamples(client.heard.slice(from).map(({ samples }) => samples));
export const amplitude = (samples: Int16Array, frequency: number) =>
  toneAmplitude(samples, { frequency, sampleRate: SAMPLE_RATE });
