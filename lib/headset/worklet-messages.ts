import type { BufferedFrame } from "@/lib/audio/jitter-buffer";
import type { Party } from "@/lib/contract/call";

/** Between page, worker and the two worklets: our own threads of one page, so nothing is parsed again. */
export const PLAYBACK_WORKLET = "earshot-playback";
export const MICROPHONE_WORKLET = "earshot-microphone";

/** 20 ms to play: channels caller and agent, or one channel for both ears. Another `streamId` begins anew. */
export type PlayFrame = BufferedFrame & {
  type: "frame";
  streamId: number;
  /** Hz. */
  rate: number;
  /** Server's clock of its arrival from the gateway, epoch milliseconds; 0: not known. */
  heardAt: number;
};

export type ToPlayback =
  | PlayFrame
  | { type: "gain"; gains: Record<Party, number> }
  /** Frames come over this port, too: straight from the worker. */
  | { type: "source"; port: MessagePort }
  /** Nothing is heard any more; what is held is forgotten. */
  | { type: "stop" }
  /** Plays this stretch instead of what is live; `append`: after the one before. Channels caller, agent. */
  | { type: "replay"; replayId: number; atMs: number; rate: number; samples: Int16Array[]; append: boolean }
  | { type: "replay-rate"; rate: number }
  | { type: "live" };

export type FromPlayback =
  /** At most 20 a second. Peak amplitudes 0…1 before volume and mute. */
  | { type: "levels"; caller: number; agent: number }
  /** About twice a second while frames come. */
  | {
      type: "stats";
      streamId: number;
      bufferMs: number;
      targetMs: number;
      lossPercent: number;
      /** Our clock at the first sample of the last frame − its heardAt, smoothed; null where not known. */
      playedAfterMs: number | null;
      /** Call's clock of what is live. */
      positionMs: number;
    }
  /** Five times a second while replaying. `leftMs`: of what was given. */
  | { type: "replaying"; replayId: number; positionMs: number; leftMs: number; liveMs: number | null };

/** `sink`: open frames go to this port instead of the node's own. */
export type ToMicrophone = { type: "sink"; port: MessagePort } | { type: "open" } | { type: "cut" };

export type FromMicrophone =
  /** At most 20 a second, open or not. Peak 0…1. */
  { type: "level"; peak: number } | MicrophoneFrame;

/** 20 ms, FRAME_SAMPLES at SAMPLE_RATE. */
export type MicrophoneFrame = { type: "microphone"; samples: Int16Array; capturedAt: number };
