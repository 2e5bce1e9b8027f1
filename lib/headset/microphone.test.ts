import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { FakeClock } from "@/lib/platform/clock";
import { BrowserHeadset } from "./headset";
import { FakeBrowser } from "./testing/fake-browser";

/** When the device is in use and when it is let go, as a browser shows it beside the address. */

const callId = callIdSchema.parse("c1");
const clock = new FakeClock();
let browser: FakeBrowser;
let headset: BrowserHeadset;
const state = () => headset.store.getState();
const settled = async () => {
  for (let n = 0; n < 5; n++) await clock.advance(1);
};

beforeEach(() => {
  browser = new FakeBrowser({ clock });
  headset = new BrowserHeadset(browser.parts);
  headset.open();
});
afterEach(() => {
  headset.close();
  browser.close();
});

const speak = async () => {
  void headset.startSpeaking({ callId, mode: "whisper", isLatched: false });
  await settled();
  const { requestId } = browser.workerGot("speak").at(-1) ?? { requestId: -1 };
  browser.worker({ type: "speaking", requestId, state: "open", detail: null });
  await settled();
  expect(browser.isMicrophoneOpen).toBe(true);
};

describe("a headset's microphone", () => {
  it("is in use while it is warm, also shut, and let go with the call's page", async () => {
    await headset.prepareMicrophone();
    expect(browser.capturing).toBe(1);
    headset.releaseMicrophone();
    expect(browser.capturing).toBe(0);
    expect(state().microphone.state).toBe("off");
  });

  it("is let go when the headset is closed, in the middle of a word, with everything that listened", async () => {
    await speak();
    headset.close();
    expect(browser.capturing).toBe(0);
    expect(browser.isMicrophoneOpen).toBe(false);
    expect(browser.listeners).toBe(0);
  });

  it("is let go before another is chosen, or the same with another echo cancellation", async () => {
    await headset.prepareMicrophone();
    const first = browser.track;
    await headset.chooseMicrophone("m1");
    expect(first?.isStopped).toBe(true);
    const second = browser.track;
    await headset.setEchoCancellation(false);
    expect(second?.isStopped).toBe(true);
    expect(browser.capturing).toBe(1);
    expect(browser.asked).toHaveLength(3);
    expect(state().microphone.state).toBe("ready");
  });

  it("is let go where the sound card fails it", async () => {
    browser.hasWorklets = false;
    await headset.prepareMicrophone();
    expect(browser.asked).toHaveLength(1);
    expect(state().microphone.state).toBe("failed");
    expect(browser.capturing).toBe(0);
  });

  it.each([
    ["the call's page is left", () => headset.releaseMicrophone()],
    ["the headset is closed", () => headset.close()],
    ["the tab goes", () => browser.leavePage()],
  ])("is not kept where %s while the browser still asks", async (_, happens) => {
    browser.permission = "pending";
    void headset.prepareMicrophone();
    await settled();
    happens();
    const contexts = browser.contexts.length;
    browser.grant();
    await settled();
    expect(browser.asked).toHaveLength(1);
    expect(browser.capturing).toBe(0);
    expect(browser.contexts).toHaveLength(contexts);
    expect(browser.workerGot("microphone")).toHaveLength(0);
    expect(state().microphone).toMatchObject({ state: "off", detail: null });
  });

  it("is not kept where the page is left while its worklet loads", async () => {
    void headset.prepareMicrophone();
    await Promise.resolve();
    headset.releaseMicrophone();
    await settled();
    expect(browser.asked).toHaveLength(1);
    expect(browser.capturing).toBe(0);
    expect(state().microphone.state).toBe("off");
  });

  it("is asked for anew after it was let go, and the late yes to the first question changes nothing", async () => {
    browser.permission = "pending";
    void headset.prepareMicrophone();
    await settled();
    const answerFirst = browser.grant;
    headset.releaseMicrophone();
    browser.permission = "granted";
    await headset.prepareMicrophone();
    expect(state().microphone.state).toBe("ready");
    answerFirst();
    await settled();
    expect(browser.asked).toHaveLength(2);
    expect(browser.capturing).toBe(1);
    expect(state().microphone.state).toBe("ready");
  });

  it("is the one that was chosen while the browser still asked for another", async () => {
    browser.permission = "pending";
    void headset.prepareMicrophone();
    await settled();
    const answerFirst = browser.grant;
    browser.permission = "granted";
    await headset.chooseMicrophone("m1");
    const chosen = browser.track;
    answerFirst();
    await settled();
    expect(browser.asked.at(-1)).toMatchObject({ audio: { deviceId: { ideal: "m1" } } });
    expect(chosen?.isStopped).toBe(false);
    expect(browser.capturing).toBe(1);
  });

  it("is not measured for a test that was closed while the browser still asked", async () => {
    browser.permission = "pending";
    void headset.startMicrophoneTest({ playBack: true });
    await settled();
    headset.stopMicrophoneTest();
    browser.grant();
    await settled();
    expect(state().microphone).toMatchObject({ state: "ready", isTesting: false });
    expect(browser.track?.enabled).toBe(false);
  });
});
