/** What the slowest answer that still counts loses of a moment's value. */
export const SLOWEST_LOSS = 0.4;
/** Points of the score that each needless intervention costs, and the most that all of them cost. */
export const NEEDLESS_POINTS = 5;
export const NEEDLESS_POINTS_LIMIT = 30;
/** People who listen closely speak a little before the sentence is over, or just before it begins. */
export const EARLY_MS = 1000;
/** After its call has ended, so long the switch may take to tell how it went. */
export const OVER_LATE_MS = 5000;
/** A rehearsal whose call has not ended after so long is not waited for any more. */
export const LONGEST_REHEARSAL_MS = 30 * 60_000;
