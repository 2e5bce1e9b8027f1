import { type BoardRow, boardRowSchema } from "@/lib/contract/board";

export const START = 1_700_000_000_000;

/** What a test says of a row; plain strings, parsed by the contract. */
type RowWish = Partial<Omit<BoardRow, "info" | "alerts">> & {
  callId?: string;
  team?: string;
  agent?: string;
  caller?: string;
  startedAt?: number;
  danger?: boolean;
};

/** A connected call in good order; `wish` makes it otherwise. */
export function makeBoardRow({
  callId = "call-1",
  team = "t1",
  agent = "Maya",
  caller = "+44700900812",
  startedAt = START,
  danger = false,
  ...row
}: RowWish = {}): BoardRow {
  return boardRowSchema.parse({
    info: {
      callId,
      gateway: "built-in",
      simulated: false,
      direction: "inbound",
      callerNumber: caller,
      callerName: null,
      calleeNumber: "201",
      agentId: agent.toLowerCase(),
      agentName: agent,
      teamId: team,
      teamName: `Team ${team}`,
      startedAt,
    },
    state: "CONNECTED",
    monitoring: "monitored",
    ringing: false,
    heldBy: [],
    mode: "spy",
    pendingMode: null,
    connectedAt: startedAt,
    endedAt: null,
    mood: 0,
    trend: "steady",
    sparkline: [0],
    topics: [],
    alerts: danger
      ? [
          {
            alertId: `${callId}-a`,
            rule: "mood",
            label: "Mood very low",
            severity: "danger",
            detail: "",
            raisedAt: START,
            utteranceId: null,
            active: true,
            markedWrong: false,
          },
        ]
      : [],
    openSuggestions: [],
    viewers: [],
    speaker: null,
    helpAskedAt: null,
    lastLookedAt: START,
    transcription: "full",
    lastLine: null,
    ...row,
  });
}
