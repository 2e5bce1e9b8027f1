import type { CallView } from "@/lib/contract/call-view";
import type { CallId, UserId } from "@/lib/contract/ids";
import type { AuditRow } from "@/lib/history/record-batch";
import type { RecordingPiece } from "@/lib/history/recording-file";
import type { RewindPiece } from "@/lib/history/rewind-log";
import { AppError } from "@/lib/platform/errors";
import { existingSingleton, singleton } from "@/lib/platform/singleton";
import type { Health } from "./health";

/** What Next's route handlers may ask of the running engine, which lives in another module graph of the same process. */
export type Runtime = {
  health(): Promise<Health>;
  metrics(): Promise<{ contentType: string; text: string }>;
  /** Live and just-ended calls. */
  liveCall(callId: CallId): CallView | null;
  liveCalls(): CallView[];
  /**
   * What a live call's recording has since `sinceMs` on its audio clock, at most the last `seconds`, as a stereo WAV (left caller,
   * right agent) with the position of its first sample; null where it is not recorded now.
   */
  recordingPiece(
    callId: CallId,
    options: { seconds: number; sinceMs?: number | undefined },
  ): Promise<RecordingPiece | null>;
  /** A synthesised clip as a mono WAV; null where it is not known any more. */
  clip(hash: string): Promise<Uint8Array | null>;
  audit(row: AuditRow): void;
  /** Somebody was given a piece of a live call to hear again. */
  rewound(piece: RewindPiece): void;
  /** Whether a request for a recording is the first of a player, not one of the pieces that follow. */
  beginsListening(request: { userId: UserId; callId: CallId }): boolean;
  recordingsDir: string;
};

const NAME = "runtime";

export function provideRuntime(runtime: Runtime): void {
  singleton(NAME, () => runtime);
}

/** @throws AppError UNAVAILABLE where pages run without the engine (a build, a test of a page). */
export function runtime(): Runtime {
  const found = existingSingleton<Runtime>(NAME);
  if (found) return found;
  throw new AppError("UNAVAILABLE", { message: "the engine is not running in this process", retryable: true });
}
