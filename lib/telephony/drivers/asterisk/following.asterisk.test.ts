import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sine } from "@/lib/audio/goertzel";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { AsteriskRig } from "@/lib/telephony/testing/asterisk-rig";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { eventually } from "@/lib/telephony/testing/eventually";

const CLIP = sine({ frequency: 2_000, sampleRate: SAMPLE_RATE, durationMs: 400, amplitude: 0.3 });

let server: AsteriskServer;
let rig: AsteriskRig;

beforeAll(async () => {
  server = await AsteriskServer.start();
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

/** Everything that the call tells from here on, `name value`. */
function told(call: GatewayCall): string[] {
  const list: string[] = [];
  call.on("reachable", (isReachable) => list.push(`reachable ${isReachable}`));
  call.on("mode", (mode) => list.push(`mode ${mode}`));
  call.on("hold", ({ party, isHeld }) => list.push(`hold ${party} ${isHeld}`));
  call.on("fault", ({ code }) => list.push(`fault ${code}`));
  call.on("terminated", ({ reason }) => list.push(`terminated ${reason}`));
  return list;
}

const between = (a: number, b: number) => (call: GatewayCall) =>
  call.description.callerNumber === String(a) && call.description.calleeNumber === String(b);

describe("calls that the dialplan makes", () => {
  it("finds a Dial() call, tells who is who, and hears and whispers without touching it", async () => {
    const { call, phones } = await rig.attached({ caller: { toneHz: 440 }, agent: { toneHz: 1_000 } });
    expect(call.description).toMatchObject({ callerNumber: "100", calleeNumber: "201", direction: "inbound" });
    expect(call).toMatchObject({ state: "CONNECTED", mode: "spy" });
    await expect(call.answer()).rejects.toMatchObject({ code: "WRONG_STATE" });
    await call.setMode("whisper");
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "played" });
    const events = told(call);
    await phones.agent.hangUp();
    await eventually("the end", () => events.includes("terminated agent-hung-up"));
  });

  it("finds a Queue() call, and the agent by the endpoint", async () => {
    await rig.phones({}, { caller: 100, agent: 202 });
    const caller = await rig.phone({ extension: 101 });
    await caller.dial("800");
    const call = await rig.found((candidate) => candidate.description.callerNumber === "101");
    expect(call.description).toMatchObject({ calleeNumber: "202", direction: "inbound" });
  });

  it("supervises the agent who calls out, and the called one of two agents", async () => {
    const [agent] = await Promise.all([
      rig.phone({ extension: 201 }),
      rig.phone({ extension: 100 }),
      rig.phone({ extension: 202 }),
    ]);
    await agent.dial("100");
    const out = await rig.found(between(100, 201));
    expect(out.description.direction).toBe("outbound");
    const events = told(out);
    await agent.hangUp();
    await eventually("the end", () => events.includes("terminated agent-hung-up"));
    await agent.dial("202");
    expect((await rig.found(between(201, 202))).description.direction).toBe("internal");
  });

  it("follows hold: says so, refuses to whisper to a phone that hears nobody, and goes on after it", async () => {
    const { call, phones } = await rig.attached({ caller: { toneHz: 440 }, agent: { toneHz: 1_000 } });
    const events = told(call);
    await phones.agent.hold();
    await eventually("on hold", () => events.includes("hold agent true"));
    await call.setMode("whisper");
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "refused", code: "ON_HOLD" });
    await phones.agent.resume();
    await eventually("back", () => events.includes("hold agent false"));
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "played" });
  });

  it("ends the call and begins another one when it is transferred blindly", async () => {
    const { call, phones } = await rig.attached();
    await rig.phone({ extension: 202 });
    const events = told(call);
    await phones.agent.blindTransfer("202");
    const next = await rig.found(between(100, 202));
    await eventually("the first one ends", () => call.state === "DISCONNECTED");
    expect(events.at(-1)).toBe("terminated transferred");
    expect(next.description.callId).not.toBe(call.description.callId);
    await next.setMode("whisper");
    expect(await next.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "played" });
  });

  it("follows an attended transfer: held, consulted, and the caller with somebody else", async () => {
    const { call, phones } = await rig.attached();
    await rig.phone({ extension: 202 });
    const events = told(call);
    await phones.agent.consult("202");
    const consultation = await rig.found(between(201, 202));
    expect(call.state).toBe("CONNECTED");
    expect(events).toContain("hold agent true");
    await phones.agent.completeTransfer();
    const next = await rig.found(between(100, 202));
    await eventually(
      "the first ones end",
      () => call.state === "DISCONNECTED" && consultation.state === "DISCONNECTED",
    );
    expect(events.at(-1)).toBe("terminated transferred");
    await next.setMode("whisper");
    expect(await next.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "played" });
  });

  it("leaves: the two talk on, it is not found again, and nothing of ours stays", async () => {
    const { call, phones } = await rig.attached();
    await call.close();
    expect(call.state).toBe("DISCONNECTED");
    await eventually("only the two phones are left", async () => (await server.channels()).length === 2);
    expect(phones.caller.state).toBe("established");
    expect(rig.calls).toHaveLength(1);
  });

  it("hears two strangers, but whispers to neither: which one would be the agent is a guess", async () => {
    await rig.phone({ extension: 101 });
    const caller = await rig.phone({ extension: 100 });
    await caller.dial("101");
    const call = await rig.found(between(100, 101));
    await expect(call.setMode("whisper")).rejects.toMatchObject({ code: "NO_AGENT" });
    expect(await call.play({ samples: CLIP, mode: "whisper" })).toMatchObject({ outcome: "refused" });
    expect(await call.setMode("barge")).toBe("barge");
  });

  it("supervises only what the filters name", async () => {
    const filtered = [
      await AsteriskRig.make(server, { app: "by-context", contexts: ["from-nowhere"] }),
      await AsteriskRig.make(server, { app: "by-endpoint", endpoints: ["PJSIP/20*"] }),
    ] as const;
    await Promise.all(filtered.map(({ gateway }) => gateway.start()));
    await Promise.all([rig.phone({ extension: 101 }), rig.phone({ extension: 201 })]);
    const [first, second] = await Promise.all([rig.phone({ extension: 100 }), rig.phone({ extension: 102 })]);
    await first.dial("101");
    await second.dial("201");
    await filtered[1].found(between(102, 201));
    await Promise.all([rig.found(between(100, 101)), rig.found(between(102, 201))]);
    expect(filtered.map(({ calls }) => calls.length)).toEqual([0, 1]);
    await Promise.all(filtered.map((each) => each.stop()));
  });

  it("ends a call for both", async () => {
    const { call, phones } = await rig.attached();
    await call.disconnect();
    await Promise.all([phones.caller.until("idle"), phones.agent.until("idle")]);
  });
});
