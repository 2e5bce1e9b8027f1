import type { EndReason } from "@/lib/contract/call";
import { AttachedControl } from "./attached-control";
import { AsteriskCall } from "./call";
import { callIdOf, nameOf } from "./mapper";
import { type Roles, rolesOf } from "./roles";
import type { AsteriskLine } from "./tap";
import type { Leg, World } from "./world";

/** A party that is gone may be about to come back in another bridge with somebody else: that is a transfer. */
const TRANSFER_GRACE_MS = 300;
/** A call whose taps do not stand by then arrives without them. */
const TAPS_LIMIT_MS = 1_000;
/** After the agents could not be looked up. */
const LOOKUP_PAUSE_MS = 2_000;

type Attached = { call: AsteriskCall; caller: string; agent: string; ending: (() => void) | null };

/** Calls that the dialplan makes: found as pairs of people who are together, followed until they are not. */
export class AttachedCalls {
  readonly #calls = new Map<string, Attached>();
  /** Pairs being looked up, and pairs that we left or must not supervise, until one of the two is gone. */
  readonly #others = new Set<string>();
  readonly #endpoints: readonly RegExp[];
  #isStopped = false;

  constructor(
    private readonly parts: {
      line: AsteriskLine;
      world: World;
      isAgent: (extension: string) => Promise<boolean>;
      /** Whether a call that came in by `Stasis()` stands on this bridge. */
      isManaged: (bridgeId: string) => boolean;
      onCall: (call: AsteriskCall) => void;
    },
  ) {
    this.#endpoints = parts.line.options.endpoints.map(globOf);
  }

  /** Nothing is taken any more. */
  stop(): void {
    this.#isStopped = true;
  }

  all(): AsteriskCall[] {
    return [...this.#calls.values()].map(({ call }) => call);
  }

  /** Something changed in the world. */
  refresh(): void {
    if (this.#isStopped) return;
    const groups = this.#groups();
    for (const [key, attached] of this.#calls) this.#follow({ key, attached, groups });
    for (const key of this.#others) if (!this.#bothAreThere(key)) this.#others.delete(key);
    for (const group of groups) this.#consider(group);
  }

  #groups(): Leg[][] {
    return this.parts.world.groups(this.parts.isManaged);
  }

  #consider(group: Leg[]): void {
    const [a, b, ...more] = group;
    if (!a || !b || more.length > 0 || !a.isUp || !b.isUp) return;
    const key = keyOf(a, b);
    if (this.#calls.has(key) || this.#others.has(key)) return;
    if (!this.#isWanted([a, b])) return;
    this.#others.add(key);
    void this.#attach({ key, pair: [a, b] });
  }

  #isWanted(pair: readonly Leg[]): boolean {
    const { contexts } = this.parts.line.options;
    const isInContext = contexts.length === 0 || pair.some((leg) => contexts.some((name) => leg.contexts.has(name)));
    return isInContext && (this.#endpoints.length === 0 || pair.some((leg) => this.#isAgentEndpoint(leg)));
  }

  #isAgentEndpoint(leg: Leg): boolean {
    return this.#endpoints.some((glob) => glob.test(leg.resource));
  }

  async #attach({ key, pair }: { key: string; pair: readonly [Leg, Leg] }): Promise<void> {
    const { world, isAgent, line, onCall } = this.parts;
    let roles: Roles;
    try {
      const knowledge = { isAgent, isAgentEndpoint: (leg: Leg) => this.#isAgentEndpoint(leg) };
      roles = await rolesOf(pair, { world, knowledge });
    } catch (error) {
      line.logger.error({ err: error }, "the parties of a call could not be looked up");
      line.clock.after(LOOKUP_PAUSE_MS, () => {
        this.#others.delete(key);
        this.refresh();
      });
      return;
    }
    // Gone, or apart, while it was looked up.
    this.#others.delete(key);
    const isStillThere = this.#groups().some((group) => isJust(group, key));
    if (this.#isStopped || !isStillThere || this.#calls.has(key)) return;
    const call = this.#make(key, roles);
    const attached = { call, caller: roles.caller.channelId, agent: roles.agent.channelId, ending: null };
    this.#calls.set(key, attached);
    call.advance("CONNECTED");
    const taps = [call.openTap("caller", attached.caller), call.openTap("agent", attached.agent)];
    // A few milliseconds, after which it arrives as a call that is heard, in spy, and not as one in an unknown mode.
    await Promise.race([Promise.all(taps), new Promise<void>((resolve) => line.clock.after(TAPS_LIMIT_MS, resolve))]);
    if (this.#isStopped || call.state === "DISCONNECTED") return;
    onCall(call);
    call.announced();
    this.#tellHold(attached);
  }

  #make(key: string, roles: Roles): AsteriskCall {
    const { line } = this.parts;
    const { caller, agent, direction, callerNumber, calleeNumber, isAgentKnown } = roles;
    const description = {
      callId: callIdOf({ gateway: line.options.name, channels: [caller.channelId, agent.channelId] }),
      callerNumber,
      callerName: nameOf(caller),
      calleeNumber,
      calleeName: nameOf(agent),
      direction,
      startedAt: Math.max(caller.createdAt, agent.createdAt) || line.clock.now(),
    };
    const channelIds = [caller.channelId, agent.channelId];
    return new AsteriskCall(description, {
      line,
      state: "CONNECTED",
      isAgentKnown,
      control: () => new AttachedControl({ commands: line.commands, channelIds }),
      onEnded: () => {
        this.#calls.get(key)?.ending?.();
        this.#calls.delete(key);
        // Left: the two may still be together. Found again only when one of them is somebody else.
        this.#others.add(key);
      },
    });
  }

  #follow({ key, attached, groups }: { key: string; attached: Attached; groups: readonly Leg[][] }): void {
    const { call } = attached;
    // A third one is heard by nobody here, and might hear us: then the two are not together for our purposes.
    const areTogether = groups.some((group) => isJust(group, key));
    call.together(areTogether);
    this.#tellHold(attached);
    if (this.#bothAreThere(key) || attached.ending) return;
    attached.ending = this.parts.line.clock.after(TRANSFER_GRACE_MS, () =>
      call.terminate({ reason: this.#reasonOf(attached), continuesWithoutUs: false }),
    );
  }

  #reasonOf({ caller, agent }: Attached): EndReason {
    const { world } = this.parts;
    const survivor = [caller, agent].find((id) => world.leg(id) !== null);
    const talksOn = this.#groups().some((group) => group.some(({ channelId }) => channelId === survivor));
    if (talksOn) return "transferred";
    const first = world.firstToHangUp([caller, agent]);
    if (first === null) return "gateway-ended";
    return first === caller ? "caller-hung-up" : "agent-hung-up";
  }

  #tellHold({ call, caller, agent }: Attached): void {
    const { world } = this.parts;
    call.holds("caller", world.leg(caller)?.isHolding ?? false);
    call.holds("agent", world.leg(agent)?.isHolding ?? false);
  }

  #bothAreThere(key: string): boolean {
    return key.split(" ").every((channelId) => this.parts.world.leg(channelId) !== null);
  }
}

/** Whether these two, and nobody else, are together. */
function isJust([a, b, ...others]: readonly Leg[], key: string): boolean {
  return a !== undefined && b !== undefined && others.length === 0 && keyOf(a, b) === key;
}

function keyOf(a: Leg, b: Leg): string {
  return [a.channelId, b.channelId].sort().join(" ");
}

/** `*` stands for any characters, all others for themselves. */
function globOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  );
}
