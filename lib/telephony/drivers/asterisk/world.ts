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
const MAX_REMEMBERED = 1_000;
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
  /** An event that was under way when its channel was destroyed must not bring it back. */
  readonly #gone = new Set<string>();

  /** Forgets everything and believes the lists. */
  reset(lists: { channels: readonly AriChannel[]; bridges: readonly AriBridge[] }): void {
    const before = new Map(this.#legs);
    for (const map of [this.#legs, this.#locals, this.#bridges]) map.clear();
    for (const channel of lists.channels) {
      const known = before.get(channel.id);
      // Who holds is in no list, and may have changed unseen.
      this.#see(channel, known && { ...known, isHolding: false });
    }
    for (const bridge of lists.bridges) this.#fill(bridge);
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
        this.#fill(event.bridge);
        return;
      case "BridgeDestroyed":
        this.#bridges.delete(event.bridge.id);
        return;
      case "BridgeMerged":
        this.#fill(event.bridge);
        this.#fill(event.bridge_from);
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

  /** People in a holding bridge (parked, waiting) hear music, and not each other. */
  #fill(bridge: AriBridge): void {
    this.#bridges.set(bridge.id, new Set(bridge.bridge_type === "holding" ? [] : bridge.channels));
  }

  #see(channel: AriChannel, before = this.#legs.get(channel.id)): void {
    if (this.#gone.has(channel.id)) return;
    if (LOCAL.test(channel.name)) this.#locals.set(channel.id, channel.name);
    else if (!NOT_PEOPLE.test(channel.name)) this.#legs.set(channel.id, legOf(channel, before));
  }

  #forget(channelId: string): void {
    if (!this.#hangUps.has(channelId) && this.#legs.has(channelId)) this.#askedToEnd(channelId);
    remember(this.#gone, channelId);
    this.#legs.delete(channelId);
    this.#dialledBy.delete(channelId);
    this.#locals.delete(channelId);
    for (const channels of this.#bridges.values()) channels.delete(channelId);
  }

  #askedToEnd(channelId: string): void {
    if (this.#hangUps.has(channelId)) return;
    this.#hangUps.set(channelId, this.#hangUpCount++);
    forgetOldest(this.#hangUps);
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

function remember(set: Set<string>, id: string): void {
  set.add(id);
  forgetOldest(set);
}

function forgetOldest(collection: Set<string> | Map<string, unknown>): void {
  const [oldest] = collection.keys();
  if (collection.size > MAX_REMEMBERED && oldest !== undefined) collection.delete(oldest);
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
