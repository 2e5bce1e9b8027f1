/**
 * An AudioWorklet that tells the context time (seconds) of the first sample of each beep: above −30 dBFS after 100 ms below. It
 * passes nothing on.
 */
export const TAP_SOURCE = `
registerProcessor("bench-tap", class extends AudioWorkletProcessor {
  quietSince = 0;
  process([input]) {
    for (const channel of input.slice(0, 1))
      for (let at = 0; at < channel.length; at++) {
        if (Math.abs(channel[at]) < 0.03) continue;
        const frame = currentFrame + at;
        if (frame - this.quietSince > sampleRate / 10) this.port.postMessage(frame / sampleRate);
        this.quietSince = frame;
      }
    return true;
  }
});`;
