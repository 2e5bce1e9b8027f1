import type { ClipRef, WhisperPolicy } from "@/lib/contract/coaching";
import type { SuggestionId, TeamId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { Advisor } from "./advisor";
import type { CoachingSettings } from "./constants";
import type { WhisperPort } from "./whisper-port";

/** A clip with its audio: s16le mono, SAMPLE_RATE Hz; `hash` is the hex SHA-256 of exactly these sample bytes. */
export type PlayableClip = ClipRef & { samples: Int16Array };

/** Port: text → clip, from a cache where it can. Rejects where the text cannot be spoken. */
export interface ClipPort {
  clipFor(text: string): Promise<PlayableClip>;
}

/** What a team wants of coaching. `expiryMs`: how long a suggestion may wait for a decision. */
export type TeamCoaching = { whisperPolicy: WhisperPolicy; expiryMs: number; maxPerMinute: number };

/** Port: asked before every suggestion, so that a change takes effect on the next one. Null: a call of nobody's extension. */
interface CoachingPolicies {
  forTeam(teamId: TeamId | null): Promise<TeamCoaching> | TeamCoaching;
}

interface SuggestionIds {
  suggestionId(): SuggestionId;
}

export type CoachingDeps = {
  bus: EventBus;
  advisors: readonly Advisor[];
  clips: ClipPort;
  whispers: WhisperPort;
  policies: CoachingPolicies;
  clock: Clock;
  logger: Logger;
  ids: SuggestionIds;
  settings?: Partial<CoachingSettings>;
};
