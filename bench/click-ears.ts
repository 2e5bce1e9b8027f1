import type { Page } from "playwright";

/** What a page's person did and what its last audio node gave out, on one clock: epoch milliseconds. */
export type Heard = { askedAt: number | null; left: number | null; right: number | null };

declare global {
  interface Window {
    clickToSound: Heard;
  }
}

const TAP = "bench-click-tap";
/**
 * Tells when each side begins to sound: above −50 dBFS after 100 ms below. It renders in the same turn as the node that it listens
 * to, so `Date.now()` is when that node's sample left it; an AudioWorklet has no finer clock.
 */
const TAP_SOURCE = `
registerProcessor("${TAP}", class extends AudioWorkletProcessor {
  quietSince = [-Infinity, -Infinity];
  process([input]) {
    for (let side = 0; side < input.length; side++)
      for (let at = 0; at < input[side].length; at++) {
        if (Math.abs(input[side][at]) < 0.003) continue;
        if (currentFrame - this.quietSince[side] > sampleRate / 10) this.port.postMessage({ side, at: Date.now() });
        this.quietSince[side] = currentFrame;
        break;
      }
    return true;
  }
});`;

/**
 * Before the page is opened: notes each press of a button or of `L` by the event's own time stamp, and the first sound on each side of
 * the node that is connected to the loudspeaker. The tap's module is loaded before the page's own ones, which costs the page a few
 * milliseconds, never the other way round.
 */
export async function listenAtLoudspeaker(page: Page): Promise<void> {
  await page.addInitScript(
    ({ name, source }) => {
      const nothing: Heard = { askedAt: null, left: null, right: null };
      window.clickToSound = { ...nothing };
      const ask = ({ timeStamp }: Event) => {
        window.clickToSound = { ...nothing, askedAt: performance.timeOrigin + timeStamp };
      };
      addEventListener("click", ask, { capture: true });
      addEventListener("keydown", (event) => event.key === "l" && ask(event), { capture: true });

      const addModule = AudioWorklet.prototype.addModule;
      const tapped = new WeakMap<AudioWorklet, Promise<void>>();
      AudioWorklet.prototype.addModule = async function (...module) {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const tap = tapped.get(this) ?? addModule.call(this, url);
        tapped.set(this, tap);
        await tap;
        return addModule.apply(this, module);
      };
      const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode | undefined;
      const withTap = function (this: AudioNode, ...to: unknown[]) {
        const [target] = to;
        if (target instanceof AudioDestinationNode && this instanceof AudioWorkletNode && this.numberOfInputs === 0) {
          const tap = new AudioWorkletNode(this.context, name);
          tap.port.onmessage = ({ data }: MessageEvent<{ side: number; at: number }>) => {
            window.clickToSound[data.side === 0 ? "left" : "right"] ??= data.at;
          };
          connect.call(this, tap);
          connect.call(tap, target);
        }
        return connect.apply(this, to);
      };
      AudioNode.prototype.connect = withTap as typeof AudioNode.prototype.connect;
    },
    { name: TAP, source: TAP_SOURCE },
  );
}

/** Waits until both sides sound. @returns milliseconds from the press to the later side's first sample. @throws after 15 s of silence */
export async function waitForBothSides(page: Page): Promise<number> {
  const isHeard = () => window.clickToSound.left !== null && window.clickToSound.right !== null;
  await page.waitForFunction(isHeard, undefined, { timeout: 15_000 });
  const { askedAt, left, right } = await page.evaluate(() => window.clickToSound);
  if (askedAt === null || left === null || right === null) throw new Error("sound that nobody asked for");
  return Math.max(left, right) - askedAt;
}
