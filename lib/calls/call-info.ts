import type { CallInfo } from "@/lib/contract/call";
import { LOOKUP_LIMIT_MS } from "./constants";
import { type CallLine, within } from "./line";
import type { AgentOfCall } from "./types";

/** @returns null where the extension is nobody's, or that cannot be told in time: the call does not wait for it. */
export async function lookUpAgent(line: CallLine): Promise<AgentOfCall | null> {
  const { calleeNumber } = line.call.description;
  try {
    const work = line.deps.agents.byExtension(calleeNumber);
    return await within(line, { work, limitMs: LOOKUP_LIMIT_MS, what: "looking up the agent" });
  } catch (error) {
    if (!line.over.aborted)
      line.deps.logger.error({ err: error, callId: line.callId, pii: { calleeNumber } }, "agent lookup failed");
    return null;
  }
}

/** What is known of a call when it arrives. */
export function callInfoOf({ call, gateway }: CallLine, agent: AgentOfCall | null): CallInfo {
  const { callId, callerNumber, callerName, calleeNumber, direction, startedAt } = call.description;
  return {
    callId,
    gateway: gateway.name,
    simulated: call.description.simulated ?? gateway.capabilities.simulated,
    direction,
    callerNumber,
    callerName,
    calleeNumber,
    agentId: agent?.agentId ?? null,
    agentName: agent?.agentName ?? null,
    teamId: agent?.teamId ?? null,
    teamName: agent?.teamName ?? null,
    startedAt,
  };
}
