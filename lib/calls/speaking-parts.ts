import type { Actor, SpeakingMode } from "@/lib/contract/call";
import { AppError } from "@/lib/platform/errors";
import type { SpeakingCommands } from "./commands";
import type { CallLine } from "./line";
import type { ModeControl } from "./mode-control";
import type { WhisperTone } from "./whisper-tone";

/** What a supervisor's voice needs of its call. */
export type SpeakingParts = { line: CallLine; modes: ModeControl; tone: WhisperTone };

export type SpeakingRequest = {
  speakingId: number;
  mode: SpeakingMode;
  by: Actor;
  connectionId: string;
  onClosed: Parameters<SpeakingCommands["start"]>[0]["onClosed"];
  /** Nothing of it is taken any more; comes before everything else that its end causes. */
  onShut: () => void;
};

/** @throws AppError UNAVAILABLE, WRONG_STATE, GATEWAY */
export function mustBeAbleToSpeak({ line, mode }: { line: CallLine; mode: SpeakingMode }): void {
  if (!line.gateway.capabilities.liveVoice)
    throw new AppError("UNAVAILABLE", {
      message: `${line.gateway.name} takes no live voice`,
      userMessage: "This telephone system does not take a supervisor's own voice.",
    });
  if (line.over.aborted || line.call.state !== "CONNECTED")
    throw new AppError("WRONG_STATE", {
      message: `the call is ${line.call.state}`,
      userMessage: "The caller and the agent are not connected.",
    });
  if (!line.isMonitored())
    throw new AppError("GATEWAY", {
      message: "out of reach",
      userMessage: "The telephone system is out of reach at the moment. Try again when the call is monitored again.",
      retryable: true,
    });
  if (mode === "whisper" && line.isHeldBy("agent"))
    throw new AppError("WRONG_STATE", {
      message: "the agent has the call on hold",
      userMessage: "The agent has the call on hold and hears nobody. Try again when it is taken back.",
      retryable: true,
    });
}
