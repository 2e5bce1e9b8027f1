/** What an AudioWorkletGlobalScope has (Web Audio API §1.32); the DOM library of TypeScript knows only the page's side. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new () => AudioWorkletProcessor & {
    process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
  },
): void;
/** Hz of the context. */
declare const sampleRate: number;
/** Seconds of the context's clock at the first sample of the quantum. */
declare const currentTime: number;
