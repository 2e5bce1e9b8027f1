import type { Page } from "@playwright/test";

/** What a page sends to its loudspeaker, by ear: an analyser on each side of whatever is connected to an audio destination. */

const FFT_SIZE = 8192;

type Ears = { context: AudioContext; sides: AnalyserNode[] };
declare global {
  interface Window {
    earshotEars?: Ears[];
  }
}

/** To be called before the page is opened. */
export async function tapLoudspeaker(page: Page): Promise<void> {
  await page.addInitScript((fftSize) => {
    window.earshotEars = [];
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode | undefined;
    const tapped = function (this: AudioNode, ...to: unknown[]) {
      const [target] = to;
      if (target instanceof AudioDestinationNode && this.context instanceof AudioContext) {
        const { context } = this;
        const splitter = context.createChannelSplitter(2);
        const sides = [0, 1].map((side) => {
          const analyser = new AnalyserNode(context, { fftSize, smoothingTimeConstant: 0 });
          splitter.connect(analyser, side);
          return analyser;
        });
        // Mono goes to both sides, as it does at a loudspeaker.
        const stereo = new GainNode(context, { channelCount: 2, channelCountMode: "explicit" });
        connect.call(this, stereo);
        connect.call(stereo, splitter);
        window.earshotEars?.push({ context, sides });
      }
      return connect.apply(this, to);
    };
    AudioNode.prototype.connect = tapped as typeof AudioNode.prototype.connect;
  }, FFT_SIZE);
}

export type Loudness = { left: number; right: number };
export const SILENCE: Loudness = { left: -200, right: -200 };

/** @returns how loud each frequency (Hz) is at this moment on each side, dBFS of a sine; −200: nothing at all. */
export function hearTones(page: Page, frequencies: readonly number[]): Promise<Loudness[]> {
  return page.evaluate((wanted) => {
    const loudest = (frequency: number, side: number) => {
      const found = (window.earshotEars ?? []).map(({ context, sides }) => {
        const analyser = sides[side];
        if (!analyser || context.state !== "running") return -200;
        const bins = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(bins);
        const at = Math.round((frequency * analyser.fftSize) / context.sampleRate);
        return Math.max(...bins.subarray(at - 2, at + 3));
      });
      return Math.max(-200, ...found);
    };
    return wanted.map((frequency) => ({ left: loudest(frequency, 0), right: loudest(frequency, 1) }));
  }, frequencies);
}
