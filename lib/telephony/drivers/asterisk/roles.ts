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
};

/**
 * Which of the two is the supervised one: the called one where it is an agent, else the calling one where that is an agent (a
 * call to the outside), else the called one.
 */
export async function rolesOf(
  pair: readonly [Leg, Leg],
  parts: { world: World; isAgent: (extension: string) => Promise<boolean> },
): Promise<Roles> {
  const [calling, called] = inOrder(pair, parts.world);
  const [callingExtension, calledExtension] = await Promise.all([
    extensionOf(calling, parts.isAgent),
    extensionOf(called, parts.isAgent),
  ]);
  if (calledExtension === null && callingExtension !== null)
    return {
      ...{ caller: called, agent: calling, direction: "outbound" },
      ...{ callerNumber: numberOf(called), calleeNumber: callingExtension },
    };
  return {
    ...{ caller: calling, agent: called, direction: callingExtension === null ? "inbound" : "internal" },
    ...{ callerNumber: callingExtension ?? numberOf(calling), calleeNumber: calledExtension ?? endpointOf(called) },
  };
}

function inOrder([a, b]: readonly [Leg, Leg], world: World): readonly [Leg, Leg] {
  if (world.isDialledBy(b.channelId, a.channelId)) return [a, b];
  if (world.isDialledBy(a.channelId, b.channelId)) return [b, a];
  if (a.isOutgoing !== b.isOutgoing) return a.isOutgoing ? [b, a] : [a, b];
  return a.createdAt <= b.createdAt ? [a, b] : [b, a];
}

/** The endpoint first: a phone that a queue rings has the queue's number for its own. */
async function extensionOf(leg: Leg, isAgent: (extension: string) => Promise<boolean>): Promise<string | null> {
  for (const candidate of new Set([leg.endpoint, leg.number]))
    if (candidate !== "" && (await isAgent(candidate))) return candidate;
  return null;
}

function numberOf(leg: Leg): string {
  return (leg.number || leg.endpoint).slice(0, 64);
}

function endpointOf(leg: Leg): string {
  return (leg.endpoint || leg.number).slice(0, 64);
}
