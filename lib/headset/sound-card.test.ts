import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { SoundCard } from "./sound-card";
import { FakeBrowser } from "./testing/fake-browser";
import type { ToPlayback } from "./worklet-messages";

/** Guards that of all AudioContexts a page ever made at most one is left open, whatever overtakes what. */

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser({ clock: new FakeClock() });
});
afterEach(() => browser.close());

type Load = { succeed: () => void; fail: () => void };

/** A card whose worklets come when the test says so, one entry of `loads` for each context. */
function slowCard() {
  const loads: Load[] = [];
  const got: { load: number; message: ToPlayback }[] = [];
  const contexts: AudioContext[] = [];
  const createContext = () => {
    const loading = new Promise<void>((succeed, reject) => {
      loads.push({ succeed, fail: () => reject(new DOMException("Not loaded.", "AbortError")) });
    });
    const context = Object.assign(browser.parts.createContext(), { audioWorklet: { addModule: () => loading } });
    contexts.push(context);
    return context;
  };
  const createNode: typeof browser.parts.createNode = (context, request) => {
    const node = browser.parts.createNode(context, request);
    const load = contexts.indexOf(context);
    node.port.postMessage = (message: ToPlayback) => void got.push({ load, message });
    return node;
  };
  const parts = { ...browser.parts, createContext, createNode };
  const card = new SoundCard({ parts, onMessage: () => undefined, onRunning: () => undefined });
  return { card, loads, got };
}
const left = () =>
  browser.contexts.map(({ state }, at) => (state === "closed" ? null : at)).filter((at) => at !== null);

it("lets a failed opening from before a close not forget the newer one", async () => {
  const { card, loads } = slowCard();
  const first = card.open();
  await card.close();
  const second = card.open();
  loads[0]?.fail();
  await expect(first).rejects.toThrow();
  const third = card.open();
  loads[1]?.succeed();
  expect(await third).toBe(await second);
  expect(left()).toEqual([1]);
  await card.close();
  expect(left()).toEqual([]);
});

it("lets an opening that was closed meanwhile not take the newer one's place", async () => {
  const { card, loads, got } = slowCard();
  const first = card.open();
  await card.close();
  const second = card.open();
  loads[1]?.succeed();
  await second;
  loads[0]?.succeed();
  await expect(first).rejects.toThrow("closed");
  card.send({ type: "stop" });
  expect(got).toEqual([{ load: 1, message: { type: "stop" } }]);
  expect(left()).toEqual([1]);
});

it("closes what could not be opened, and opens another when asked again", async () => {
  const { card, loads } = slowCard();
  const first = card.open();
  loads[0]?.fail();
  await expect(first).rejects.toThrow("Not loaded.");
  expect(left()).toEqual([]);
  const second = card.open();
  loads[1]?.succeed();
  await second;
  expect(left()).toEqual([1]);
});
