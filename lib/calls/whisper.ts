import type { Mode } from "@/lib/contract/call";
import type { WhisperProof } from "@/lib/contract/coaching";
import type { GatewayCapabilities, PlayResult } from "@/lib/telephony/gateway";
import { describeFailure } from "./command-error";
import type { CallLine } from "./line";
import type { ModeControl } from "./mode-control";
import type { CallWhisperOutcome, CallWhisperRequest } from "./types";
import type { WhisperTone } from "./whisper-tone";

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
  parts: { line: CallLine; modes: ModeControl; tone: WhisperTone },
  request: CallWhisperRequest,
): Promise<CallWhisperOutcome> {
  const { call, isMonitored, isHeldBy } = parts.line;
  const modeBefore = call.mode;
  if (request.signal.aborted)
    return { ...whisperFailed("stopped before it began", { modeBefore }), outcome: "interrupted" };
  if (call.state !== "CONNECTED") return whisperFailed("The caller and the agent are not connected.", { modeBefore });
  if (!isMonitored()) return whisperFailed("The telephone system is out of reach; nothing was sent.", { modeBefore });
  if (isHeldBy("agent"))
    return whisperFailed("The agent has the call on hold and hears nobody; nothing was sent.", { modeBefore });
  const wantedTone = parts.tone.wanted();
  try {
    await parts.modes.change({ mode: "whisper", by: request.by, isPassing: true });
  } catch (error) {
    const modeAfter = await parts.modes.goBack("spy");
    const { message } = describeFailure(error);
    return whisperFailed(`Whisper mode was not confirmed, nothing was sent: ${message}`, { modeBefore, modeAfter });
  }
  const told = await playInWhisper(parts.line, { ...request, tone: wantedTone });
  const isInDoubt = told.outcome === "failed";
  const modeAfter = await parts.modes.goBack(isInDoubt ? "spy" : (modeBefore ?? "spy"));
  const { outcome, detail, modeDuring, callerClear, playedMs } = told;
  return { outcome, detail, proof: { modeBefore, modeDuring, modeAfter, callerClear, playedMs } };
}

type Told = Pick<WhisperProof, "modeDuring" | "callerClear" | "playedMs"> & Omit<CallWhisperOutcome, "proof">;

async function playInWhisper(
  { call, gateway }: CallLine,
  request: CallWhisperRequest & { tone: Promise<Int16Array | null> },
): Promise<Told> {
  const strayed: (Mode | null)[] = [];
  if (call.mode !== "whisper") strayed.push(call.mode);
  const held = new AbortController();
  const stopListening = [
    call.on("mode", (mode) => strayed.push(mode)),
    call.on("hold", ({ party, isHeld }) => {
      if (party === "agent" && isHeld) held.abort();
    }),
  ];
  const signal = AbortSignal.any([request.signal, held.signal]);
  const tone = await request.tone;
  // A clip of its own: it fails nothing, and is no part of what was said.
  if (tone && strayed.length === 0) await call.play({ samples: tone, mode: "whisper", signal });
  const result: PlayResult =
    strayed.length > 0
      ? { outcome: "refused", playedMs: 0, code: "MODE_MISMATCH", message: "the mode changed before the first word" }
      : await call.play({
          samples: request.samples,
          mode: "whisper",
          signal,
          onStarted: request.onSpeaking,
        });
  for (const stop of stopListening) stop();
  const story = { result, strayed, isHeld: held.signal.aborted, isWhisper: call.mode === "whisper" };
  return tell(story, gateway.capabilities);
}

/** `strayed`: every mode that was told meanwhile. `isHeld`: the agent put the call on hold. `isWhisper`: the mode at the end. */
type Story = { result: PlayResult; strayed: readonly (Mode | null)[]; isHeld: boolean; isWhisper: boolean };

function tell(story: Story, capabilities: GatewayCapabilities): Told {
  const { result, strayed, isHeld } = story;
  const { playedMs } = result;
  const wasWhisperThroughout = strayed.length === 0 && story.isWhisper;
  const isDone = result.outcome === "played" || result.outcome === "interrupted";
  if (wasWhisperThroughout && isDone) {
    const callerClear = capabilities.serverSideModes || capabilities.perPartyInjection ? true : null;
    const told = { modeDuring: "whisper" as const, callerClear, playedMs };
    if (isHeld) return { ...told, outcome: "failed", detail: "The agent put the call on hold during the whisper." };
    return { ...told, outcome: result.outcome === "played" ? "spoken" : "interrupted", detail: result.message };
  }
  return {
    outcome: "failed",
    detail: failureDetail(result, strayed).slice(0, 300),
    modeDuring: wasWhisperThroughout ? "whisper" : (strayed.at(-1) ?? null),
    callerClear: callerClearAfterFailure(story, capabilities),
    playedMs,
  };
}

/** What can still be said of the caller's line where the mode is no proof. */
function callerClearAfterFailure({ result, strayed }: Story, capabilities: GatewayCapabilities): boolean | null {
  if (result.playedMs === 0) return null;
  if (capabilities.perPartyInjection) return true;
  // A gateway that enforces modes has refused what came after the change; one that does not may have let it through.
  return strayed.includes("barge") && !capabilities.serverSideModes ? false : null;
}

function failureDetail(result: PlayResult, strayed: readonly (Mode | null)[]): string {
  if (result.code === "CALL_CLOSED") return "The call ended while the whisper was being spoken.";
  if (strayed.length > 0 && strayed.at(-1) !== null)
    return `The mode changed to ${strayed.at(-1)} during the whisper, so it was stopped.`;
  if (strayed.length > 0 || result.code === "CONNECTION_LOST")
    return "Contact with the call was lost during the whisper; how much of it was heard is not known.";
  return `The telephone system did not play the whisper: ${result.message ?? result.code ?? "no reason given"}`;
}
