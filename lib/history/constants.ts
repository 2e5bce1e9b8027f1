/** A batch goes to the database this often: short enough to lose little, long enough to be few. */
export const FLUSH_INTERVAL_MS = 250;
/** First wait after a failed batch; doubles up to the cap. The batch is kept and tried again. */
export const RETRY_BASE_MS = 500;
export const RETRY_CAP_MS = 15_000;

/** Audio reaches the disk this often: what a crash may lose. */
export const RECORDING_FLUSH_MS = 1000;
/** How far one lane may lag behind the other before its silence is written. */
export const LANE_LAG_MS = 400;
/** Audio held in memory per call; older than this it is on the disk. */
export const RECORDING_WINDOW_MS = 4000;
/** The longest rewind that can be asked for. */
export const MAX_REWIND_SECONDS = 120;

/** Actions of the audit. The time of the last `ASK_HELP_ACTION` is when the agent asked for help: it is kept nowhere else. */
export const ASK_HELP_ACTION = "calls.ask-help";
export const SPEAK_ACTION = "calls.speak";
export const REWIND_ACTION = "calls.replay-live";
