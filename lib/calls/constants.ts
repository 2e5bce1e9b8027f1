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
