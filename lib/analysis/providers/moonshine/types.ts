/** Messages between the main thread and its workers. A stream is one party of one call, numbered by the main thread. */

export type ModelSize = "tiny" | "base";

export type IngestRequest =
  | { type: "open"; stream: number; utterancePrefix: string; firstOrdinal: number }
  | { type: "frame"; stream: number; atMs: number; samples: Int16Array }
  | { type: "close"; stream: number }
  /** Partials no more often than this; null: none. */
  | { type: "partials"; everyMs: number | null };

/** A stretch of speech to be decoded. Times are on the call's audio clock and exclude the padding. */
export type Piece = {
  stream: number;
  utteranceId: string;
  /** Counts the utterances of the stream from 1. */
  ordinal: number;
  final: boolean;
  /** A partial in a pause that may be the end: decoded like a final, whose words it is if nothing more is said. */
  early: boolean;
  startMs: number;
  endMs: number;
  samples: Int16Array;
};

export type IngestReply =
  | { type: "ready" }
  | { type: "voice"; stream: number; speaking: boolean; atMs: number }
  | { type: "piece"; piece: Piece }
  | { type: "closed"; stream: number };

export type DecodeRequest = { type: "decode"; job: number; model: ModelSize; samples: Int16Array };

export type DecodeReply =
  | { type: "ready" }
  | { type: "decoded"; job: number; text: string; decodeMs: number }
  | { type: "failed"; job: number; message: string };
