import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { sine } from "@/lib/audio/goertzel";
import { encodeWav } from "@/lib/audio/wav";
import { findBrowser } from "../scripts/steps.mjs";

const RATE = 48_000;
/** Syllables: noise suppression takes a tone that never ends for a fan. */
const ON_MS = 180;
const OFF_MS = 120;
const SYLLABLES = 40;

/** @returns a WAV file of short tones of this frequency, Hz; a whole number of periods each, so that it can be looped. */
function toneFile(frequency: number): string {
  const path = join(mkdtempSync(join(tmpdir(), "earshot-microphone-")), `${frequency}.wav`);
  const on = sine({ frequency, sampleRate: RATE, durationMs: ON_MS, amplitude: 0.4 });
  const period = on.length + (RATE * OFF_MS) / 1000;
  const samples = new Int16Array(period * SYLLABLES);
  for (let at = 0; at < SYLLABLES; at++) samples.set(on, at * period);
  writeFileSync(path, encodeWav({ sampleRate: RATE, channels: [samples] }));
  return path;
}

/** A browser of its own whose microphone says nothing but one tone, Hz. */
export function openBrowserWithMicrophone(frequency: number): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--autoplay-policy=no-user-gesture-required",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${toneFile(frequency)}`,
    ],
  });
}
