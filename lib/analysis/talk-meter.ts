import type { Party } from "@/lib/contract/call";
import type { TalkMetrics } from "@/lib/contract/sentiment";
import type { Utterance } from "@/lib/contract/transcript";
import { BACKCHANNEL_MS, PACE_MIN_MS, TURN_PAUSE_MS } from "./constants";

/** A stretch of voice, milliseconds of call audio; `endMs` is Infinity while it goes on. */
type Stretch = { startMs: number; endMs: number };
type Pace = { words: number; speechMs: number };

/** Measures how two people talk from the voice activity of both. No clock of its own: exact for any order of arrival. */
export class TalkMeter {
  readonly #voice: Record<Party, Stretch[]> = { caller: [], agent: [] };
  readonly #pace: Record<Party, Pace> = { caller: { words: 0, speechMs: 0 }, agent: { words: 0, speechMs: 0 } };

  voiceStarted({ party, atMs }: { party: Party; atMs: number }): void {
    const stretches = this.#voice[party];
    const last = stretches.at(-1);
    if (last?.endMs === Number.POSITIVE_INFINITY) return;
    // Voice activity may date a start back (pre-roll) into the stretch before it.
    stretches.push({ startMs: Math.max(atMs, last?.endMs ?? 0), endMs: Number.POSITIVE_INFINITY });
  }

  voiceEnded({ party, atMs }: { party: Party; atMs: number }): void {
    const last = this.#voice[party].at(-1);
    if (last?.endMs === Number.POSITIVE_INFINITY) last.endMs = Math.max(last.startMs, atMs);
  }

  /** Takes a final line in for the pace. */
  addFinal(utterance: Utterance): void {
    const pace = this.#pace[utterance.party];
    pace.words += utterance.text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    pace.speechMs += Math.max(0, utterance.endMs - utterance.startMs);
  }

  /** @returns the metrics after `elapsedMs` of call audio. */
  measure(elapsedMs: number): TalkMetrics {
    const caller = until(this.#voice.caller, elapsedMs);
    const agent = until(this.#voice.agent, elapsedMs);
    const callerTalkMs = total(caller);
    const agentTalkMs = total(agent);
    const overlapMs = overlapOf({ caller, agent });
    const lastVoiceMs = Math.max(caller.at(-1)?.endMs ?? 0, agent.at(-1)?.endMs ?? 0);
    return {
      callerTalkMs,
      agentTalkMs,
      overlapMs,
      silenceMs: elapsedMs - (callerTalkMs + agentTalkMs - overlapMs),
      currentSilenceMs: elapsedMs - lastVoiceMs,
      agentTurnMs: agentTurn({ caller, agent, elapsedMs }),
      agentInterruptions: interruptions({ caller, agent }),
      callerWordsPerMinute: wordsPerMinute(this.#pace.caller),
      agentWordsPerMinute: wordsPerMinute(this.#pace.agent),
      elapsedMs,
    };
  }
}

/** The stretches as far as `elapsedMs`, none empty. */
function until(stretches: Stretch[], elapsedMs: number): Stretch[] {
  return stretches
    .map(({ startMs, endMs }) => ({ startMs, endMs: Math.min(endMs, elapsedMs) }))
    .filter(({ startMs, endMs }) => endMs > startMs);
}

function total(stretches: Stretch[]): number {
  return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** Both lists are in order and free of overlap within themselves, so one walk along both is enough. */
function overlapOf({ caller, agent }: Record<Party, Stretch[]>): number {
  let sum = 0;
  let at = 0;
  for (const one of agent) {
    while ((caller[at]?.endMs ?? Number.POSITIVE_INFINITY) <= one.startMs) at++;
    for (let i = at; i < caller.length; i++) {
      const other = caller[i];
      if (!other || other.startMs >= one.endMs) break;
      sum += Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs);
    }
  }
  return sum;
}

function interruptions({ caller, agent }: Record<Party, Stretch[]>): number {
  let count = 0;
  let at = 0;
  for (const { startMs } of agent) {
    while ((caller[at]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) at++;
    if ((caller[at]?.startMs ?? Number.POSITIVE_INFINITY) < startMs) count++;
  }
  return count;
}

/**
 * The agent's turn runs from the first word after the caller's last real one to now. Pauses up to TURN_PAUSE_MS and
 * backchannels of the caller do not end it; a longer pause, or the caller speaking for BACKCHANNEL_MS, does.
 */
function agentTurn({ caller, agent, elapsedMs }: Record<Party, Stretch[]> & { elapsedMs: number }): number {
  const callerTookOver = caller.findLast(({ startMs, endMs }) => endMs - startMs >= BACKCHANNEL_MS)?.endMs ?? 0;
  let turnStart: number | null = null;
  let next = elapsedMs;
  for (let i = agent.length - 1; i >= 0; i--) {
    const stretch = agent[i];
    if (!stretch || stretch.endMs <= callerTookOver || next - stretch.endMs > TURN_PAUSE_MS) break;
    turnStart = Math.max(stretch.startMs, callerTookOver);
    next = stretch.startMs;
  }
  return turnStart === null ? 0 : elapsedMs - turnStart;
}

function wordsPerMinute({ words, speechMs }: Pace): number | null {
  return speechMs < PACE_MIN_MS ? null : Math.round((words * 60_000) / speechMs);
}
