import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { concatSamples } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { rmsDbfs } from "@/lib/audio/level";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { PHONE_HEADERS, PHONE_PATH, RESUME_MS } from "@/lib/contract/softphone";
import { silentParty } from "./parties/party";
import { agent, guest, openPhone } from "./testing/phone-client";
import { amplitude, heard, standPhones } from "./testing/phone-stage";

const stage = standPhones();

describe("registering", () => {
  test("guests see who is on duty, and who is busy", async () => {
    const caller = await stage.phone();
    expect(caller.agents).toEqual([]);
    const callee = await stage.phone(agent("1001", { name: "Zoë Ångström" }));
    await caller.when(() => caller.agents?.length === 1);
    expect(caller.agents).toEqual([{ extension: "1001", name: "Zoë Ångström", isBusy: false }]);
    expect(stage.exchange.phones.isStaffed("1001")).toBe(true);
    const other = stage.exchange.placeCall({
      ...{ caller: silentParty, callee: silentParty, callerNumber: "1", calleeNumber: "1001" },
    });
    await caller.when(() => caller.agents?.[0]?.isBusy);
    expect(await caller.do({ type: "call", extension: "1001" })).toBe("BUSY");
    other.hangUp("caller");
    await caller.when(() => caller.agents?.[0]?.isBusy === false);
    callee.send({ type: "bye" });
    await caller.when(() => caller.agents?.length === 0);
    expect(stage.exchange.phones.isStaffed("1001")).toBe(false);
    stage.open.splice(stage.open.indexOf(callee), 1);
  });

  test("the newest page of an agent has the phone, and the older one is told", async () => {
    const older = await stage.phone(agent("1001"));
    const newer = await stage.phone(agent("1001"));
    await older.next("replaced");
    expect(await older.whenClosed()).toMatchObject({ code: 1000 });
    stage.open.splice(stage.open.indexOf(older), 1);
    await stage.pass(RESUME_MS + 1000);
    const parts = await stage.ringing();
    await newer.until("ringing");
    expect(parts.caller.agents).toHaveLength(1);
  });

  test("the key and the headers of the web server are asked for", async () => {
    await expect(openPhone({ url: stage.url, apiKey: "wrong", identity: guest })).rejects.toThrow("401");
    for (const headers of [
      {},
      { [PHONE_HEADERS.role]: "agent" },
      { [PHONE_HEADERS.role]: "guest", [PHONE_HEADERS.name]: "%" },
    ]) {
      const socket = new WebSocket(`${stage.url}${PHONE_PATH}`, {
        headers: { authorization: `Bearer ${stage.apiKey}`, ...headers },
      });
      await expect(new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject))).rejects.toThrow(
        "400",
      );
    }
  });

  test("another version is refused, and nothing counts before hello", async () => {
    const client = await stage.connect(guest);
    client.send({ type: "call", id: "1", extension: "1001" });
    expect((await client.next("error")).error.code).toBe("WRONG_STATE");
    client.send({ type: "hello", protocol: "earshot-softphone", version: 2 });
    expect(await client.whenClosed()).toEqual({ code: 1008, reason: "UNSUPPORTED_VERSION" });
  });
});

describe("a call", () => {
  test("rings until it is answered; each hears the other; real people are not simulated", async () => {
    const callee = await stage.phone(agent("1001"));
    const { caller, call, connect } = await stage.ringing();
    expect(call).toMatchObject({ callerName: "Ada", calleeNumber: "1001", calleeName: "Agent 1001", simulated: false });
    expect(await callee.until("ringing")).toMatchObject({ callId: call.callId, peer: { name: "Ada" } });
    await stage.pass(3000);
    expect(callee.phone?.state).toBe("ringing");
    expect(await callee.do({ type: "answer" })).toBe("ok");
    expect(await connect).toMatchObject({ ok: true, state: "CONNECTED" });
    await caller.until("connected");
    const { byCaller, byCallee } = await stage.talk({ caller, callee });
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(byCaller, 500)).toBeLessThan(0.01);
    expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
    expect(amplitude(byCallee, 900)).toBeLessThan(0.01);
    expect(await caller.do({ type: "hang-up" })).toBe("ok");
    expect((await caller.until("idle")).ended?.reason).toBe("hung-up");
    expect((await callee.until("idle")).ended).toMatchObject({ callId: call.callId, reason: "other-hung-up" });
    expect(await stage.control.next("call.terminated")).toMatchObject({ reason: "caller-hung-up" });
  });

  test("the supervision's clients get each party's voice, and speak to the agent alone in whisper", async () => {
    const { caller, callee, media } = await stage.connected("whisper");
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 600, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: "whisper", samples: clip });
    await media.next("credit");
    const { byCaller, byCallee } = await stage.talk({ caller, callee }, 60);
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
    const { caller, media } = await stage.ringing();
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 200, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: null, samples: clip });
    await media.next("credit");
    await media.when(() => media.messages.some(({ type }) => type === "credit"));
    for (let at = 0; at < 30; at++) {
      await stage.clock.advance(20);
      await caller.sync();
    }
    expect(await played).toMatchObject({ type: "drained" });
    expect(amplitude(heard(caller), 1500)).toBeGreaterThan(0.05);
  });

  test("declined: at once not picked up, and not rung again", async () => {
    const callee = await stage.phone(agent("1001"));
    const { caller, media, connect } = await stage.ringing();
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
    const callee = await stage.phone(agent("1001"));
    const { caller, media, connect } = await stage.ringing({ ringTimeSeconds: 10 });
    await callee.until("ringing");
    await stage.pass(9500);
    expect(callee.phone?.state).toBe("ringing");
    await stage.pass(1000);
    expect(await connect).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    expect((await callee.until("idle")).ended?.reason).toBe("unanswered");
    const again = media.command("connect", { ringTimeSeconds: 10 });
    await callee.until("ringing");
    await callee.do({ type: "answer" });
    expect(await again).toMatchObject({ ok: true });
    await caller.until("connected");
  });

  test("an extension without a phone is not answered; a phone that comes on meanwhile rings", async () => {
    const { connect, caller, media } = await stage.ringing({ ringTimeSeconds: 5 });
    await stage.pass(5500);
    expect(await connect).toMatchObject({ ok: false, error: { code: "CALL_UNANSWERED" } });
    const again = media.command("connect", { ringTimeSeconds: 20 });
    await stage.pass(1000);
    const callee = await stage.phone(agent("1001"));
    await callee.until("ringing");
    expect(await callee.do({ type: "answer" })).toBe("ok");
    expect(await again).toMatchObject({ ok: true });
    await caller.until("connected");
  });

  test("the caller gives up while it rings", async () => {
    const callee = await stage.phone(agent("1001"));
    const { caller, connect } = await stage.ringing();
    await callee.until("ringing");
    await caller.do({ type: "hang-up" });
    expect((await callee.until("idle")).ended?.reason).toBe("other-hung-up");
    expect(await connect).toMatchObject({ ok: false });
    expect(await callee.do({ type: "answer" })).toBe("WRONG_STATE");
  });

  test("an agent in a call is busy for a second caller", async () => {
    const { callee } = await stage.connected();
    const second = await stage.phone();
    expect(second.agents).toMatchObject([{ isBusy: true }]);
    expect(await second.do({ type: "call", extension: "1001" })).toBe("BUSY");
    expect(second.phone).toMatchObject({ state: "idle" });
    expect(callee.phone?.state).toBe("connected");
  });

  test("it goes on when the supervision leaves", async () => {
    const { caller, callee, media } = await stage.connected();
    expect(await media.command("close")).toMatchObject({ ok: true });
    const { byCaller } = await stage.talk({ caller, callee }, 30);
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    await callee.do({ type: "hang-up" });
    expect((await caller.until("idle")).ended?.reason).toBe("other-hung-up");
  });

  test("without anybody who takes calls none is placed", async () => {
    const caller = await stage.phone();
    stage.control.close();
    await stage.control.whenClosed();
    await expect.poll(() => stage.exchange.hasClients).toBe(false);
    expect(await caller.do({ type: "call", extension: "1001" })).toBe("WRONG_STATE");
    expect(stage.exchange.calls).toEqual([]);
  });

  test("an agent's phone places no calls, and nobody places many", async () => {
    expect(await (await stage.phone(agent("1001"))).do({ type: "call", extension: "1002" })).toBe("WRONG_STATE");
    const caller = await stage.phone();
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
    const { caller, callee, call } = await stage.connected();
    expect(await callee.do({ type: "hold", isHeld: true })).toBe("ok");
    expect(await stage.control.next("call.hold_changed")).toMatchObject({
      callId: call.callId,
      party: "callee",
      held: true,
    });
    await caller.when(() => caller.phone?.state === "connected" && caller.phone.isHeld);
    expect(callee.phone).toMatchObject({ isHolding: true, isHeld: false });
    expect(stage.exchange.calls).toMatchObject([{ holding: ["callee"] }]);
    const held = await stage.talk({ caller, callee }, 160);
    expect(rmsDbfs(held.byCallee.slice(-FRAME_SAMPLES * 150))).toBe(-120);
    expect(amplitude(held.byCaller, 900)).toBeLessThan(0.0005);
    expect(amplitude(held.byCaller, 440)).toBeGreaterThan(0.001);
    expect(await callee.do({ type: "digits", digits: "1" })).toBe("WRONG_STATE");
    await callee.do({ type: "hold", isHeld: false });
    expect(await stage.control.next("call.hold_changed")).toMatchObject({ held: false });
    const back = await stage.talk({ caller, callee }, 50);
    expect(amplitude(back.byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(back.byCallee, 500)).toBeGreaterThan(0.2);
  });

  test("a whisper waits while the agent holds, instead of counting as heard", async () => {
    const { caller, callee, media } = await stage.connected("whisper");
    await callee.do({ type: "hold", isHeld: true });
    const clip = sine({ frequency: 1500, sampleRate: SAMPLE_RATE, durationMs: 200, amplitude: 0.25 });
    const played = media.play({ playId: 1, mode: "whisper", samples: clip });
    await media.next("credit");
    const held = await stage.talk({ caller, callee }, 40);
    expect(amplitude(held.byCallee, 1500)).toBe(0);
    expect(media.messages.some(({ type }) => type === "drained")).toBe(false);
    await callee.do({ type: "hold", isHeld: false });
    const back = await stage.talk({ caller, callee }, 40);
    expect(amplitude(back.byCallee, 1500)).toBeGreaterThan(0.02);
    expect(await played).toMatchObject({ type: "drained", playedSamples: clip.length });
  });

  test("mute is the switch's: whatever the browser sends, the call gets silence", async () => {
    const { caller, callee } = await stage.connected();
    expect(await callee.do({ type: "mute", isMuted: true })).toBe("ok");
    expect(callee.phone).toMatchObject({ isMuted: true });
    const muted = await stage.talk({ caller, callee }, 40);
    expect(rmsDbfs(muted.byCaller.slice(FRAME_SAMPLES * 5))).toBe(-120);
    expect(amplitude(muted.byCallee, 500)).toBeGreaterThan(0.15);
    await callee.do({ type: "mute", isMuted: false });
    expect(amplitude((await stage.talk({ caller, callee }, 40)).byCaller, 900)).toBeGreaterThan(0.2);
  });

  test("keys are heard by the other one and by the supervision, as pairs of tones", async () => {
    const { caller, callee, media } = await stage.connected();
    expect(await caller.do({ type: "digits", digits: "5#" })).toBe("ok");
    const from = callee.heard.length;
    for (let frame = 0; frame < 20; frame++) {
      await stage.clock.advance(20);
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
    const caller = await stage.phone();
    for (const command of ["answer", "decline", "hang-up"] as const)
      expect(await caller.do({ type: command })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "hold", isHeld: true })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "mute", isMuted: true })).toBe("WRONG_STATE");
    expect(await caller.do({ type: "digits", digits: "1" })).toBe("WRONG_STATE");
    expect(caller.phone).toEqual({ state: "idle", ended: null });
  });
});
