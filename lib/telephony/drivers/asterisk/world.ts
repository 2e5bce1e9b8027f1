import type { AriBridge, AriChannel, AriEvent } from "./wire";

/** A channel that carries a person, as far as we know it. */
export type Leg = {
  channelId: string;
  /** `PJSIP/201-0000002a` → `201`. */
  endpoint: string;
  /** `PJSIP/201`. */
  resource: string;
  number: string;
  name: string;
  isUp: boolean;
  isHolding: boolean;
  /** Every dialplan context it was seen in. */
  contexts: ReadonlySet<string>;
  /** Was dialled, as far as its application tells (`AppDial`, `AppQueue`). */
  isOutgoing: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
};

/** Technologies of channels that are not people: what we and other applications make to listen, mix and announce. */
const NOT_PEOPLE =
  /^(Snoop|WebSocket|UnicastRTP|AudioSocket|Recorder|Announcer|CBAnn|CBRec|ConfBridge|Bridge|Multicast.*|Message|Surrogate)\//i;
/** Needed for a moment after the end of a call, and nobody tells when that is over. */
const MAX_HANG_UPS = 1_000;
const LOCAL = /^Local\/(.*);([12])$/;
const OUTGOING_APPS = new Set(["AppDial", "AppDial2", "AppQueue"]);

/**
 * Who is on the line with whom, from Asterisk's events and, on every (re)connect, from its lists. A pair of
 * Local channels counts as a piece of wire: what is bridged to one half is together with what is bridged to the other.
 */
export class World {
  readonly #legs = new Map<string, Leg>();
  /** Half of a Local pair → the other half's name is the same but for the digit. */
  readonly #locals = new Map<string, string>();
  readonly #bridges = new Map<string, Set<string>>();
  readonly #dialledBy = new Map<string, string>();
  /** In the order in which they asked for the end. */
  readonly #hangUps = new Map<string, number>();
  #hangUpCount = 0;

  /** Forgets everything and believes the lists. */
  reset(lists: { channels: readonly AriChannel[]; bridges: readonly AriBridge[] }): void {
    for (const map of [this.#legs, this.#locals, this.#bridges]) map.clear();
    for (const channel of lists.channels) this.#see(channel);
    for (const bridge of lists.bridges) this.#bridges.set(bridge.id, new Set(bridge.channels));
    for (const id of this.#dialledBy.keys())
      if (!this.#legs.has(id) && !this.#locals.has(id)) this.#dialledBy.delete(id);
  }

  apply(event: AriEvent): void {
    switch (event.type) {
      case "ChannelDestroyed":
        this.#forget(event.channel.id);
        return;
      case "ChannelHangupRequest":
        this.#see(event.channel);
        this.#askedToEnd(event.channel.id);
        return;
      case "ChannelHold":
      case "ChannelUnhold":
        this.#see(event.channel);
        this.#hold(event.channel.id, event.type === "ChannelHold");
        return;
      case "ChannelEnteredBridge":
      case "ChannelLeftBridge":
        if (event.channel) this.#see(event.channel);
        this.#bridges.set(event.bridge.id, new Set(event.bridge.channels));
        return;
      case "BridgeDestroyed":
        this.#bridges.delete(event.bridge.id);
        return;
      case "BridgeMerged":
        this.#bridges.set(event.bridge.id, new Set(event.bridge.channels));
        this.#bridges.set(event.bridge_from.id, new Set(event.bridge_from.channels));
        return;
      case "Dial":
        for (const channel of [event.caller, event.peer]) if (channel) this.#see(channel);
        if (event.caller) this.#dialledBy.set(event.peer.id, event.caller.id);
        return;
      default:
        if ("channel" in event && event.channel) this.#see(event.channel);
    }
  }

  leg(channelId: string): Leg | null {
    return this.#legs.get(channelId) ?? null;
  }

  /** @returns the groups of people who are together, each with at least two; `bridges` that do not count are left out. */
  groups(isIgnored: (bridgeId: string) => boolean = () => false): Leg[][] {
    const wires = new Wires();
    for (const [id, channels] of this.#bridges) if (!isIgnored(id)) wires.join([...channels]);
    for (const [id, name] of this.#locals) {
      const other = this.#otherHalf(name);
      if (other) wires.join([id, other]);
    }
    const groups = new Map<string, Leg[]>();
    for (const [id, leg] of this.#legs) {
      const end = wires.endOf(id);
      if (end !== null) groups.set(end, [...(groups.get(end) ?? []), leg]);
    }
    return [...groups.values()].filter((legs) => legs.length > 1);
  }

  /** @returns whether `channelId` was called by `by`, also through Local channels. */
  isDialledBy(channelId: string, by: string): boolean {
    let at: string | undefined = channelId;
    for (let hops = 0; at !== undefined && hops < 8; hops++) {
      const caller: string | undefined = this.#dialledBy.get(at);
      if (caller === by) return true;
      const local: string | undefined = caller === undefined ? undefined : this.#locals.get(caller);
      at = local === undefined ? caller : (this.#otherHalf(local) ?? undefined);
    }
    return false;
  }

  /** @returns which of the two asked for the end first; null where neither did. */
  firstToHangUp(channelIds: readonly string[]): string | null {
    const asked = channelIds.filter((id) => this.#hangUps.has(id));
    const order = (id: string) => this.#hangUps.get(id) ?? 0;
    return asked.sort((a, b) => order(a) - order(b))[0] ?? null;
  }

  #see(channel: AriChannel, before = this.#legs.get(channel.id)): void {
    if (LOCAL.test(channel.name)) this.#locals.set(channel.id, channel.name);
    else if (!NOT_PEOPLE.test(channel.name)) this.#legs.set(channel.id, legOf(channel, before));
  }

  #forget(channelId: string): void {
    if (!this.#hangUps.has(channelId) && this.#legs.has(channelId)) this.#askedToEnd(channelId);
    this.#legs.delete(channelId);
    this.#dialledBy.delete(channelId);
    this.#locals.delete(channelId);
    for (const channels of this.#bridges.values()) channels.delete(channelId);
  }

  #askedToEnd(channelId: string): void {
    if (this.#hangUps.has(channelId)) return;
    this.#hangUps.set(channelId, this.#hangUpCount++);
    const [oldest] = this.#hangUps.keys();
    if (this.#hangUps.size > MAX_HANG_UPS && oldest !== undefined) this.#hangUps.delete(oldest);
  }

  #hold(channelId: string, isHolding: boolean): void {
    const leg = this.#legs.get(channelId);
    if (leg) this.#legs.set(channelId, { ...leg, isHolding });
  }

  #otherHalf(name: string): string | null {
    const [, stem, half] = LOCAL.exec(name) ?? [];
    const wanted = `Local/${stem};${half === "1" ? "2" : "1"}`;
    for (const [id, candidate] of this.#locals) if (candidate === wanted) return id;
    return null;
  }
}

/** Union-find over channel ids (Galler and Fischer, 1964): what is joined has one end in common. */
class Wires {
  readonly #next = new Map<string, string>();

  join(ids: readonly string[]): void {
    const [first, ...others] = ids;
    if (first === undefined) return;
    if (!this.#next.has(first)) this.#next.set(first, first);
    for (const id of others) this.#next.set(this.endOf(id) ?? id, this.endOf(first) ?? first);
  }

  /** @returns null for what was never joined to anything. */
  endOf(id: string): string | null {
    let at = this.#next.get(id);
    if (at === undefined) return null;
    for (let next = this.#next.get(at); next !== undefined && next !== at; next = this.#next.get(at)) at = next;
    return at;
  }
}

function legOf(channel: AriChannel, before: Leg | undefined): Leg {
  const { context, app_name: application } = channel.dialplan;
  const resource = channel.name.replace(/-[^-]*$/, "");
  return {
    channelId: channel.id,
    resource,
    endpoint: resource.slice(resource.indexOf("/") + 1),
    number: channel.caller.number,
    name: channel.caller.name,
    isUp: channel.state === "Up",
    isHolding: before?.isHolding ?? false,
    contexts: new Set([...(before?.contexts ?? []), ...(context ? [context] : [])]),
    isOutgoing: before?.isOutgoing || OUTGOING_APPS.has(application ?? ""),
    createdAt: Date.parse(channel.creationtime) || before?.createdAt || 0,
  };
}
