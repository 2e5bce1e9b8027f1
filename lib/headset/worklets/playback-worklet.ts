import { type FromPlayback, PLAYBACK_WORKLET, type ToPlayback } from "../worklet-messages";
import { PlaybackMixer } from "./playback-mixer";

/** Stereo out, no input: caller left, agent right. */
class PlaybackProcessor extends AudioWorkletProcessor {
  readonly #mixer = new PlaybackMixer({
    contextRate: sampleRate,
    wallClock: () => Date.now(),
    post: (message: FromPlayback) => this.port.postMessage(message),
  });

  constructor() {
    super();
    this.#listen(this.port);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? [];
    if (left && right) this.#mixer.render(left, right, currentTime * 1000);
    return true;
  }

  #listen(port: MessagePort): void {
    port.onmessage = (event: MessageEvent<ToPlayback>) => {
      if (event.data.type === "source") this.#listen(event.data.port);
      else this.#mixer.handle(event.data, currentTime * 1000);
    };
  }
}

registerProcessor(PLAYBACK_WORKLET, PlaybackProcessor);
