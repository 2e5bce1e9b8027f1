import { decodeMulaw } from "@/lib/audio/g711";
import { createResampler, type Resampler } from "@/lib/audio/resample";
import { CODEC_RATE, type ListenCodec } from "@/lib/contract/headset";

/** Decodes one party's track. `done` is called once a packet: samples at CODEC_RATE, or null where it could not be decoded. */
export type TrackDecoder = {
  decode(bytes: Uint8Array, done: (samples: Int16Array | null) => void): void;
  close(): void;
};

const OPUS: AudioDecoderConfig = { codec: "opus", sampleRate: CODEC_RATE.opus, numberOfChannels: 1 };

/** @returns what this browser decodes, the best first. G.711 always: it is ours. */
export async function supportedCodecs(): Promise<ListenCodec[]> {
  if (typeof AudioDecoder === "undefined") return ["g711"];
  try {
    const { supported } = await AudioDecoder.isConfigSupported(OPUS);
    return supported ? ["opus", "g711"] : ["g711"];
  } catch {
    return ["g711"];
  }
}

export function createTrackDecoder(codec: ListenCodec): TrackDecoder {
  return codec === "opus" ? new OpusTrackDecoder() : { decode: (bytes, done) => done(decodeMulaw(bytes)), close() {} };
}

/** WebCodecs. It answers in order, so what stands before an answer and has none will never get one. */
class OpusTrackDecoder implements TrackDecoder {
  #decoder = this.#create();
  #pending: { timestamp: number; done: (samples: Int16Array | null) => void }[] = [];
  #resampler: { from: number; run: Resampler } | null = null;
  #timestamp = 0;

  decode(bytes: Uint8Array, done: (samples: Int16Array | null) => void): void {
    if (this.#decoder.state === "closed") this.#decoder = this.#create();
    this.#timestamp += 20_000;
    this.#pending.push({ timestamp: this.#timestamp, done });
    try {
      this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: this.#timestamp, data: bytes }));
    } catch {
      this.#giveUp();
    }
  }

  close(): void {
    if (this.#decoder.state !== "closed") this.#decoder.close();
    this.#giveUp();
  }

  #create(): AudioDecoder {
    const decoder = new AudioDecoder({ output: (data) => this.#onData(data), error: () => this.#giveUp() });
    decoder.configure(OPUS);
    return decoder;
  }

  #onData(data: AudioData): void {
    const samples = this.#samplesOf(data);
    const { timestamp } = data;
    data.close();
    // The decoder may round a timestamp to its own sample grid.
    while (this.#pending[0] && this.#pending[0].timestamp <= timestamp + 1000) {
      const { timestamp: own, done } = this.#pending[0];
      this.#pending.shift();
      done(Math.abs(own - timestamp) <= 1000 ? samples : null);
    }
  }

  #samplesOf(data: AudioData): Int16Array {
    const floats = new Float32Array(data.numberOfFrames);
    data.copyTo(floats, { planeIndex: 0, format: "f32-planar" });
    const samples = Int16Array.from(floats, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
    const from = data.sampleRate;
    if (from === CODEC_RATE.opus) return samples;
    if (this.#resampler?.from !== from) this.#resampler = { from, run: createResampler({ from, to: CODEC_RATE.opus }) };
    return this.#resampler.run.process(samples);
  }

  #giveUp(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { done } of pending) done(null);
  }
}
