import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sine } from "@/lib/audio/goertzel";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { AsteriskRig } from "@/lib/telephony/testing/asterisk-rig";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { eventually } from "@/lib/telephony/testing/eventually";
import { Sipp } from "@/lib/telephony/testing/sipp";

const CLIP = sine({ frequency: 2_000, sampleRate: SAMPLE_RATE, durationMs: 400, amplitude: 0.3 });
/** The screen must be right again so soon after the way to Asterisk is. */
const RIGHT_WITHIN_MS = 5_000;

let server: AsteriskServer;
let rig: AsteriskRig;

/** 600 puts its caller into the call that phone 100 is in. */
const JOINING = `[from-outside](+)
exten => 600,1,Answer()
 same => n,BridgeAdd(PJSIP/100)`;

beforeAll(async () => {
  const extra = { "extensions.conf": JOINING, "modules.conf": "load=app_bridgeaddchan.so" };
  server = await AsteriskServer.start({ extra });
});
afterAll(() => server.stop());
beforeEach(async () => {
  rig = await AsteriskRig.make(server);
  await rig.gateway.start();
});
afterEach(async () => {
  await rig.stopPhones();
  await rig.untilEmpty();
  await rig.stop();
});

const live = (of = rig) => of.calls.filter((call) => call.state !== "DISCONNECTED");
const numbers = ({ description }: GatewayCall) => `${description.callerNumber} ${description.calleeNumber}`;

/** @returns ms from now until it is so. */
async function until(what: string, isSo: () => boolean): Promise<number> {
  const from = performance.now();
  await eventually(what, isSo);
  return performance.now() - from;
}

describe("Asterisk in trouble", () => {
  it("is killed and comes back in mid-call: no ghost call, and right soon after", async () => {
    const { call } = await rig.attached();
    const reasons: string[] = [];
    call.on("terminated", ({ reason }) => reasons.push(reason));
    await server.kill();
    await eventually("away", () => rig.gateway.status.state === "down" && call.mode === null);
    expect(call.state).toBe("CONNECTED");
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "failed" });
    await server.restart();
    const took = await until("the ghost is gone", () => call.state === "DISCONNECTED");
    expect(took).toBeLessThan(RIGHT_WITHIN_MS);
    expect(reasons).toEqual(["gateway-ended"]);
    expect(rig.gateway.status).toMatchObject({ state: "up", reconnects: 1 });
    await rig.stopPhones();
    const again = await rig.attached();
    expect(again.call.mode).toBe("spy");
  });

  it("is out of reach for 10 s: one call ends and one begins meanwhile, one goes on", async () => {
    const [ends, stays] = [await rig.attached(), await rig.attached({}, { caller: 101, agent: 202 })];
    const fresh = await rig.phones({}, { caller: 102, agent: 203 });
    const heard: number[] = [];
    stays.call.on("audio", () => heard.push(performance.now()));
    rig.proxy.takeDown();
    await eventually("away", () => live().every((call) => call.mode === null));
    const cutAt = performance.now();
    await ends.phones.caller.hangUp();
    await fresh.caller.dial("203");
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(live().map(numbers)).toEqual(["100 201", "101 202"]);
    // Who is on the line is not known meanwhile: nothing is passed on but the silence that keeps the clock.
    expect(heard.filter((at) => at > cutAt + 100 && at < cutAt + 150)).toHaveLength(0);
    rig.proxy.restore();
    const isRight = () =>
      live().every((call) => call.mode === "spy") && live().map(numbers).join() === "101 202,102 203";
    expect(await until("right again", isRight)).toBeLessThan(RIGHT_WITHIN_MS);
    await stays.call.setMode("whisper");
    expect(await stays.call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "played" });
    // Two calls, each two people and two taps.
    await eventually("nothing is left behind", async () => (await server.channels()).length === 12);
  });

  it("loses a helper of ours to somebody else: says so, and makes it anew", async () => {
    const { call } = await rig.attached();
    const told: unknown[] = [];
    call.on("reachable", (isReachable) => told.push(isReachable));
    const { body } = await server.http("GET", "/ari/channels");
    const [, id] = /"id":"(earshot-earshot-tap-[0-9a-f]+-s)"/.exec(JSON.stringify(body)) ?? [];
    await server.http("DELETE", `/ari/channels/${id}`);
    await eventually("lost and found", () => told.length === 2);
    expect(told).toEqual([false, true]);
    await eventually("spy", () => call.mode === "spy");
  });
});

describe("phones in trouble", () => {
  it("tells that a phone which vanished sends nothing, and ends with it once Asterisk does", async () => {
    const { call, phones } = await rig.attached();
    const faults: string[] = [];
    call.on("fault", ({ code }) => faults.push(code));
    await phones.agent.kill();
    await eventually("the silence is told", () => faults.includes("NO_AUDIO"));
    await phones.caller.hangUp();
    await eventually("the end", () => call.state === "DISCONNECTED");
  });

  it("is not monitored while a third one is on the line, and is again after that", async () => {
    const { call } = await rig.attached();
    const told: unknown[] = [];
    call.on("reachable", (isReachable) => told.push(isReachable));
    const third = await rig.phone({ extension: 102 });
    await third.dial("600");
    await eventually("not monitored", () => told.length === 1);
    expect(call.mode).toBeNull();
    expect(await call.play({ samples: CLIP, mode: "barge" })).toMatchObject({ outcome: "failed" });
    await third.hangUp();
    await eventually("monitored", () => call.mode === "spy");
    expect(told).toEqual([false, true]);
  });

  it("never says that a whisper was heard where the caller sends nothing to mix it into", async () => {
    await rig.phone({ extension: 201 });
    const caller = await Sipp.caller({ server, extension: 105, number: "201" });
    const call = await rig.found(() => true);
    await call.setMode("whisper");
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "failed", code: "NOT_HEARD" });
    await caller.stop();
  });
});

describe("Earshot in trouble", () => {
  it("finds a call again under the same id after a restart, with what it left behind removed", async () => {
    const { call } = await rig.attached();
    await rig.gateway.stop();
    await eventually("only the phones are left", async () => (await server.channels()).length === 2);
    const next = await AsteriskRig.make(server);
    await next.gateway.start();
    const again = await next.found(() => true);
    expect(again.description).toEqual(call.description);
    await next.stop();
  });

  it("finds a call that it connected itself, and takes down one that lost its other half meanwhile", async () => {
    const placed = [];
    for (const [caller, agent] of [
      [100, 201],
      [101, 202],
    ] as const) {
      const phones = await rig.phones({}, { caller, agent });
      await phones.caller.startDialling(`9${agent}`);
      await eventually("it comes in", () => live().some(({ description }) => description.callerNumber === `${caller}`));
      const call = live().find(({ description }) => description.callerNumber === `${caller}`);
      await call?.answer();
      await call?.connect({ ringTimeMs: 5_000 });
      placed.push(phones);
    }
    await rig.gateway.stop();
    await placed[1]?.agent.hangUp();
    const next = await AsteriskRig.make(server);
    await next.gateway.start();
    const again = await next.found(() => true);
    expect(again).toMatchObject({ state: "CONNECTED", description: { callerNumber: "100", calleeNumber: "201" } });
    await placed[1]?.caller.until("idle");
    expect(live(next)).toHaveLength(1);
    await placed[0]?.agent.hangUp();
    await placed[0]?.caller.until("idle");
    await eventually("the end", () => again.state === "DISCONNECTED");
    await rig.untilEmpty();
    await next.stop();
  });

  it("lets a call that it connected be transferred by the agent's phone", async () => {
    const phones = await rig.phones();
    await rig.phone({ extension: 202 });
    await phones.caller.startDialling("9201");
    await eventually("it comes in", () => live().length === 1);
    const [call] = live();
    await call?.answer();
    await call?.connect({ ringTimeMs: 5_000 });
    const reasons: string[] = [];
    call?.on("terminated", ({ reason }) => reasons.push(reason));
    await phones.agent.blindTransfer("202");
    const next = await rig.found((candidate) => candidate.description.calleeNumber === "202");
    expect(reasons).toEqual(["transferred"]);
    expect(next).toMatchObject({ state: "CONNECTED", description: { callerNumber: "100" } });
    // After a restart it is still that call of two people, and no new one that waits for its greeting.
    await rig.gateway.stop();
    const restarted = await AsteriskRig.make(server);
    await restarted.gateway.start();
    const again = await restarted.found(() => true);
    expect(again.description.callId).toBe(next.description.callId);
    expect(restarted.calls).toHaveLength(1);
    await phones.caller.hangUp();
    await rig.untilEmpty();
    await restarted.stop();
  });

  it("serves several Asterisk servers side by side, and one is not hurt by the other", async () => {
    const other = await AsteriskServer.start();
    const second = await AsteriskRig.make(other, { name: "second" });
    await second.gateway.start();
    const [here, there] = [await rig.attached(), await second.attached()];
    expect(here.call.description.callId).not.toBe(there.call.description.callId);
    await other.kill();
    await eventually("the second is away", () => second.gateway.status.state === "down");
    expect(rig.gateway.status.state).toBe("up");
    expect(await here.call.setMode("whisper")).toBe("whisper");
    await second.stop();
    await other.stop();
  });
});
