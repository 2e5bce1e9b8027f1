import { InferenceSession, Tensor } from "onnxruntime-node";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { CONTEXT_SAMPLES, WINDOW_SAMPLES } from "./constants";

/** @returns the probability (0…1) that the next WINDOW_SAMPLES of a stream are speech. Called in the stream's order. */
export type VoiceDetector = (window: Int16Array) => Promise<number>;

const STATE_DIMS = [2, 1, 128];
const STATE_SIZE = 256;

/** Silero VAD v5 (snakers4/silero-vad), one session for all streams; the recurrent state is each stream's own. */
export class SileroModel {
  readonly #session: InferenceSession;
  readonly #rate = new Tensor("int64", BigInt64Array.of(BigInt(SAMPLE_RATE)), []);

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async load(path: string): Promise<SileroModel> {
    return new SileroModel(await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 }));
  }

  detector(): VoiceDetector {
    const input = new Float32Array(CONTEXT_SAMPLES + WINDOW_SAMPLES);
    let state = new Float32Array(STATE_SIZE);
    return async (window) => {
      input.copyWithin(0, WINDOW_SAMPLES);
      for (let at = 0; at < WINDOW_SAMPLES; at++) input[CONTEXT_SAMPLES + at] = (window[at] ?? 0) / 32_768;
      const feeds = {
        input: new Tensor("float32", input, [1, input.length]),
        state: new Tensor("float32", state, STATE_DIMS),
        sr: this.#rate,
      };
      const { output, stateN } = await this.#session.run(feeds);
      if (stateN?.data instanceof Float32Array) state = Float32Array.from(stateN.data);
      return Number(output?.data[0] ?? 0);
    };
  }
}
