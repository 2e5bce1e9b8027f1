/** Milliseconds of call audio after which an utterance counts half in the rolling sentiment. */
export const SENTIMENT_HALF_LIFE_MS = 45_000;
/** Half-life of the quick mean that the trend compares with the rolling one. */
export const TREND_HALF_LIFE_MS = 12_000;
/** Quick minus rolling mean beyond which a trend begins, and inside which it ends. */
export const TREND_BEGIN = 0.15;
export const TREND_END = 0.06;

/** Voice of the caller shorter than this ("mhm", "right") does not take the turn from the agent. */
export const BACKCHANNEL_MS = 1000;
/** Pause of the agent up to which the turn goes on. */
export const TURN_PAUSE_MS = 2000;
/** Transcribed speech below which a pace would be a guess. */
export const PACE_MIN_MS = 5000;

export const TALK_INTERVAL_MS = 1000;
/** How long the sentiment of one utterance may take before the next ones stop waiting for it. */
export const READING_LIMIT_MS = 10_000;
/** How long the last words of an ended call may take to be transcribed. */
export const CLOSE_LIMIT_MS = 20_000;
