/** All milliseconds unless the name says otherwise. */
export type CoachingSettings = {
  /** The same rule is not proposed again within this time. */
  ruleCooldownMs: number;
  /** Suggestions a call may have at once that are undecided, or approved and not yet spoken. */
  maxOpen: number;
  /** Final utterances after the evidence that make a suggestion stale. */
  staleAfterUtterances: number;
  claimMs: number;
  /** So long the agent must have been silent before a whisper starts. */
  pauseMs: number;
  /** After this wait the whisper starts although the agent speaks. */
  maxPauseWaitMs: number;
  /** A person was about to speak when a whisper was sent: so long until it is tried again, unless they have begun by then. */
  busyRetryMs: number;
  /** A clip that is not made by then counts as failed. */
  clipTimeLimitMs: number;
  /** What a whisper may take beyond the length of its clip: two mode changes of at most 10 s each, and some. */
  whisperSlackMs: number;
  /** After an abort the whisper port has so long to report (it puts the mode back, at most 10 s); then there is no proof. */
  settleMs: number;
  /** The same once the call is over: there is no mode left to put back. */
  settleAfterEndMs: number;
  /** `interrupt` answers by then, also where the telephone system is still putting the mode back. */
  interruptAnswerMs: number;
  /** An agent's second call for help counts only so long after the first. */
  helpAgainMs: number;
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
  busyRetryMs: 500,
  clipTimeLimitMs: 10_000,
  whisperSlackMs: 30_000,
  settleMs: 12_000,
  settleAfterEndMs: 2_000,
  interruptAnswerMs: 2_000,
  helpAgainMs: 30_000,
  keepEndedMs: 60_000,
};

/** For calls of nobody's team, and where a team has set nothing. */
export const defaultTeamCoaching = { whisperPolicy: "approve", expiryMs: 30_000, maxPerMinute: 6 } as const;

/** Rule keys that no playbook may use. */
export const ADVISOR_RULE = "advisor";
export const SUPERVISOR_RULE = "supervisor";
/** A whisper once more, because the agent asked for it. */
export const REPEAT_RULE = "repeat";
/** What an agent grasps while listening to somebody else. */
export const MAX_WHISPER_WORDS = 14;
