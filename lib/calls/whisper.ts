import type { Mode } from "@/lib/contract/call";
import type { WhisperProof } from "@/lib/contract/coaching";
import type { PlayResult } from "@/lib/telephony/gateway";
import { describeFailure } from "./command-error";
import type { CallLine } from "./line";
import type { ModeControl } from "./mode-control";
import type { CallWhisperOutcome, CallWhisperRequest } from "./types";

const NOTHING_SENT: WhisperProof = {
  modeBefore: null,
  modeDuring: null,
  modeAfter: null,
  callerClear: null,
  playedMs: 0,
};

/** @returns a whisper that did not happen, and why, for people. */
export function whisperFailed(detail: string, proof: Partial<WhisperProof> = {}): CallWhisperOutcome {
  return { outcome: "failed", detail: detail.slice(0, 300), proof: { ...NOTHING_SENT, ...proof } };
}

/**
 * Speaks one clip into the agent's ear: whisper mode asked for and confirmed, the clip played in it and in nothing else,
 * then the mode from before (spy where none was known, or where anything was in doubt). Never rejects. Must run inside
 * `modes.alone`.
 */
export async function deliverWhisper(
  parts: { line: CallLine; modes: ModeControl },
  request: CallWhisperRequest,
): Promise<CallWhisperOutcome> {
  const { call, isMonitored } = parts.line;
  const modeBefore = call.mode;
  if (request.signal.aborted)
    return { ...whisperFailed("stopped before it began", { modeBefore }), outcome: "interrupted" };
  if (call.state !== "CONNECTED") return whisperFailed("The caller and the agent are not connected.", { modeBefore });
  if (!isMonitored()) return whisperFailed("The telephone system is out of reach; nothing was sent.", { modeBefore });
  try {
    await parts.modes.change({ mode: "whisper", by: request.by, isPassing: true });
  } catch (error) {
    const modeAfter = await goBack(parts, "spy");
    const { message } = describeFailure(error);
    return whisperFailed(`Whisper mode was not confirmed, nothing was sent: ${message}`, { modeBefore, modeAfter });
  }
  const told = await playInWhisper(parts.line, request);
  const isInDoubt = told.outcome === "failed";
  const modeAfter = await goBack(parts, isInDoubt ? "spy" : (modeBefore ?? "spy"));
  const { outcome, detail, modeDuring, callerClear, playedMs } = told;
  return { outcome, detail, proof: { modeBefore, modeDuring, modeAfter, callerClear, playedMs } };
}

type Told = Pick<WhisperProof, "modeDuring" | "callerClear" | "playedMs"> & Omit<CallWhisperOutcome, "proof">;

async function playInWhisper({ call, gateway }: CallLine, request: CallWhisperRequest): Promise<Told> {
  const strayed: (Mode | null)[] = [];
  if (call.mode !== "whisper") strayed.push(call.mode);
  const stopListening = call.on("mode", (mode) => strayed.push(mode));
  const result: PlayResult =
    strayed.length > 0
      ? { outcome: "refused", playedMs: 0, code: "MODE_MISMATCH", message: "the mode changed before the first word" }
      : await call.play({
          samples: request.samples,
          mode: "whisper",
          signal: request.signal,
          onStarted: request.onSpeaking,
        });
  stopListening();
  const { playedMs } = result;
  const wasWhisperThroughout = strayed.length === 0 && call.mode === "whisper";
  if (wasWhisperThroughout && (result.outcome === "played" || result.outcome === "interrupted")) {
    const outcome = result.outcome === "played" ? "spoken" : "interrupted";
    return { outcome, detail: result.message, modeDuring: "whisper", callerClear: true, playedMs };
  }
  // A gateway that enforces modes has refused what came after the change; one that does not may have let it through.
  const isLeakKnown = playedMs > 0 && strayed.includes("barge") && !gateway.capabilities.serverSideModes;
  return {
    outcome: "failed",
    detail: failureDetail(result, strayed).slice(0, 300),
    modeDuring: wasWhisperThroughout ? "whisper" : (strayed.at(-1) ?? null),
    callerClear: isLeakKnown ? false : null,
    playedMs,
  };
}

function failureDetail(result: PlayResult, strayed: readonly (Mode | null)[]): string {
  if (result.code === "CALL_CLOSED") return "The call ended while the whisper was being spoken.";
  if (strayed.length > 0 && strayed.at(-1) !== null)
    return `The mode changed to ${strayed.at(-1)} during the whisper, so it was stopped.`;
  if (strayed.length > 0 || result.code === "CONNECTION_LOST")
    return "Contact with the call was lost during the whisper; how much of it was heard is not known.";
  return `The telephone system did not play the whisper: ${result.message ?? result.code ?? "no reason given"}`;
}

/** @returns the mode confirmed afterwards; null where none is known. */
async function goBack({ line, modes }: { line: CallLine; modes: ModeControl }, to: Mode): Promise<Mode | null> {
  const targets: readonly Mode[] = to === "spy" ? ["spy"] : [to, "spy"];
  for (const mode of targets) {
    if (line.over.aborted || line.call.state !== "CONNECTED" || !line.isMonitored()) return null;
    if (line.call.mode === mode) return mode;
    try {
      return await modes.change({ mode, by: { kind: "system" }, isPassing: mode !== "spy" });
    } catch {
      // Published by `change`; the next target, and then the handle's own settling, go on trying.
    }
  }
  return line.call.mode;
}
