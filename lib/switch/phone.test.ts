import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { concatSamples } from "@/lib/audio/frame";
import { sine, toneAmplitude } from "@/lib/audio/goertzel";
import { rmsDbfs } from "@/lib/audio/level";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { PHONE_HEADERS, PHONE_PATH, RESUME_MS } from "@/lib/contract/softphone";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { silentParty } from "./parties/party";
import { createSwitch, type Switch } from "./switch";
import { agent, guest, openPhone, type PhoneClient } from "./testing/phone-client";
import { type ControlClient, greetControl, greetMedia, type MediaClient } from "./testing/wire-client";

const apiKey = "0123456789abcdef";

let clock: FakeClock;
let exchange: Switch;
let url: string;
let control: ControlClient;
let open: { sync(): Promise<void>; close(): void }[];

beforeEach(async () => {
  clock = new FakeClock();
  open = [];
  exchange = createSwitch({ apiKey }, { logger: silentLogger, clock });
  ({ url } = await exchange.start());
  control = await greetControl({ url, apiKey });
});
afterEach(async () => {
  for (const client of open) client.close();
  control.close();
  await exchange.stop();
});

/** @returns a phone that is on. */
async function phone(identity = guest, hello: { resumeToken?: string; name?: string } = {}): Promise<PhoneClient> {
  const client = await openPhone({ url, apiKey, identity });
  open.push(client);
  client.register(hello);
  await client.next("registered");
  await client.next("phone");
  return client;
}

/** Time goes by in steps in which pings can be answered. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await clock.advance(Math.min(500, left));
    for (const client of open) await client.sync();
  }
}

function putAway(client: PhoneClient): void {
  open.splice(open.indexOf(client), 1);
  client.close();
}

/** A guest's call to 1001, answered and greeted by the media client, which rings the agent now. */
async function ringing(options: { ringTimeSeconds?: number } = {}) {
  const caller = await phone(guest, { name: "Ada" });
  expect(await caller.do({ type: "call", extension: "1001" })).toBe("ok");
  const { call } = await control.next("call.incoming");
  const media = await greetMedia({ url, apiKey, callId: call.callId });
  await media.command("answer");
  const connect = media.command("connect", { ringTimeSeconds: 20, ...options });
  await caller.when(() => caller.phone?.state === "calling" && caller.phone.isRinging);
  return { caller, media, call, connect };
}

async function connected(mode: "spy" | "whisper" | "barge" = "spy") {
  const callee = await phone(agent("1001"));
  const parts = await ringing();
  await callee.until("ringing");
  expect(await callee.do({ type: "answer" })).toBe("ok");
  expect(await parts.connect).toMatchObject({ ok: true, state: "CONNECTED" });
  await parts.media.command(mode);
  await parts.caller.until("connected");
  return { ...parts, callee };
}

const tone = (frequency: number, frames: number) => {
  const samples = sine({ frequency, sampleRate: SAMPLE_RATE, durationMs: frames * 20, amplitude: 0.25 });
  return Array.from({ length: frames }, (_, at) => samples.slice(at * FRAME_SAMPLES, (at + 1) * FRAME_SAMPLES));
};
const heard = (client: PhoneClient, from = 0) => concatSamples(client.heard.slice(from).map(({ samples }) => samples));
const amplitude = (samples: Int16Array, frequency: number) =>
  toneAmplitude(samples, { frequency, sampleRate: SAMPLE_RATE });

/** Both speak for so long, frame by frame on the switch's clock. @returns what each heard meanwhile */
async function talk({ caller, callee }: { caller: PhoneClient; callee: PhoneClient }, frames = 50) {
  const [from, to] = [caller.heard.length, callee.heard.length];
  const [a, b] = [tone(500, frames), tone(900, frames)];
  for (let at = 0; at < frames; at++) {
    caller.say(a[at] ?? new Int16Array(FRAME_SAMPLES));
    callee.say(b[at] ?? new Int16Array(FRAME_SAMPLES));
    await Promise.all([caller.sync(), callee.sync()]);
    await clock.advance(20);
  }
  await Promise.all([caller.sync(), callee.sync()]);
  return { byCaller: heard(caller, from), byCallee: heard(callee, to) };
}

describe("registering", () => {
  test("guests see who is on duty, and who is busy", async () => {
    const caller = await phone();
    expect(caller.agents).toEqual([]);
    const callee = await phone(agent("1001", { name: "Zoë Ångström" }));
    await caller.when(() => caller.agents?.length === 1);
    expect(caller.agents).toEqual([{ extension: "1001", name: "Zoë Ångström", isBusy: false }]);
    expect(exchange.phones.isStaffed("1001")).toBe(true);
    const other = exchange.placeCall({
      ...{ caller: silentParty, callee: silentParty, callerNumber: "1", calleeNumber: "1001" },
    });
    await caller.when(() => caller.agents?.[0]?.isBusy);
    expect(await caller.do({ type: "call", extension: "1001" })).toBe("BUSY");
    other.hangUp("caller");
    await caller.when(() => caller.agents?.[0]?.isBusy === false);
    callee.send({ type: "bye" });
    await caller.when(() => caller.agents?.length === 0);
    expect(exchange.phones.isStaffed("1001")).toBe(false);
    open.splice(open.indexOf(callee), 1);
  });

  test("the newest page of an agent has the phone, and the older one is told", async () => {
    const older = await phone(agent("1001"));
    const newer = await phone(agent("1001"));
    await older.next("replaced");
    expect(await older.whenClosed()).toMatchObject({ code: 1000 });
    open.splice(open.indexOf(older), 1);
    await pass(RESUME_MS + 1000);
    const parts = await ringing();
    await newer.until("ringing");
    expect(parts.caller.agents).toHaveLength(1);
  });

  test("the key and the headers of the web server are asked for", async () => {
    await expect(openPhone({ url, apiKey: "wrong", identity: guest })).rejects.toThrow("401");
    for (const headers of [
      {},
      { [PHONE_HEADERS.role]: "agent" },
      { [PHONE_HEADERS.role]: "guest", [PHONE_HEADERS.name]: "%" },
    ]) {
      const socket = new WebSocket(`${url}${PHONE_PATH}`, {
        headers: { authorization: `Bearer ${apiKey}`, ...headers },
      });
      await expect(new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject))).rejects.toThrow(
        "400",
      );
    }
  });

  test("another version is refused, and nothing counts before hello", async () => {
    const client = await openPhone({ url, apiKey, identity: guest });
    client.send({ type: "call", id: "1", extension: "1001" });
    expect((await client.next("error")).error.code).toBe("WRONG_STATE");
    client.send({ type: "hello", protocol: "earshot-softphone", version: 2 });
    expect(await client.whenClosed()).toEqual({ code: 1008, reason: "UNSUPPORTED_VERSION" });
  });
});

describe("a call", () => {
  test("rings until it is answered; each hears the other; real people are not simulated", async () => {
    const callee = await phone(agent("1001"));
    const { caller, call, connect } = await ringing();
    expect(call).toMatchObject({ callerName: "Ada", calleeNumber: "1001", calleeName: "Agent 1001", simulated: false });
    expect(await callee.until("ringing")).toMatchObject({ callId: call.callId, peer: { name: "Ada" } });
    await pass(3000);
    expect(callee.phone?.state).toBe("ringing");
    expect(await callee.do({ type: "answer" })).toBe("ok");
    expect(await connect).toMatchObject({ ok: true, state: "CONNECTED" });
    await caller.until("connected");
    const { byCaller, byCallee } = await talk({ caller, callee });
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(byCaller, 500)).toBeLessThan(0.01);
    expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
    expect(amplitude(byCallee, 900)).toBeLessThan(0.01);
    expect(await caller.do({ type: "hang-up" })).toBe("ok");
    expect((await caller.until("idle")).ended?.reason).toBe("hung-up");
    expect((await callee.until("idle")).ended).toMatchObject({ callId: call.callId, reason: "other-hung-up" });
    expect(await control.next("call.terminated")).toMatchObject({ reason: "caller-hung-up" });
  });

  test("the supervision's clients get each party's voice, and speak to the agent alone in whisper", async () => {
    const { caller, callee, media } = await connected("whisper");
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 600, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: "whisper", samples: clip });
    await media.next("credit");
    const { byCaller, byCallee } = await talk({ caller, callee }, 60);
    expect(await played).toMatchObject({ type: "drained" });
    expect(amplitude(byCallee, 1500)).toBeGreaterThan(0.05);
    expect(amplitude(byCaller, 1500)).toBeLessThan(0.0005);
    const said = (track: "caller" | "callee") =>
      concatSamples(media.frames.filter((frame) => frame.track === track).map(({ samples }) => samples));
    expect(amplitude(said("caller"), 500)).toBeGreaterThan(0.1);
    expect(amplitude(said("callee"), 900)).toBeGreaterThan(0.1);
    expect(amplitude(said("callee"), 1500)).toBeLessThan(0.0005);
  });

  test("the caller hears the greeting before the agent is there", async () => {
    const { caller, media } = await ringing();
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 200, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: null, samples: clip });
    await media.next("credit");
    await media.when(() => media.messages.some(({ type }) => type === "credit"));
    for (let at = 0; at < 30; at++) {
      await clock.advance(20);
      await caller.sync();
    }
    expect(await played).toMatchObject({ type: "drained" });
    expect(amplitude(heard(caller), 1500)).toBeGreaterThan(0.05);
  });

  test("declined: at once not picked up, and not rung again", async () => {
    const callee = await phone(agent("1001"));
    const { caller, media, connect } = await ringing();
    await callee.until("ringing");
    expect(await callee.do({ type: "decline" })).toBe("ok");
    expect(await connect).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    expect((await callee.until("idle")).ended?.reason).toBe("declined");
    expect(await media.command("connect")).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    expect(callee.phone?.state).toBe("idle");
    await media.command("disconnect");
    expect((await caller.until("idle")).ended?.reason).toBe("declined");
  });

  test("nobody picks up in time, and a second ring may be answered", async () => {
    const callee = await phone(agent("1001"));
    const { caller, media, connect } = await ringing({ ringTimeSeconds: 10 });
    await callee.until("ringing");
    await pass(9500);
    expect(callee.phone?.state).toBe("ringing");
    await pass(1000);
    expect(await connect).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    expect((await callee.until("idle")).ended?.reason).toBe("unanswered");
    const again = media.command("connect", { ringTimeSeconds: 10 });
    await callee.until("ringing");
    await callee.do({ type: "answer" });
    expect(await again).toMatchObject({ ok: true });
    await caller.until("connected");
  });

  test("an extension without a phone is not answered; a phone that comes on meanwhile rings", async () => {
    const { connect, caller, media } = await ringing({ ringTimeSeconds: 5 });
    await pass(5500);
    expect(await connect).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    const again = media.command("connect", { ringTimeSeconds: 20 });
    await pass(1000);
    const callee = await phone(agent("1001"));
    await callee.until("ringing");
    expect(await callee.do({ type: "answer" })).toBe("ok");
    expect(await again).toMatchObject({ ok: true });
    await caller.until("connected");
  });

  test("the caller gives up while it rings", async () => {
    const callee = await phone(agent("1001"));
    const { caller, connect } = await ringing();
    await callee.until("ringing");
    await caller.do({ type: "hang-up" });
    expect((await callee.until("idle")).ended?.reason).toBe("other-hung-up");
    expect(await connect).toMatchObject({ ok: false });
    expect(await callee.do({ type: "answer" })).toBe("WRONG_STATE");
  });

  test("an agent in a call is busy for a second caller", async () => {
    const { callee } = await connected();
    const second = await phone();
    expect(second.agents).toMatchObject([{ isBusy: true }]);
    expect(await second.do({ type: "call", extension: "1001" })).toBe("BUSY");
    expect(second.phone).toMatchObject({ state: "idle" });
    expect(callee.phone?.state).toBe("connected");
  });

  test("it goes on when the supervision leaves", async () => {
    const { caller, callee, media } = await connected();
    expect(await media.command("close")).toMatchObject({ ok: true });
    const { byCaller } = await talk({ caller, callee }, 30);
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    await callee.do({ type: "hang-up" });
    expect((await caller.until("idle")).ended?.reason).toBe("other-hung-up");
  });

  test("without anybody who takes calls none is placed", async () => {
    const caller = await phone();
    control.close();
    await control.whenClosed();
    await expect.poll(() => exchange.hasClients).toBe(false);
    expect(await caller.do({ type: "call", extension: "1001" })).toBe("WRONG_STATE");
    expect(exchange.calls).toEqual([]);
  });

  test("an agent's phone places no calls, and nobody places many", async () => {
    expect(await (await phone(agent("1001"))).do({ type: "call", extension: "1002" })).toBe("WRONG_STATE");
    const caller = await phone();
    const answers: string[] = [];
    for (let call = 0; call < 7; call++) {
      answers.push(await caller.do({ type: "call", extension: "1002" }));
      await caller.do({ type: "hang-up" });
      await caller.until("idle");
    }
    expect(answers).toEqual(["ok", "ok", "ok", "ok", "ok", "RATE_LIMITED", "RATE_LIMITED"]);
  });
});

describe("in a call", () => {
  test("hold: the held party hears a tone, the holder nobody; supervisors are told", async () => {
    const { caller, callee, call } = await connected();
    expect(await callee.do({ type: "hold", isHeld: true })).toBe("ok");
    expect(await control.next("call.hold_changed")).toMatchObject({ callId: call.callId, party: "callee", held: true });
    await caller.when(() => caller.phone?.state === "connected" && caller.phone.isHeld);
    expect(callee.phone).toMatchObject({ isHolding: true, isHeld: false });
    expect(exchange.calls).toMatchObject([{ holding: ["callee"] }]);
    const held = await talk({ caller, callee }, 160);
    expect(rmsDbfs(held.byCallee.slice(-FRAME_SAMPLES * 150))).toBe(-120);
    expect(amplitude(held.byCaller, 900)).toBeLessThan(0.0005);
    expect(amplitude(held.byCaller, 440)).toBeGreaterThan(0.001);
    expect(await callee.do({ type: "digits", digits: "1" })).toBe("WRONG_STATE");
    await callee.do({ type: "hold", isHeld: false });
    expect(await control.next("call.hold_changed")).toMatchObject({ held: false });
    const back = await talk({ caller, callee }, 50);
    expect(amplitude(back.byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(back.byCallee, 500)).toBeGreaterThan(0.2);
  });

  test("a whisper waits while the agent holds, instead of counting as heard", async () => {
    const { caller, callee, media } = await connected("whisper");
    await callee.do({ type: "hold", isHeld: true });
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 200, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: "whisper", samples: clip });
    await media.next("credit");
    const held = await talk({ caller, callee }, 40);
    expect(amplitude(held.byCallee, 1500)).toBe(0);
    expect(media.messages.some(({ type }) => type === "drained")).toBe(false);
    await callee.do({ type: "hold", isHeld: false });
    const back = await talk({ caller, callee }, 40);
    expect(amplitude(back.byCallee, 1500)).toBeGreaterThan(0.02);
    expect(await played).toMatchObject({ type: "drained", playedSamples: clip.length });
  });

  test("mute is the switch's: whatever the browser sends, the call gets silence", async () => {
    const { caller, callee } = await connected();
    expect(await callee.do({ type: "mute", isMuted: true })).toBe("ok");
    expect(callee.phone).toMatchObject({ isMuted: true });
    const muted = await talk({ caller, callee }, 40);
    expect(rmsDbfs(muted.byCaller.slice(FRAME_SAMPLES * 5))).toBe(-120);
    expect(amplitude(muted.byCallee, 500)).toBeGreaterThan(0.15);
    await callee.do({ type: "mute", isMuted: false });
    expect(amplitude((await talk({ caller, callee }, 40)).byCaller, 900)).toBeGreaterThan(0.2);
  });

  test("keys are heard by the other one and by the supervision, as pairs of tones", async () => {
    const { caller, callee, media } = await connected();
    expect(await caller.do({ type: "digits", digits: "5#" })).toBe("ok");
    const from = callee.heard.length;
    for (let frame = 0; frame < 20; frame++) {
      await clock.advance(20);
      await callee.sync();
    }
    const samples = heard(callee, from);
    const part = (startMs: number, endMs: number) =>
      samples.slice((startMs * SAMPLE_RATE) / 1000, (endMs * SAMPLE_RATE) / 1000);
    for (const [stretch, low, high] of [
      [part(5, 75), 770, 1336],
      [part(145, 215), 941, 1477],
    ] as const) {
      expect(amplitude(stretch, low)).toBeGreaterThan(0.1);
      expect(amplitude(stretch, high)).toBeGreaterThan(0.13);
      for (const other of [697, 852, 1209, 1633]) expect(amplitude(stretch, other)).toBeLessThan(0.05);
    }
    expect(rmsDbfs(part(82, 138))).toBe(-120);
    const tapped = concatSamples(media.frames.filter(({ track }) => track === "caller").map((frame) => frame.samples));
    expect(amplitude(tapped, 770)).toBeGreaterThan(0.01);
  });

  test("what belongs to another state is refused, and the phone stays as it is", async () => {
    const caller = await phone();
    for (const command of ["answer", "decline", "hang-up"] as const)
      expect(await caller.do({ type: command })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "hold", isHeld: true })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "mute", isMuted: true })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "digits", digits: "1" })).toBe("WRONG_STATE");
    expect(caller.phone).toEqual({ state: "idle", ended: null });
  });
});

describe("a page that stalls", () => {
  test.each([1, 4])(
    "five seconds of frames at once, %i times: the newest are heard, nobody complains",
    async (times) => {
      const { caller, callee } = await connected();
      for (let stall = 0; stall < times; stall++) {
        await pass(4500);
        const from = callee.heard.length;
        for (const samples of [...tone(500, 240), ...tone(1500, 10)]) caller.say(samples);
        await caller.sync();
        for (let tick = 0; tick < 15; tick++) await clock.advance(20);
        await callee.sync();
        expect(amplitude(heard(callee, from), 500)).toBeLessThan(0.005);
        expect(amplitude(heard(callee, from), 1500)).toBeGreaterThan(0.03);
      }
      expect(caller.messages.filter(({ type }) => type === "error")).toEqual([]);
      const { byCallee } = await talk({ caller, callee });
      expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
    },
  );

  test("twice as many frames as a voice has, for long, are refused", async () => {
    const { caller } = await connected();
    let seconds = 0;
    while (!caller.messages.some(({ type }) => type === "error")) {
      for (const samples of tone(500, 100)) caller.say(samples);
      await Promise.race([caller.sync(), caller.whenClosed()]);
      await clock.advance(1000);
      seconds += 1;
    }
    expect(seconds).toBeGreaterThan(8);
    expect(seconds).toBeLessThan(20);
    expect((await caller.next("error")).error.code).toBe("RATE_LIMITED");
  });
});

describe("an extension that belongs to somebody else now", () => {
  const successor = agent("1001", { name: "Noah", user: "noah" });

  test.each(["gone", "there"])(
    "the one before is hung up, whose line is %s; the next one has a new phone",
    async (is) => {
      const { caller, callee } = await connected();
      if (is === "gone") putAway(callee);
      await pass(1000);
      const next = await openPhone({ url, apiKey, identity: successor });
      open.push(next);
      next.register();
      expect(await next.next("registered")).toMatchObject({ isResumed: false });
      expect((await next.until("idle")).ended).toBeNull();
      expect((await caller.until("idle")).ended?.reason).toBe("other-hung-up");
      if (is === "there") {
        await callee.next("replaced");
        await callee.whenClosed();
        putAway(callee);
      }
      await pass(RESUME_MS + 1000);
      expect(exchange.phones.directory).toMatchObject([{ extension: "1001", name: "Noah", isBusy: false }]);
    },
  );

  test("what rings goes on ringing, at the phone of the next one", async () => {
    const callee = await phone(agent("1001"));
    const { connect, caller } = await ringing();
    await callee.until("ringing");
    const next = await phone(successor);
    await next.until("ringing");
    expect(await next.do({ type: "answer" })).toBe("ok");
    expect(await connect).toMatchObject({ ok: true });
    await caller.until("connected");
    await callee.whenClosed();
    putAway(callee);
  });
});

describe("a connection that is lost", () => {
  test("a guest who comes back within ten seconds takes the call on", async () => {
    const { caller, callee } = await connected();
    const token = caller.messages.find((message) => message.type === "registered")?.resumeToken ?? "";
    putAway(caller);
    await pass(9500);
    expect(callee.phone?.state).toBe("connected");
    const back = await openPhone({ url, apiKey, identity: guest });
    open.push(back);
    back.register({ resumeToken: token });
    expect(await back.next("registered")).toMatchObject({ isResumed: true, resumeToken: token });
    expect((await back.until("connected")).connectedForMs).toBeGreaterThanOrEqual(9500);
    await pass(RESUME_MS + 1000);
    const { byCaller, byCallee } = await talk({ caller: back, callee }, 50);
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
  });

  test.each(["guest", "agent"] as const)("a %s who does not is hung up", async (who) => {
    const { caller, callee } = await connected();
    const [gone, left] = who === "guest" ? [caller, callee] : [callee, caller];
    putAway(gone);
    await pass(9500);
    expect(left.phone?.state).toBe("connected");
    await pass(1000);
    expect((await left.until("idle")).ended?.reason).toBe("other-hung-up");
    expect(exchange.phones.isStaffed("1001")).toBe(who === "guest");
  });

  test("a phone that says nothing keeps its line for five seconds, and its call for ten more", async () => {
    const { caller, callee } = await connected();
    caller.answersPings = false;
    open.splice(open.indexOf(caller), 1);
    await pass(4500);
    expect(caller.closed).toBeNull();
    await caller.sync();
    let silentMs = 0;
    for (; !caller.closed; silentMs += 500) await pass(500);
    expect(silentMs).toBeGreaterThan(5000);
    expect(silentMs).toBeLessThanOrEqual(7500);
    await pass(9000);
    expect(callee.phone?.state).toBe("connected");
    await pass(2000);
    expect((await callee.until("idle")).ended?.reason).toBe("other-hung-up");
  });

  test("a made-up token is a new phone", async () => {
    const { caller } = await connected();
    const stranger = await openPhone({ url, apiKey, identity: guest });
    open.push(stranger);
    stranger.register({ resumeToken: "guess" });
    expect(await stranger.next("registered")).toMatchObject({ isResumed: false });
    expect((await stranger.until("idle")).ended).toBeNull();
    expect(caller.phone?.state).toBe("connected");
  });

  test("an agent's phone is on duty for a while, and rings on the next page", async () => {
    const callee = await phone(agent("1001"));
    putAway(callee);
    const parts: { connect: ReturnType<MediaClient["command"]> } = await ringing();
    await pass(2000);
    const next = await phone(agent("1001"));
    await next.until("ringing");
    expect(await next.do({ type: "answer" })).toBe("ok");
    expect(await parts.connect).toMatchObject({ ok: true });
  });
});
