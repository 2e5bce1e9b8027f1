/** Whose extension it is comes from memory or one query; a call waits no longer for it. */
export const LOOKUP_LIMIT_MS = 2_000;
/** The caller would hear silence meanwhile; past it the call goes on without the words. */
export const CLIP_LIMIT_MS = 4_000;
/** How often spy is asked for before the call is reported as not in spy; each pause is one more of SPY_PAUSE_MS. */
export const SPY_ATTEMPTS = 5;
export const SPY_PAUSE_MS = 400;
/** How often a hang-up is asked for. */
export const END_ATTEMPTS = 3;
/** Between attempts of something that failed for another reason than an unanswered phone. */
export const RETRY_PAUSE_MS = 1_000;
/** A command whose answer was lost with the connection: so long the connection has to come back and tell the outcome. */
export const OUTCOME_LIMIT_MS = 15_000;
/** A floor that nobody speaks from is free after so long. */
export const FLOOR_KEPT_MS = 30_000;
/** A microphone from which no frame came for so long is closed. */
export const SILENT_LINE_MS = 5_000;
/** What a gateway has queued of a voice that ended; past it the rest is cut off. */
export const DRAIN_LIMIT_MS = 2_000;
/** After a cut the gateway says at once what was heard; past it our own count stands. */
export const CUT_LIMIT_MS = 500;
/** How often the record is told how much was spoken: what a crash may lose of it. */
export const PROGRESS_MS = 1_000;
/** What a gateway took so long ago was heard, or its refusal is known: longer than any gateway queues. */
export const SETTLED_MS = 500;
/** Frames of 20 ms come 50 a second; the rest is for a browser's clock that runs fast, the burst for a stalled network. */
export const FRAMES_PER_SECOND = 60;
export const FRAME_BURST = 25;
/** A whisper waits no longer for its team's policy. */
export const POLICY_LIMIT_MS = 250;
/** So far ahead of what is heard a tone is pushed, so that no timer's delay makes a gap. */
export const TONE_LEAD_FRAMES = 3;
