import type { SpeakingMode } from "@/lib/contract/call";
import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId } from "@/lib/contract/ids";

/** Between the page and its audio worker. */
export type ToWorker =
  /** Where decoded frames go. */
  | { type: "playback"; port: MessagePort }
  /** Where the microphone's frames come from. */
  | { type: "microphone"; port: MessagePort }
  /** Somebody may want to listen soon. */
  | { type: "prepare" }
  | { type: "listen"; callId: CallId }
  | { type: "unlisten" }
  | { type: "speak"; requestId: number; callId: CallId; mode: SpeakingMode }
  | { type: "unspeak" }
  | { type: "close" };

export type FromWorker =
  | {
      type: "listening";
      /** `ended`: by the server, for good. */
      state: "starting" | "live" | "interrupted" | "failed" | "ended";
      callId: CallId;
      codec: ListenCodec | null;
      perPartyAudio: boolean;
      detail: string | null;
    }
  /**
   * `open`: the mode is confirmed, frames go out as soon as the page opens the microphone; told again with a `detail` while
   * they may not be heard, and without one when they are. `closed`: for good.
   */
  | { type: "speaking"; requestId: number; state: "open" | "closed"; detail: string | null }
  /** Server clock − browser clock, milliseconds. */
  | { type: "clock"; offsetMs: number };
