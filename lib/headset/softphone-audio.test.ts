import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import type { BrowserParts } from "./browser-parts";
import { createSoftphoneAudio, type SoftphoneAudioState } from "./softphone-audio";
import { FakeBrowser } from "./testing/fake-browser";

const clock = new FakeClock();
let browser: FakeBrowser;
let told: SoftphoneAudioState[];

beforeEach(() => {
  browser = new FakeBrowser({ clock });
  told = [];
});
afterEach(() => browser.close());

const phone = (parts: Partial<BrowserParts> = {}) => {
  const options = { onFrame: () => undefined, onChange: (state: SoftphoneAudioState) => told.push(state) };
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

it("is off after stop", async () => {
  const audio = phone();
  await audio.start();
  audio.stop();
  expect(audio.state).toMatchObject({ sound: "off", microphone: { state: "off" } });
});
