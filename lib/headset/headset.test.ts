import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { BrowserHeadset } from "./headset";
import { FakeBrowser } from "./testing/fake-browser";

const callId = callIdSchema.parse("c1");
let browser: FakeBrowser;
let headset: BrowserHeadset;
const clock = new FakeClock();
const state = () => headset.store.getState();
const turn = () => clock.advance(1);
const settled = async () => {
  for (let n = 0; n < 5; n++) await turn();
};

function deferred() {
  let resolve: (response: Response) => void = () => {};
  const promise = new Promise<Response>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

beforeEach(() => {
  browser = new FakeBrowser({ clock });
  headset = new BrowserHeadset(browser.parts);
  headset.open();
});
afterEach(() => {
  headset.close();
  browser.close();
});

const live = { type: "listening", state: "live", callId, codec: "opus", perPartyAudio: true, detail: null } as const;
const start = async () => {
  void headset.startSpeaking({ callId, mode: "whisper", isLatched: false });
  await settled();
  const asked = browser.workerGot("speak").at(-1);
  return asked?.requestId ?? -1;
};
const confirmed = async () => {
  const requestId = await start();
  browser.worker({ type: "speaking", requestId, state: "open", detail: null });
  await settled();
  return requestId;
};

describe("BrowserHeadset, listening", () => {
  it("makes nothing before it is used", () => {
    expect(browser.contexts).toHaveLength(0);
    expect(browser.workers).toBe(0);
    expect(browser.asked).toHaveLength(0);
  });

  it("is live once server and sound card are, and off after stopListening", async () => {
    void headset.listen(callId);
    await settled();
    expect(state().listening).toMatchObject({ state: "starting", callId });
    browser.worker(live);
    await settled();
    expect(state().listening).toMatchObject({ state: "live", codec: "opus" });
    headset.stopListening();
    await settled();
    expect(state().listening).toMatchObject({ state: "off", callId: null });
    expect(browser.workerGot("unlisten")).toHaveLength(1);
  });

  it("asks for one click where the browser demands it", async () => {
    browser.allowsSound = false;
    void headset.listen(callId);
    await settled();
    browser.worker(live);
    await clock.advance(1000);
    expect(state().listening.state).toBe("needs-gesture");
    browser.allowsSound = true;
    await headset.resume();
    expect(state().listening.state).toBe("live");
  });

  it("shows interruption, refusal and the end of a call in the server's words", async () => {
    void headset.listen(callId);
    await settled();
    for (const [given, shown] of [
      ["interrupted", "interrupted"],
      ["live", "live"],
      ["failed", "failed"],
      ["ended", "off"],
    ] as const) {
      browser.worker({ ...live, state: given, detail: `now ${given}` });
      await settled();
      expect(state().listening).toMatchObject({ state: shown, detail: `now ${given}` });
    }
  });

  it("says what is missing in a browser without audio", async () => {
    browser.hasAudio = false;
    await headset.listen(callId);
    expect(state().listening.state).toBe("unsupported");
    expect(state().listening.detail).toContain("Web Audio");
  });

  it("measures the delay from the gateway to the air", async () => {
    void headset.listen(callId);
    await settled();
    browser.worker(live);
    browser.worker({ type: "clock", offsetMs: 500 });
    await settled();
    browser.playback({
      ...{ type: "stats", streamId: 1, bufferMs: 45.04, targetMs: 40, lossPercent: 0.5 },
      ...{ playedAfterMs: -400, positionMs: 1000 },
    });
    await settled();
    expect(state().quality).toEqual({ endToEndMs: 140, bufferMs: 45, lossPercent: 0.5 });
  });

  it("tells at once that what was said before is on its way, through all other news, and then why it cannot be heard", async () => {
    const answer = deferred();
    browser.fetch = () => answer.promise;
    void headset.listen(callId);
    await settled();
    browser.worker(live);
    await settled();
    void headset.rewind(30);
    expect(state().listening).toMatchObject({ state: "live", detail: expect.stringContaining("on its way") });
    browser.worker(live);
    await settled();
    expect(state().listening.detail).toContain("on its way");
    answer.resolve(Response.json({ message: "Recording is off." }, { status: 404 }));
    await settled();
    expect(state().listening).toMatchObject({ state: "live", detail: "Recording is off." });
  });

  it("remembers volumes, not mutes", () => {
    headset.setMix("caller", { volume: 0.3, isMuted: true });
    const next = new BrowserHeadset(browser.parts);
    next.open();
    expect(next.store.getState().mix.caller).toEqual({ volume: 0.3, isMuted: false });
    browser.stored.set("earshot:headset", "{broken");
    const third = new BrowserHeadset(browser.parts);
    third.open();
    expect(third.store.getState().mix.caller.volume).toBe(1);
  });
});

describe("BrowserHeadset, ready before it is used", () => {
  const isRunning = () => browser.contexts.some(({ state }) => state === "running");

  it("has worker and worklets, while nothing runs, nothing is shown and no call is asked for", async () => {
    headset.prepareListening();
    await settled();
    expect(browser.workers).toBe(1);
    expect(browser.contexts).toHaveLength(1);
    expect(isRunning()).toBe(false);
    expect(browser.workerGot("prepare")).toHaveLength(1);
    expect(browser.workerGot("playback")).toHaveLength(1);
    expect(browser.workerGot("listen")).toHaveLength(0);
    expect(state().listening.state).toBe("off");
  });

  it("makes everything once, however often it is told, and renews the worker's patience each time", async () => {
    for (let time = 0; time < 3; time++) {
      headset.prepareListening();
      await settled();
    }
    expect(browser.contexts).toHaveLength(1);
    expect(browser.workers).toBe(1);
    expect(browser.workerGot("playback")).toHaveLength(1);
    expect(browser.workerGot("prepare")).toHaveLength(3);
  });

  it.each([
    ["long before", settled],
    ["in the same moment", async () => undefined],
  ])("is heard from the click on, made ready %s", async (_, meanwhile) => {
    headset.prepareListening();
    await meanwhile();
    void headset.listen(callId);
    await settled();
    browser.worker(live);
    await settled();
    expect(isRunning()).toBe(true);
    expect(browser.contexts).toHaveLength(1);
    expect(browser.workerGot("playback")).toHaveLength(1);
    expect(state().listening.state).toBe("live");
    headset.prepareListening();
    await settled();
    expect(isRunning()).toBe(true);
  });

  it("still asks for one click where the browser demands it", async () => {
    browser.allowsSound = false;
    headset.prepareListening();
    await settled();
    void headset.listen(callId);
    browser.worker(live);
    await clock.advance(1000);
    expect(state().listening.state).toBe("needs-gesture");
    browser.allowsSound = true;
    await headset.resume();
    expect(state().listening.state).toBe("live");
  });

  it("runs for the microphone, which nobody listens to", async () => {
    headset.prepareListening();
    await settled();
    await headset.prepareMicrophone();
    expect(isRunning()).toBe(true);
  });

  it("says nothing where the browser cannot, and tries again only when something is to be heard", async () => {
    browser.hasWorklets = false;
    for (let time = 0; time < 3; time++) {
      headset.prepareListening();
      await settled();
    }
    expect(browser.contexts).toHaveLength(1);
    expect(state().listening.state).toBe("off");
    browser.hasWorklets = true;
    void headset.listen(callId);
    await settled();
    browser.worker(live);
    await settled();
    expect(state().listening.state).toBe("live");
    expect(isRunning()).toBe(true);
  });

  it("lets go of it with the page", async () => {
    headset.prepareListening();
    headset.close();
    await settled();
    expect(browser.workers).toBe(1);
    expect(browser.workerGot("playback")).toHaveLength(0);
  });
});

describe("BrowserHeadset, speaking", () => {
  it("opens only after the mode is confirmed, and closes before the server is told", async () => {
    const requestId = await start();
    expect(state().speaking).toMatchObject({ state: "starting", callId, mode: "whisper" });
    expect(browser.isMicrophoneOpen).toBe(false);
    browser.worker({ type: "speaking", requestId, state: "open", detail: null });
    await settled();
    expect(state().speaking.state).toBe("open");
    expect(browser.isMicrophoneOpen).toBe(true);
    headset.stopSpeaking();
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(browser.track?.enabled).toBe(false);
    await settled();
    expect(browser.workerGot("unspeak")).toHaveLength(1);
    expect(state().speaking.state).toBe("closed");
  });

  it("stays closed when the key was let go before the answer", async () => {
    const requestId = await start();
    headset.stopSpeaking();
    browser.worker({ type: "speaking", requestId, state: "open", detail: null });
    await settled();
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(state().speaking.state).toBe("closed");
  });

  it("does not ask the server when the key was let go while the browser still asked", async () => {
    browser.permission = "pending";
    void headset.startSpeaking({ callId, mode: "whisper", isLatched: false });
    await settled();
    headset.stopSpeaking();
    browser.grant();
    await settled();
    expect(browser.workerGot("speak")).toHaveLength(0);
    expect(state().microphone.state).toBe("ready");
  });

  it("is closed by the server, by the page's end and by an unplugged microphone", async () => {
    const requestId = await confirmed();
    browser.worker({ type: "speaking", requestId, state: "closed", detail: "The mode changed." });
    await settled();
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(state().speaking).toMatchObject({ state: "closed", detail: "The mode changed." });
    await confirmed();
    browser.track?.onended?.(new Event("ended"));
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(browser.capturing).toBe(0);
    expect(state().microphone.state).toBe("missing");
    expect(state().speaking).toMatchObject({ state: "closed", detail: expect.stringContaining("unplugged") });
    await confirmed();
    browser.leavePage();
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(state().speaking.state).toBe("closed");
    expect(state().microphone.state).toBe("off");
    expect(browser.capturing).toBe(0);
  });

  it("latches while open", async () => {
    await confirmed();
    await headset.startSpeaking({ callId, mode: "whisper", isLatched: true });
    expect(state().speaking.state).toBe("latched");
    expect(browser.workerGot("speak")).toHaveLength(1);
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "failed"],
  ] as const)("tells of %s", async (name, shown) => {
    browser.permission = name;
    await start();
    expect(state().microphone.state).toBe(shown);
    expect(state().speaking).toMatchObject({ state: "closed", detail: state().microphone.detail });
  });

  it("tells that an insecure page gets no microphone", async () => {
    browser.permission = "insecure";
    await headset.prepareMicrophone();
    expect(state().microphone.state).toBe("unsupported");
  });

  it("tests the microphone without a server, and ends the test before speaking", async () => {
    await headset.startMicrophoneTest({ playBack: true });
    expect(state().microphone.isTesting).toBe(true);
    expect(browser.track?.enabled).toBe(true);
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(browser.workerGot("speak")).toHaveLength(0);
    await start();
    expect(state().microphone.isTesting).toBe(false);
  });
});
