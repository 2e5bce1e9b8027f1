import { type DeskView, deskViewSchema } from "@/lib/contract/desk";
import { START } from "./call-events";

/** A connected call as its agent sees it. */
export function deskOf(callId: string, change: Partial<DeskView> = {}): DeskView {
  const view = deskViewSchema.parse({
    callId,
    state: "CONNECTED",
    callerNumber: "+44700900812",
    callerName: null,
    connectedAt: START,
    endedAt: null,
    whispers: [],
    whispersPaused: false,
    helpAskedAt: null,
    listeners: [],
    speaker: null,
  });
  return { ...view, ...change };
}
