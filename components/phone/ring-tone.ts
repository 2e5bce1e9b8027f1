/** `ring`: somebody calls. `ringback`: the other phone rings. Frequencies Hz, times seconds. */
const TONES = {
  ring: { frequencies: [587, 784], onSeconds: 0.9, everySeconds: 2.6, gain: 0.09 },
  ringback: { frequencies: [425], onSeconds: 1, everySeconds: 4, gain: 0.04 },
} as const;
const FADE_SECONDS = 0.02;
/** No phone rings for longer. */
const LONGEST_SECONDS = 600;

/** A ring made by the browser itself. @returns a function that ends it; nothing sounds where the browser forbids it */
export function ring(kind: keyof typeof TONES): () => void {
  if (typeof AudioContext === "undefined") return () => undefined;
  const { frequencies, onSeconds, everySeconds, gain } = TONES[kind];
  const context = new AudioContext();
  const level = context.createGain();
  level.gain.value = 0;
  level.connect(context.destination);
  for (let start = context.currentTime; start < LONGEST_SECONDS; start += everySeconds) {
    level.gain.setTargetAtTime(gain, start, FADE_SECONDS);
    level.gain.setTargetAtTime(0, start + onSeconds, FADE_SECONDS);
  }
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(level);
    oscillator.start();
  }
  return () => void context.close().catch(() => undefined);
}
