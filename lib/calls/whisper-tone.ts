import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { TeamId } from "@/lib/contract/ids";
import { POLICY_LIMIT_MS, TONE_LEAD_FRAMES } from "./constants";
import { type CallLine, pause, within } from "./line";
import { makeWhisperTone } from "./tone";

/** By the team's policy: a soft tone that tells the agent that a whisper begins. */
export class WhisperTone {
  readonly #samples = makeWhisperTone();
  /** What the policy said last, for when it does not answer in time. */
  #lastKnown = false;

  constructor(private readonly options: { line: CallLine; teamId: () => TeamId | null }) {}

  /** Asks the policy, with a short bound. Never rejects. @returns the tone; null: none is wanted, or that cannot be told */
  async wanted(): Promise<Int16Array | null> {
    const { line, teamId } = this.options;
    const team = teamId();
    if (team === null) return null;
    const answer = line.deps.policies.forTeam(team).then(
      ({ whisperTone }) => {
        this.#lastKnown = whisperTone;
      },
      (error: unknown) => {
        this.#lastKnown = false;
        line.deps.logger.warn({ err: error, callId: line.callId }, "the policy of the whisper tone is not known");
      },
    );
    await within(line, { work: answer, limitMs: POLICY_LIMIT_MS, what: "the policy" }).catch(() => undefined);
    return this.#lastKnown ? this.#samples : null;
  }
}

/** Frame by frame at the pace at which it is heard: a gateway throws away what comes much faster. */
export async function pushTone(options: {
  line: CallLine;
  tone: Int16Array;
  isOpen: () => boolean;
  push: (frame: Int16Array) => void;
}): Promise<void> {
  const { line, tone, isOpen, push } = options;
  const startedAt = line.deps.clock.now();
  const frames = Math.floor(tone.length / FRAME_SAMPLES);
  for (let at = 0; at < frames && isOpen(); at++) {
    const dueMs = startedAt + (at - TONE_LEAD_FRAMES) * FRAME_MS - line.deps.clock.now();
    if (dueMs > 0) await pause(line, dueMs);
    if (isOpen()) push(tone.slice(at * FRAME_SAMPLES, (at + 1) * FRAME_SAMPLES));
  }
}
