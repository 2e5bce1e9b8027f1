import { describe, expect, test } from "vitest";
import { RESUME_MS } from "@/lib/contract/softphone";
import { agent, guest } from "./testing/phone-client";
import { amplitude, heard, standPhones, tone } from "./testing/phone-stage";
import type { MediaClient } from "./testing/wire-client";

const stage = standPhones();

describe("a page that stalls", () => {
  test.each([1, 4])(
    "five seconds of frames at once, %i times: the newest are heard, nobody complains",
    async (times) => {
      const { caller, callee } = await stage.connected();
      for (let stall = 0; stall < times; stall++) {
        await stage.pass(4500);
        const from = callee.heard.length;
        for (const samples of [...tone(500, 240), ...tone(1500, 10)]) caller.say(samples);
        await caller.sync();
        for (let tick = 0; tick < 15; tick++) await stage.clock.advance(20);
        await callee.sync();
        expect(amplitude(heard(callee, from), 500)).toBeLessThan(0.005);
        expect(amplitude(heard(callee, from), 1500)).toBeGreaterThan(0.03);
      }
      expect(caller.messages.filter(({ type }) => type === "error")).toEqual([]);
      const { byCallee } = await stage.talk({ caller, callee });
      expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
    },
  );

  test("twice as many frames as a voice has, for long, are refused", async () => {
    const { caller } = await stage.connected();
    let seconds = 0;
    while (!caller.messages.some(({ type }) => type === "error")) {
      for (const samples of tone(500, 100)) caller.say(samples);
      await Promise.race([caller.sync(), caller.whenClosed()]);
      await stage.clock.advance(1000);
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
      const { caller, callee } = await stage.connected();
      if (is === "gone") stage.putAway(callee);
      await stage.pass(1000);
      const next = await stage.connect(successor);
      next.register();
      expect(await next.next("registered")).toMatchObject({ isResumed: false });
      expect((await next.until("idle")).ended).toBeNull();
      expect((await caller.until("idle")).ended?.reason).toBe("other-hung-up");
      if (is === "there") {
        await callee.next("replaced");
        await callee.whenClosed();
        stage.putAway(callee);
      }
      await stage.pass(RESUME_MS + 1000);
      expect(stage.exchange.phones.directory).toMatchObject([{ extension: "1001", name: "Noah", isBusy: false }]);
    },
  );

  test("what rings goes on ringing, at the phone of the next one", async () => {
    const callee = await stage.phone(agent("1001"));
    const { connect, caller } = await stage.ringing();
    await callee.until("ringing");
    const next = await stage.phone(successor);
    await next.until("ringing");
    expect(await next.do({ type: "answer" })).toBe("ok");
    expect(await connect).toMatchObject({ ok: true });
    await caller.until("connected");
    await callee.whenClosed();
    stage.putAway(callee);
  });
});

describe("a connection that is lost", () => {
  test("a guest who comes back within ten seconds takes the call on", async () => {
    const { caller, callee } = await stage.connected();
    const token = caller.messages.find((message) => message.type === "registered")?.resumeToken ?? "";
    stage.putAway(caller);
    await stage.pass(9500);
    expect(callee.phone?.state).toBe("connected");
    const back = await stage.connect(guest);
    back.register({ resumeToken: token });
    expect(await back.next("registered")).toMatchObject({ isResumed: true, resumeToken: token });
    expect((await back.until("connected")).connectedForMs).toBeGreaterThanOrEqual(9500);
    await stage.pass(RESUME_MS + 1000);
    const { byCaller, byCallee } = await stage.talk({ caller: back, callee }, 50);
    expect(amplitude(byCaller, 900)).toBeGreaterThan(0.2);
    expect(amplitude(byCallee, 500)).toBeGreaterThan(0.2);
  });

  test.each(["guest", "agent"] as const)("a %s who does not is hung up", async (who) => {
    const { caller, callee } = await stage.connected();
    const [gone, left] = who === "guest" ? [caller, callee] : [callee, caller];
    stage.putAway(gone);
    await stage.pass(9500);
    expect(left.phone?.state).toBe("connected");
    await stage.pass(1000);
    expect((await left.until("idle")).ended?.reason).toBe("other-hung-up");
    expect(stage.exchange.phones.isStaffed("1001")).toBe(who === "guest");
  });

  test("a phone that says nothing keeps its line for five seconds, and its call for ten more", async () => {
    const { caller, callee } = await stage.connected();
    caller.answersPings = false;
    stage.open.splice(stage.open.indexOf(caller), 1);
    await stage.pass(4500);
    expect(caller.closed).toBeNull();
    await caller.sync();
    let silentMs = 0;
    for (; !caller.closed; silentMs += 500) await stage.pass(500);
    expect(silentMs).toBeGreaterThan(5000);
    expect(silentMs).toBeLessThanOrEqual(7500);
    await stage.pass(9000);
    expect(callee.phone?.state).toBe("connected");
    await stage.pass(2000);
    expect((await callee.until("idle")).ended?.reason).toBe("other-hung-up");
  });

  test("a made-up token is a new phone", async () => {
    const { caller } = await stage.connected();
    const stranger = await stage.connect(guest);
    stranger.register({ resumeToken: "guess" });
    expect(await stranger.next("registered")).toMatchObject({ isResumed: false });
    expect((await stranger.until("idle")).ended).toBeNull();
    expect(caller.phone?.state).toBe("connected");
  });

  test("an agent's phone is on duty for a while, and rings on the next page", async () => {
    const callee = await stage.phone(agent("1001"));
    stage.putAway(callee);
    const parts: { connect: ReturnType<MediaClient["command"]> } = await stage.ringing();
    await stage.pass(2000);
    const next = await stage.phone(agent("1001"));
    await next.until("ringing");
    expect(await next.do({ type: "answer" })).toBe("ok");
    expect(await parts.connect).toMatchObject({ ok: true });
  });
});
