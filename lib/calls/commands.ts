import type { Actor, Mode, SpeakingEnd, SpeakingMode } from "@/lib/contract/call";
import type { SpeakFrame } from "@/lib/contract/headset";
import type { CallId, UserId } from "@/lib/contract/ids";
import type { Floor, SpeakFault } from "@/lib/contract/speaking";

/** What people may do to a call. Rights are checked before (realtime/on-command); state and gateway are checked here. */
export interface CallCommands {
  /** @returns the confirmed mode. @throws AppError NOT_FOUND, WRONG_STATE, CONFLICT (a whisper is being spoken), GATEWAY, TIMEOUT */
  setMode(request: { callId: CallId; mode: Mode; by: Actor }): Promise<Mode>;
  leave(request: { callId: CallId; by: Actor }): Promise<void>;
  end(request: { callId: CallId; by: Actor }): Promise<void>;
}

type OnFloor = { callId: CallId; by: Actor };

/** The one place of a call from which a supervisor may speak. @throws AppError NOT_FOUND, WRONG_STATE, CONFLICT (who holds it) */
export interface FloorCommands {
  claim(request: OnFloor): Floor;
  /** Tells the holder; free, it is claimed at once. */
  ask(request: OnFloor): Floor;
  /** To who asked. The holder's microphone closes first. */
  handOver(request: OnFloor): Promise<Floor>;
  release(request: OnFloor): Promise<Floor>;
  /**
   * All of a person's rights on calls are gone, or nobody of them is there any more: on every call what they asked for is taken
   * back, their microphone closes at once, and the floor that they held is who asked's, else free. Never throws.
   */
  leave(request: { userId: UserId; reason: SpeakingEnd }): void;
}

/** A supervisor's own voice, from one of their connections. */
export interface SpeakingCommands {
  /**
   * Claims the floor, has `mode` confirmed, opens the voice. `connectionId`: whose frames are taken, and with whose end it closes.
   * `onClosed` is called once, for every end, also one that was asked for.
   * @returns the number that its frames carry. @throws AppError NOT_FOUND, WRONG_STATE, CONFLICT (another speaks, an AI whisper is
   * being spoken), GATEWAY, TIMEOUT, UNAVAILABLE (the telephone system takes no live voice)
   */
  start(request: {
    callId: CallId;
    mode: SpeakingMode;
    by: Actor;
    connectionId: string;
    onClosed: (end: { speakingId: number; reason: SpeakingEnd; message: string }) => void;
  }): Promise<{ speakingId: number; mode: SpeakingMode }>;
  /** Closes the microphone before it returns; resolves when the mode is what it was before, or spy. */
  stop(request: { callId: CallId; by: Actor; connectionId: string }): Promise<void>;
  /** Fifty times a second: neither waits nor throws. @returns why it was not taken; null: it was */
  frame(request: { connectionId: string; frame: SpeakFrame }): SpeakFault | null;
  /** A connection is gone, or its rights are: its microphone closes at once, and the floor that was spoken from it is free. */
  drop(request: { connectionId: string; reason: SpeakingEnd }): void;
}
