import type { z } from "zod";
import type { CallState, Mode, Party } from "@/lib/contract/call";
import type { MODE_BYTE, serverHelloSchema, WireCall, WireFrame, WireParty } from "@/lib/contract/call-control";
import type { GatewayCallDescription, GatewayCapabilities } from "@/lib/telephony/gateway";
import { CallClosedError, CallCommandError, type GatewayError } from "@/lib/telephony/gateway-errors";

/** Before the first hello nothing is known: the least is assumed. */
export const UNKNOWN_CAPABILITIES: GatewayCapabilities = {
  perPartyAudio: true,
  modes: ["spy", "whisper", "barge"],
  managed: true,
  flush: true,
  mark: true,
  serverSideModes: true,
  perPartyInjection: false,
  simulated: false,
  liveVoice: false,
};

export function toCapabilities(hello: z.infer<typeof serverHelloSchema>): GatewayCapabilities {
  return { ...hello.capabilities, managed: true, serverSideModes: true, perPartyInjection: false };
}

export function toDescription(call: WireCall): GatewayCallDescription {
  const { callId, callerNumber, callerName, calleeNumber, calleeName, startedAt, simulated } = call;
  const numbers = { callerNumber, callerName, calleeNumber, calleeName };
  return { callId, ...numbers, direction: "inbound", startedAt, simulated };
}

/** The callee of an inbound call is the human agent. @returns null for `outbound`, which only we may send. */
export function toParty(track: WireFrame["track"]): Party | "mixed" | null {
  if (track === "outbound") return null;
  return track === "callee" ? "agent" : track;
}

/** @returns whose phone it is. */
export function toHolder(party: WireParty): Party {
  return party === "callee" ? "agent" : "caller";
}

/** @returns the mode byte's name; null (the ANSWERED state) is `none`. */
export function toWireMode(mode: Mode | null): keyof typeof MODE_BYTE {
  return mode ?? "none";
}

export function toCommandError(error: { code: string; message: string; retryable: boolean } | undefined): GatewayError {
  const code = error?.code ?? "INTERNAL";
  const message = error?.message ?? "the gateway refused the command without a reason";
  if (code === "CALL_CLOSED") return new CallClosedError(code, { message });
  return new CallCommandError(code, { message, retryable: error?.retryable ?? false });
}

const RANK: Record<CallState, number> = { PENDING: 0, ANSWERED: 1, CONNECTED: 2, DISCONNECTED: 3 };

/** @returns whether `to` lies ahead: no row of the state table leads back, so an earlier state is always old news. */
export function isAhead({ from, to }: { from: CallState; to: CallState }): boolean {
  return RANK[to] > RANK[from];
}
