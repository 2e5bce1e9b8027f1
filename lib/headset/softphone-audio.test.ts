import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import type { BrowserParts } from "./browser-parts";
import { createSoftphoneAudio, type SoftphoneAudioState } from "./softphone-audio";
import { FakeBrowser } from "./testing/fake-browser";

const clock = new FakeClock();
let browser: FakeBrowser;
let told: SoftphoneAudioState[];
let heard: Int16Array[];

beforeEach(() => {
  browser = new FakeBrowser({ clock });
  told = [];
  heard = [];
});
afterEach(() => browser.close());

const phone = (parts: Partial<BrowserParts> = {}) => {
  const options = {
    onFrame: (samples: Int16Array) => heard.push(samples),
    onChange: (state: SoftphoneAudioState) => told.push(state),
  };
  return createSoftphoneAudio(options, { ...browser.parts, ...parts });
};
/** The browser does not get at the worklets, until `heal`. */
function flaky() {
  let isBroken = true;
  const addModule = async () => {
    if (isBroken) throw new DOMException("Unable to load a worklet's module.", "AbortError");
  };
  const createContext = () => Object.assign(browser.parts.createContext(), { audioWorklet: { addModule } });
  const heal = () => {
    isBroken = false;
  };
  return { createContext, heal };
}

it("plays, with a microphone that is ready and shut", async () => {
  const audio = phone();
  await audio.start();
  expect(audio.state).toMatchObject({ sound: "playing", soundDetail: null, microphone: { state: "ready" } });
  expect(browser.isMicrophoneOpen).toBe(false);
  expect(told.at(-1)).toEqual(audio.state);
});

it("waits for a click where the browser holds the sound back, and plays after it", async () => {
  browser.allowsSound = false;
  const audio = phone();
  const started = audio.start();
  await clock.advance(400);
  await started;
  expect(audio.state.sound).toBe("needs-gesture");
  browser.allowsSound = true;
  await audio.start();
  expect(audio.state.sound).toBe("playing");
});

it("tells of sound that did not start this time, and plays at the next", async () => {
  const { createContext, heal } = flaky();
  const audio = phone({ createContext });
  await audio.start();
  expect(audio.state).toMatchObject({ sound: "failed", soundDetail: null });
  heal();
  await audio.start();
  expect(audio.state).toMatchObject({ sound: "playing", microphone: { state: "ready" } });
});

it("says why this browser will never play", async () => {
  browser.hasAudio = false;
  const audio = phone();
  await audio.start();
  expect(audio.state).toMatchObject({
    sound: "unsupported",
    soundDetail: expect.stringContaining("no Web Audio"),
    microphone: { state: "failed" },
  });
});

it("is off after stop, with the device let go and nothing left that listens", async () => {
  const audio = phone();
  for (let time = 0; time < 2; time++) {
    await audio.start();
    expect(browser.capturing).toBe(1);
    audio.stop();
    expect(audio.state).toMatchObject({ sound: "off", microphone: { state: "off" } });
    expect(browser.capturing).toBe(0);
    expect(browser.listeners).toBe(0);
  }
});

it("leaves nothing behind where it was made and never started", () => {
  phone();
  expect(browser.listeners).toBe(0);
});

it("lets go of the device with the page", async () => {
  const audio = phone();
  await audio.start();
  browser.leavePage();
  expect(browser.capturing).toBe(0);
  expect(audio.state.microphone.state).toBe("off");
});

it("stays off where it was stopped while the browser still asked", async () => {
  browser.permission = "pending";
  const audio = phone();
  const started = audio.start();
  await clock.advance(1);
  audio.stop();
  browser.grant();
  await clock.advance(400);
  await started;
  expect(browser.capturing).toBe(0);
  expect(audio.state).toMatchObject({ sound: "off", microphone: { state: "off" } });
});

it("stays off where it was stopped before the sound began", async () => {
  const audio = phone();
  const started = audio.start();
  audio.stop();
  await clock.advance(400);
  await started;
  expect(audio.state).toMatchObject({ sound: "off", microphone: { state: "off" } });
});

it("lets go of one microphone before it takes another, and hears the new one only", async () => {
  const audio = phone();
  await audio.start();
  audio.openMicrophone();
  const [first, firstSink] = [browser.track, browser.sink];
  await audio.chooseMicrophone("m1");
  expect(first?.isStopped).toBe(true);
  expect(browser.capturing).toBe(1);
  expect(browser.isMicrophoneOpen).toBe(true);
  for (const [sink, value] of [
    [firstSink, 1],
    [browser.sink, 2],
  ] as const)
    sink?.postMessage({ type: "microphone", samples: new Int16Array(320).fill(value), capturedAt: 0 });
  await clock.advance(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard.map((samples) => samples[0])).toEqual([2]);
  audio.stop();
});

it("takes no news of the sound card that it let go for that of the next", async () => {
  const audio = phone();
  await audio.start();
  audio.stop();
  await audio.start();
  browser.contexts[0]?.onstatechange?.();
  expect(audio.state.sound).toBe("playing");
});
