import { MICROPHONE_WORKLET, type MicrophoneFrame, type ToMicrophone } from "../worklet-messages";
import { MicrophoneGate } from "./microphone-gate";

/** Mono in, nothing out: frames go to the sink's port, levels to the page. */
class MicrophoneProcessor extends AudioWorkletProcessor {
  #sink: MessagePort | null = null;
  readonly #gate = new MicrophoneGate({
    contextRate: sampleRate,
    wallClock: () => Date.now(),
    post: (message) => this.port.postMessage(message),
    send: (frame) => this.#send(frame),
  });

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ToMicrophone>) => {
      const message = event.data;
      if (message.type === "open") this.#gate.open();
      else if (message.type === "cut") this.#gate.cut();
      else this.#sendTo(message.port);
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples) this.#gate.hear(samples);
    return true;
  }

  #sendTo(port: MessagePort): void {
    this.#sink = port;
    // The worker closes it, too: it is the first to know that the server does.
    port.onmessage = (event: MessageEvent<ToMicrophone>) => {
      if (event.data.type === "cut") this.#gate.cut();
    };
  }

  #send(frame: MicrophoneFrame): void {
    (this.#sink ?? this.port).postMessage(frame, [frame.samples.buffer]);
  }
}

registerProcessor(MICROPHONE_WORKLET, MicrophoneProcessor);
