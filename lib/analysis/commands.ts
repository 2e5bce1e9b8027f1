import type { Alert } from "@/lib/contract/alert";
import type { Actor } from "@/lib/contract/call";
import type { AlertId, CallId } from "@/lib/contract/ids";

/** What people may do to alerts. */
export interface AlertCommands {
  /**
   * Takes an alert away; `wrong` says that it should not have been raised.
   * @throws AppError NOT_FOUND where the call is not live or has no such alert
   */
  dismiss(request: { callId: CallId; alertId: AlertId; wrong: boolean; by: Actor }): Promise<Alert>;
}
