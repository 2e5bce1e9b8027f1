import type { Direction } from "@/lib/contract/call";
import type { Leg, World } from "./world";

export type Roles = {
  /** The other party, on most calls the customer. */
  caller: Leg;
  agent: Leg;
  direction: Direction;
  callerNumber: string;
  /** The agent's extension. */
  calleeNumber: string;
  /** False: nobody knows either of them, so nobody may speak to one of them alone. */
  isAgentKnown: boolean;
};

export type AgentKnowledge = {
  isAgent: (extension: string) => Promise<boolean>;
  /** Whether an administrator named this endpoint as an agent's. */
  isAgentEndpoint: (leg: Leg) => boolean;
};

/**
 * Which of the two is the supervised one: the called one where it is an agent, else the calling one where that is an agent (a
 * call to the outside). Whom the directory knows counts before whom only a pattern names, and a pattern that names both tells
 * nothing. Of two strangers it is the called one, and said to be unknown.
 */
export async function rolesOf(
  pair: readonly [Leg, Leg],
  { world, knowledge }: { world: World; knowledge: AgentKnowledge },
): Promise<Roles> {
  const [calling, called] = inOrder(pair, world);
  const [callingExtension, calledExtension] = await extensionsOf([calling, called], knowledge);
  const isAgentKnown = callingExtension !== null || calledExtension !== null;
  if (calledExtension === null && callingExtension !== null)
    return {
      ...{ caller: called, agent: calling, direction: "outbound", isAgentKnown },
      ...{ callerNumber: numberOf(called), calleeNumber: callingExtension },
    };
  return {
    ...{ caller: calling, agent: called, direction: callingExtension === null ? "inbound" : "internal", isAgentKnown },
    ...{ callerNumber: callingExtension ?? numberOf(calling), calleeNumber: calledExtension ?? endpointOf(called) },
  };
}

type Extensions = readonly [string | null, string | null];

async function extensionsOf([a, b]: readonly [Leg, Leg], knowledge: AgentKnowledge): Promise<Extensions> {
  const listed = await Promise.all([listedExtension(a, knowledge), listedExtension(b, knowledge)]);
  if (listed[0] !== null || listed[1] !== null) return listed;
  const named = [a, b].map((leg) => (knowledge.isAgentEndpoint(leg) ? endpointOf(leg) : null));
  const [first = null, second = null] = named;
  return first !== null && second !== null ? [null, null] : [first, second];
}

function inOrder([a, b]: readonly [Leg, Leg], world: World): readonly [Leg, Leg] {
  if (world.isDialledBy(b.channelId, a.channelId)) return [a, b];
  if (world.isDialledBy(a.channelId, b.channelId)) return [b, a];
  if (a.isOutgoing !== b.isOutgoing) return a.isOutgoing ? [b, a] : [a, b];
  return a.createdAt <= b.createdAt ? [a, b] : [b, a];
}

/**
 * By the endpoint's name. A number is believed only of an endpoint that is named as an agent's: anybody may call with an
 * agent's number, and a trunk that is dialled bears the number that was dialled.
 */
async function listedExtension(leg: Leg, { isAgent, isAgentEndpoint }: AgentKnowledge): Promise<string | null> {
  if (leg.endpoint !== "" && (await isAgent(leg.endpoint))) return leg.endpoint;
  return isAgentEndpoint(leg) && leg.number !== "" && (await isAgent(leg.number)) ? leg.number : null;
}

function numberOf(leg: Leg): string {
  return (leg.number || leg.endpoint).slice(0, 64);
}

function endpointOf(leg: Leg): string {
  return (leg.endpoint || leg.number).slice(0, 64);
}
