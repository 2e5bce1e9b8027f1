import { join } from "node:path";
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { silentLogger } from "@/lib/platform/logger";
import { cacheDir } from "@/lib/platform/paths";
import { ClipCache } from "@/lib/speech/clip-cache";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";
import type { PartySource } from "@/lib/switch/parties/party";

const LINES: { party: Party; text: string }[] = [
  { party: "agent", text: "Good morning, thank you for calling, how may I help you today?" },
  { party: "caller", text: "Hello, I ordered a washing machine three weeks ago and it still has not arrived." },
  { party: "agent", text: "I am very sorry about that, let me look up your order, what is the number please?" },
  { party: "caller", text: "I do not have the number with me, but my name is Sarah Johnson." },
  { party: "agent", text: "Thank you Sarah, I can see the order here, it is waiting in our warehouse." },
  { party: "caller", text: "That is not good enough, I have already taken two days off work for this." },
  { party: "agent", text: "I understand how frustrating that must be for you." },
  { party: "caller", text: "If you cannot deliver it this week, I want to cancel and get my money back." },
  { party: "agent", text: "I can offer you a delivery on Thursday morning, and we will refund the shipping cost." },
  { party: "caller", text: "Thursday morning would be fine, thank you very much." },
];
const VOICES: Record<Party, string> = { caller: "slt", agent: "rms" };
/** Between two turns; longer than the end-of-speech wait, as people mostly are. */
const GAP_MS = 900;
/** Louder than this is voice: −40 dBFS. */
const VOICED = 328;

/** One line as it lies in the audio of its party: samples from the start, first and last voiced one. */
export type SpokenLine = { party: Party; startMs: number; endMs: number };
export type Dialogue = { lines: SpokenLine[]; lanes: Record<Party, Int16Array>; durationMs: number };

/** Speaks a dialogue again and again until it is `seconds` long; `offset` turns the order, so that calls differ. */
export async function speakDialogue(options: { seconds: number; offset: number }): Promise<Dialogue> {
  const clips = new ClipCache({
    synthesizer: new FliteSynthesizer({ logger: silentLogger }),
    dir: join(cacheDir, "clips"),
    logger: silentLogger,
  });
  const total = options.seconds * SAMPLE_RATE;
  const lanes = { caller: new Int16Array(total), agent: new Int16Array(total) };
  const lines: SpokenLine[] = [];
  // Calls start at different places of the second, so that their decodes do not come together by construction.
  let at = Math.round(((options.offset * 0.37) % 1) * SAMPLE_RATE);
  for (let index = 0; ; index++) {
    const line = LINES[(index + options.offset * 2) % LINES.length];
    if (!line) break;
    const { samples } = await clips.clipFor(line.text, { voice: VOICES[line.party] });
    if (at + samples.length + SAMPLE_RATE > total) break;
    lanes[line.party].set(samples, at);
    const first = samples.findIndex((sample) => Math.abs(sample) > VOICED);
    const last = samples.findLastIndex((sample) => Math.abs(sample) > VOICED);
    const toMs = (sample: number) => ((at + sample) / SAMPLE_RATE) * 1000;
    lines.push({ party: line.party, startMs: toMs(first), endMs: toMs(last) });
    at += samples.length + (GAP_MS * SAMPLE_RATE) / 1000;
  }
  return { lines, lanes, durationMs: options.seconds * 1000 };
}

/** @returns one lane as a party that speaks it at the switch's pace and then hangs up. */
export function partyOf(lane: Int16Array): PartySource {
  return {
    speak(into, { frame }) {
      const at = frame * FRAME_SAMPLES;
      if (at >= lane.length) return "hung-up";
      into.set(lane.subarray(at, at + FRAME_SAMPLES));
      return "talking";
    },
  };
}

/** Milliseconds of the frame that holds a position. */
export const frameOf = (ms: number) => Math.floor(ms / FRAME_MS);
