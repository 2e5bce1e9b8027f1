export const CLICK_TAP = "bench-click-tap";

/**
 * An AudioWorklet that tells when each side begins to sound: above −50 dBFS after 100 ms below. It renders in the same turn as the node
 * that it listens to, so `Date.now()` is when that node's sample left it; a worklet has no finer clock. It passes nothing on.
 */
export const CLICK_TAP_SOURCE = `
registerProcessor("${CLICK_TAP}", class extends AudioWorkletProcessor {
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
