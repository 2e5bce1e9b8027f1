import { CLICK_TAP, CLICK_TAP_SOURCE } from "./click-tap";

/**
 * Runs in a page before the page's own scripts: notes each press of a button or of `L` by the event's own time stamp, and the first
 * sound on each side of what is connected to the loudspeaker. The tap's module is loaded before the page's own ones, which costs the
 * page a few milliseconds, never the other way round.
 */

/** What a page's person did and what its last audio node gave out, on one clock: epoch milliseconds. */
export type Heard = { askedAt: number | null; left: number | null; right: number | null };

declare global {
  interface Window {
    clickToSound: Heard;
  }
}

const NOTHING: Heard = { askedAt: null, left: null, right: null };

function noteAsking({ timeStamp }: Event): void {
  window.clickToSound = { ...NOTHING, askedAt: performance.timeOrigin + timeStamp };
}

window.clickToSound = { ...NOTHING };
addEventListener("click", noteAsking, { capture: true });
addEventListener("keydown", (event) => event.key === "l" && noteAsking(event), { capture: true });

const addModule = AudioWorklet.prototype.addModule;
const tapped = new WeakMap<AudioWorklet, Promise<void>>();
AudioWorklet.prototype.addModule = async function (...module) {
  const url = URL.createObjectURL(new Blob([CLICK_TAP_SOURCE], { type: "text/javascript" }));
  const tap = tapped.get(this) ?? addModule.call(this, url);
  tapped.set(this, tap);
  await tap;
  return addModule.apply(this, module);
};

const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode | undefined;
const connectTapped = function (this: AudioNode, ...to: unknown[]) {
  const [target] = to;
  if (target instanceof AudioDestinationNode && this instanceof AudioWorkletNode && this.numberOfInputs === 0) {
    const tap = new AudioWorkletNode(this.context, CLICK_TAP);
    tap.port.onmessage = ({ data }: MessageEvent<{ side: number; at: number }>) => {
      window.clickToSound[data.side === 0 ? "left" : "right"] ??= data.at;
    };
    connect.call(this, tap);
    connect.call(tap, target);
  }
  return connect.apply(this, to);
};
AudioNode.prototype.connect = connectTapped as typeof AudioNode.prototype.connect;
