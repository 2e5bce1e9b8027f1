import { callIdSchema } from "@/lib/contract/ids";
import { browserParts } from "@/lib/headset/browser-parts";
import { BrowserHeadset } from "@/lib/headset/headset";
import { TAP_SOURCE } from "./listen-tap";

/** The page of the listening benchmark: the product's own headset, with a tap on what goes to the loudspeaker. */

declare global {
  interface Window {
    /** Epoch milliseconds at which a beep left the loudspeaker, as far as the browser knows its sound card. */
    heardAt: number[];
    headsetState: () => unknown;
    listenTo: (callId: string) => Promise<void>;
  }
}

async function tap(context: AudioContext, node: AudioNode): Promise<void> {
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([TAP_SOURCE], { type: "text/javascript" })));
  const worklet = new AudioWorkletNode(context, "bench-tap");
  worklet.port.onmessage = ({ data: onsetSeconds }: MessageEvent<number>) => {
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
    // Before the first sound has come out there is no such pair of times.
    if (contextTime === 0) return;
    window.heardAt.push(performance.timeOrigin + performanceTime + (onsetSeconds - contextTime) * 1000);
  };
  node.connect(worklet).connect(context.destination);
}

window.heardAt = [];
const parts = browserParts();
const headset = new BrowserHeadset({
  ...parts,
  createNode(context, request) {
    const node = parts.createNode(context, request);
    if (request.options.numberOfInputs === 0) void tap(context, node);
    return node;
  },
});
headset.open();
window.headsetState = () => headset.store.getState();
window.listenTo = (callId) => headset.listen(callIdSchema.parse(callId));
