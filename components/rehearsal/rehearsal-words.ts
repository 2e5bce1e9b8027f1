import { CircleCheck, CircleDashed, CircleX, Clock, type LucideIcon } from "lucide-react";
import type { SuggestionState } from "@/lib/contract/coaching";
import type { RehearsalRow } from "@/lib/rehearsal/data";
import type { MomentResult } from "@/lib/rehearsal/schema";

/** Whose rehearsal it is, as who reads it calls them: leads read their supervisors'. */
export type Coach = { name: string; voice: string };

export function coachOf({ isOwn, userName }: Pick<RehearsalRow, "isOwn" | "userName">): Coach {
  return isOwn ? { name: "You", voice: "your own voice" } : { name: userName, voice: "their own voice" };
}

type Look = {
  word: string;
  explains: (coach: Coach) => string;
  icon: LucideIcon;
  variant: "whisper" | "barge" | "danger" | "idle";
};

export const outcomeLooks: Record<MomentResult["outcome"], Look> = {
  caught: {
    word: "Caught",
    explains: () => "The agent was coached in time, and took the better way.",
    icon: CircleCheck,
    variant: "whisper",
  },
  late: {
    word: "Too late",
    explains: () => "Something was said, but not in time, or too little of it was heard before the agent answered.",
    icon: Clock,
    variant: "barge",
  },
  missed: {
    word: "Missed",
    explains: ({ name }) => `${name} said nothing in this moment.`,
    icon: CircleX,
    variant: "danger",
  },
  unreached: {
    word: "Not reached",
    explains: () => "The call was over before it came to this. It does not count.",
    icon: CircleDashed,
    variant: "idle",
  },
};

/** What became of a suggestion that the playbook made in the moment. */
export const offeredWords: Record<SuggestionState, string> = {
  proposed: "was not decided",
  approved: "was approved, but not spoken",
  edited: "was approved with other words, but not spoken",
  rejected: "was rejected",
  expired: "ran out undecided",
  speaking: "was being spoken",
  spoken: "was spoken",
  interrupted: "was stopped while it was spoken",
  failed: "could not be spoken",
};
