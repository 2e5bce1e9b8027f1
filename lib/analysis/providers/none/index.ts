import type { Transcriber } from "../../transcriber";

/** For installations that want no speech-to-text: every stream is silent, and the screen says why. */
export class NoTranscriber implements Transcriber {
  readonly name = "none";
  readonly level = "unavailable";
  readonly levelDetail = "Transcription is turned off (STT_PROVIDER=none).";

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  open(): void {}
  push(): void {}
  async close(): Promise<void> {}
  on(): () => void {
    return () => {};
  }
}
