import type { PlacedCall } from "../call-spec";
import { silentParty } from "../parties/party";
import type { Switch } from "../switch";

/** Places a call between two who say nothing; the callee may be reached after 10 ms of ringing. */
export function placeSilently(exchange: Switch): PlacedCall {
  return exchange.placeCall({
    caller: silentParty,
    callee: silentParty,
    callerNumber: "anonymous",
    calleeNumber: "1001",
    ringMs: 10,
  });
}
