import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { TranscriptionLevel } from "@/lib/contract/transcript";

/** Samples of `ms` milliseconds. */
const samplesOf = (ms: number) => (ms * SAMPLE_RATE) / 1000;

/** Silero v5 judges 512 new samples (32 ms) at a time and wants the 64 before them as context. */
export const WINDOW_SAMPLES = 512;
export const CONTEXT_SAMPLES = 64;

/** A window from this probability on is speech; inside an utterance a lower one keeps it going. */
export const SPEECH_STARTS = 0.5;
export const SPEECH_GOES_ON = 0.35;

/** Speech begins with this many speech windows in a row, and is heard from so much before them. */
export const START_WINDOWS = 2;
export const PRE_ROLL = samplesOf(300);
/** Silence that ends an utterance; what of it is decoded; silence after which the party counts as not speaking. */
export const END_SILENCE = samplesOf(500);
export const KEPT_SILENCE = samplesOf(200);
export const VOICE_OFF_SILENCE = samplesOf(200);
/** Silence after which the final is decoded ahead: mostly it is the end, and then its words are there at once. */
export const EARLY_SILENCE = samplesOf(250);
/** The longest utterance, and the stretch before its end in which the quietest place is looked for to cut it. */
export const MAX_UTTERANCE = samplesOf(14_000);
export const CUT_SEARCH = samplesOf(4000);

/** Speech shorter than this is padded with silence so: measured on "yes", "okay", "thanks" (7 % WER against 43 %). */
export const SHORT_SPEECH = samplesOf(1000);
export const SHORT_PAD_BEFORE = samplesOf(100);
export const SHORT_PAD_AFTER = samplesOf(200);

/** A hole in a stream up to this long is filled with silence; a longer one ends the utterance. Milliseconds. */
export const MAX_FILLED_GAP_MS = 1000;
/** Arrival times may be off by this much before a hole is assumed. */
export const GAP_TOLERANCE_MS = 60;

/** First partial after this much speech, ms. */
export const FIRST_PARTIAL_MS = 400;
/** Partials of a long utterance are spaced by this share of its length at least, so their cost stays bounded. */
export const PARTIAL_SPACING_SHARE = 0.35;

/** What the screens say of a level. */
export const LEVEL_DETAILS: Record<Exclude<TranscriptionLevel, "unavailable">, string> = {
  full: "Every line appears as it is spoken.",
  "slow-partials": "The server is busy: unfinished lines come more slowly. Finished lines are complete.",
  "finals-only": "The server is very busy: only finished lines appear. Fewer calls or more cores help.",
};
export const STOPPED = "Transcription has not been started.";
export const RESTARTING = "Transcription stopped unexpectedly and is being restarted.";
