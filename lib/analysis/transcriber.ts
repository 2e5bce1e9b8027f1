import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { TranscriptionLevel, Utterance } from "@/lib/contract/transcript";

/** What a transcriber says of one stream. Times are positions on the call's audio clock. */
export type TranscriberEvents = {
  voice: (event: { callId: CallId; party: Party; speaking: boolean; atMs: number }) => void;
  /** Partials carry the id of the final that replaces them. */
  utterance: (event: { callId: CallId; utterance: Utterance }) => void;
  /** A partial line that came to nothing. */
  dropped: (event: { callId: CallId; party: Party; utteranceId: Utterance["utteranceId"] }) => void;
  level: (event: { level: TranscriptionLevel; detail: string }) => void;
};

/** Port: streaming speech-to-text with voice activity, one stream a party. Nothing in it runs on the caller's thread. */
export interface Transcriber {
  readonly name: string;
  readonly level: TranscriptionLevel;
  readonly levelDetail: string;
  /** Loads models. Resolves also where they are missing: `level` is then `unavailable` and `levelDetail` says what to do. */
  start(): Promise<void>;
  stop(): Promise<void>;
  open(stream: { callId: CallId; party: Party }): void;
  /** Takes the frame over (its samples may be transferred). Never waits. */
  push(callId: CallId, frame: AudioFrame): void;
  /** Ends the stream; what was being said is decoded as a last final. Resolves once it has been emitted. */
  close(stream: { callId: CallId; party: Party }): Promise<void>;
  on<E extends keyof TranscriberEvents>(event: E, listener: TranscriberEvents[E]): () => void;
}
