import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { z } from "zod";
import { sine } from "@/lib/audio/goertzel";
import { encodeWav } from "@/lib/audio/wav";
import { findBrowser } from "../scripts/steps.mjs";

const RATE = 48_000;
const AMPLITUDE = 0.4;
/** Syllables: noise suppression takes a tone that never ends for a fan. */
const ON_MS = 180;
const OFF_MS = 120;
const SYLLABLES = 40;

/** With these, which Playwright gives by itself, a hidden tab is treated as one in front. */
const HIDDEN_AS_IN_FRONT = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** @returns a WAV file of short tones of this frequency, Hz; a whole number of periods each, so that it can be looped. */
function toneFile(frequency: number): string {
  const path = join(mkdtempSync(join(tmpdir(), "earshot-microphone-")), `${frequency}.wav`);
  const on = sine({ frequency, sampleRate: RATE, durationMs: ON_MS, amplitude: AMPLITUDE });
  const period = on.length + (RATE * OFF_MS) / 1000;
  const samples = new Int16Array(period * SYLLABLES);
  for (let at = 0; at < SYLLABLES; at++) samples.set(on, at * period);
  writeFileSync(path, encodeWav({ sampleRate: RATE, channels: [samples] }));
  return path;
}

type Launch = NonNullable<Parameters<typeof chromium.launch>[0]>;

/** A browser of its own whose microphone says nothing but one tone, Hz. */
export function openBrowserWithMicrophone(frequency: number, { args = [], ...more }: Launch = {}): Promise<Browser> {
  return chromium.launch({
    ...more,
    executablePath: findBrowser(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--autoplay-policy=no-user-gesture-required",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${toneFile(frequency)}`,
      ...args,
    ],
  });
}

/** A browser used as a person uses theirs; `close` ends it. */
export type Tabs = { browser: Browser; context: BrowserContext; close: () => Promise<void> };

/**
 * As `openBrowserWithMicrophone`, but a tab that is not in front is hidden (`document.visibilityState`) and slowed down.
 * Playwright tells every page that it is in front, except in a browser that it was connected to and that was there before.
 */
export async function openTabsWithMicrophone(frequency: number): Promise<Tabs> {
  const port = await freePort();
  const launched = await openBrowserWithMicrophone(frequency, {
    args: [`--remote-debugging-port=${port}`],
    ignoreDefaultArgs: HIDDEN_AS_IN_FRONT,
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error("the browser has no profile of its own");
  const close = async () => {
    await browser.close();
    await launched.close();
  };
  return { browser, context, close };
}

/**
 * Gives a page a microphone of its own that says one tone, Hz, all the time: Chromium's fake one says the same to every page of
 * a browser. To be called before the page is opened.
 */
export async function giveMicrophone(page: Page, frequency: number): Promise<void> {
  await page.addInitScript(
    (tone) => {
      navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext();
        const microphone = context.createMediaStreamDestination();
        const voice = new OscillatorNode(context, { frequency: tone.frequency });
        voice.connect(new GainNode(context, { gain: tone.amplitude })).connect(microphone);
        voice.start();
        return microphone.stream;
      };
    },
    { frequency, amplitude: AMPLITUDE },
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      server.close(() => resolve(port));
    });
  });
}
