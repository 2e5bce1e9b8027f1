import type { ClipRef } from "@/lib/contract/coaching";

/** Synthesised speech, s16le mono, SAMPLE_RATE Hz. `hash` is the hex SHA-256 of the sample bytes. */
export type Clip = ClipRef & { text: string; voice: string; samples: Int16Array };

export type SynthesisRequest = {
  text: string;
  /** One of `voices`; default: the first. */
  voice?: string;
  signal?: AbortSignal;
};

/** Port: text → audio. Providers in providers/. */
export interface Synthesizer {
  readonly name: string;
  readonly voices: readonly string[];
  /** @returns samples at SAMPLE_RATE Hz. @throws SynthesisError */
  synthesize(request: SynthesisRequest): Promise<{ samples: Int16Array; voice: string }>;
  close(): Promise<void>;
}

export class SynthesisError extends Error {
  readonly retryable: boolean;

  constructor(message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "SynthesisError";
    this.retryable = options.retryable ?? false;
  }
}
