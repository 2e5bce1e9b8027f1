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

/** Rolling customer sentiment at or below which a falling mood raises an alert; the alert ends above MOOD_CLEAR. */
export const MOOD_RAISE = -0.3;
export const MOOD_CLEAR = -0.12;
export const MOOD_DANGER = -0.6;
/** A topic found with less is not worth a look. */
export const INTENT_MIN_CONFIDENCE = 0.6;
/** How long after the last mention a word or intent stays a reason to look, milliseconds of call audio. */
export const MENTION_HOLD_MS = 120_000;
export const SILENCE_RAISE_MS = 12_000;
/** Both speaking at once, within the last TALK_OVER_WINDOW_MS. */
export const TALK_OVER_WINDOW_MS = 30_000;
export const TALK_OVER_RAISE_MS = 5000;
export const TALK_OVER_CLEAR_MS = 1500;
export const INTERRUPTIONS_RAISE = 4;
export const INTERRUPTIONS_CLEAR = 1;
export const LONG_CALL_MS = 15 * 60_000;

/** Words of a customer who thinks of the law or the regulator. Phrases rather than words: a tennis court is no threat. */
export const LEGAL_WORDS =
  /\b(lawyers?|solicitors?|attorneys?|legal (action|advice|proceedings)|(take|taking|see) (you|this|them|it) (all )?(to|in) court|small claims|(gonna|going to|will|to) sue\b|suing|ombudsman|trading standards|(the|a) regulator|consumer protection|class action)\b/i;
export const PROFANITY =
  /\b((mother)?fuck\w*|f\*+\w*|(bull)?shit\w*|s\*+t|bastards?|a(rse|ss)holes?|bitch(es)?|wankers?|piss(ed)? off|goddamn\w*|bollocks|dickheads?|screw you)(?!\w)/i;
