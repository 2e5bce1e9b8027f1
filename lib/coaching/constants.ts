/** All milliseconds unless the name says otherwise. */
export type CoachingSettings = {
  /** The same rule is not proposed again within this time. */
  ruleCooldownMs: number;
  /** Undecided and not yet finished suggestions a call may have at once. */
  maxOpen: number;
  /** Final utterances after the evidence that make a suggestion stale. */
  staleAfterUtterances: number;
  claimMs: number;
  /** So long the agent must have been silent before a whisper starts. */
  pauseMs: number;
  /** After this wait the whisper starts although the agent speaks. */
  maxPauseWaitMs: number;
  /** A clip that is not made by then counts as failed. */
  clipTimeLimitMs: number;
  /** What a whisper may take beyond the length of its clip: two mode changes of at most 10 s each, and some. */
  whisperSlackMs: number;
  /** After an abort the whisper port has so long to report; then the outcome is recorded without proof. */
  settleMs: number;
  /** An ended call's suggestions can be asked for (and refused in plain words) so long. */
  keepEndedMs: number;
};

export const defaultSettings: CoachingSettings = {
  ruleCooldownMs: 60_000,
  maxOpen: 3,
  staleAfterUtterances: 4,
  claimMs: 30_000,
  pauseMs: 250,
  maxPauseWaitMs: 4_000,
  clipTimeLimitMs: 10_000,
  whisperSlackMs: 30_000,
  settleMs: 2_000,
  keepEndedMs: 60_000,
};

/** For calls of nobody's team, and where a team has set nothing. */
export const defaultTeamCoaching = { whisperPolicy: "approve", expiryMs: 30_000, maxPerMinute: 6 } as const;
