import type { Actor, Mode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";

/** What people may do to a call. Rights are checked before (realtime/on-command); state and gateway are checked here. */
export interface CallCommands {
  /** @returns the confirmed mode. @throws AppError NOT_FOUND, WRONG_STATE, CONFLICT (a whisper is being spoken), GATEWAY, TIMEOUT */
  setMode(request: { callId: CallId; mode: Mode; by: Actor }): Promise<Mode>;
  leave(request: { callId: CallId; by: Actor }): Promise<void>;
  end(request: { callId: CallId; by: Actor }): Promise<void>;
}
