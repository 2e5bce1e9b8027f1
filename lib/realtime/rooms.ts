import type { ListenCodec } from "@/lib/contract/headset";
import type { AgentId, CallId, TeamId } from "@/lib/contract/ids";
import type { Audience } from "./status-ticker";

/** Names of all Socket.IO rooms. Ids cannot contain a colon, so no id can reach into another kind of room. */
export const rooms = {
  /** Who has the call open. */
  call: (callId: CallId) => `call:${callId}`,
  /** Who hears the call, by what their browser decodes. */
  audio: ({ callId, codec }: { callId: CallId; codec: ListenCodec }) => `audio:${callId}:${codec}`,
  /** The board of one team. */
  board: (teamId: TeamId) => `board:${teamId}`,
  /** Admins: the boards of all teams, also those made later, and the calls of nobody's extension. */
  allBoards: "boards",
  /** An agent's own call, at their desk. */
  desk: (agentId: AgentId) => `desk:${agentId}`,
  /** Everybody who gets the same of the status. */
  status: (audience: Audience) => `status:${audience}`,
} as const;

/** @returns whose call room this is; null for any other room (each socket also has one of its own). */
export function callOfRoom(room: string): CallId | null {
  return room.startsWith("call:") ? (room.slice("call:".length) as CallId) : null;
}
