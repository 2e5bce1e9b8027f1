import { AsteriskCall } from "./call";
import { ManagedControl } from "./managed-control";
import { callIdOf, nameOf } from "./mapper";
import type { AsteriskLine } from "./tap";
import type { AriBridge, AriChannel, AriEvent } from "./wire";

type Managed = { call: AsteriskCall; control: ManagedControl };
type Found = { agent: AriChannel; bridge: string };

/** Calls that the dialplan hands to us with `Stasis(app,extension[,endpoint])`. */
export class ManagedCalls {
  /** By the caller's channel; kept after we left a call, which still needs us to be taken down. */
  readonly #calls = new Map<string, Managed>();

  constructor(private readonly parts: { line: AsteriskLine; onCall: (call: AsteriskCall) => void }) {}

  all(): AsteriskCall[] {
    return [...this.#calls.values()].map(({ call }) => call);
  }

  owns(channelId: string): boolean {
    return [...this.#calls.values()].some(({ control }) => control.channelIds.includes(channelId));
  }

  /** Whether the two in this bridge are a call of ours, and not one that the dialplan has a hand in. */
  ownsBridge(bridgeId: string): boolean {
    return [...this.#calls.values()].some(({ control }) => control.bridge === bridgeId);
  }

  hear(event: AriEvent): void {
    for (const { control } of [...this.#calls.values()]) if (control.hear(event)) return;
    if (event.type === "ChannelLeftBridge") this.#takeDown(event.bridge);
    if (event.type !== "StasisStart" || event.application !== this.parts.line.options.app) return;
    // In the place of somebody else's channel: a transfer of a call that is not ours any more.
    if (event.replace_channel) return;
    if (!this.parts.line.names.isOurs(event.channel.id)) this.#take({ channel: event.channel, args: event.args });
  }

  /** The lists of a (re)connect: calls that ended or began meanwhile, and what an Earshot that died left behind. */
  resync({ channels, bridges }: { channels: readonly AriChannel[]; bridges: readonly AriBridge[] }): void {
    const byId = new Map(channels.map((channel) => [channel.id, channel]));
    for (const { control } of [...this.#calls.values()]) control.resync({ channels: byId, bridges });
    for (const bridge of bridges) this.#resumeBridge({ bridge, byId });
    const { names } = this.parts.line;
    // Who is in one of these, alone or not, has been dealt with as part of a call.
    const inCall = new Set(bridges.flatMap(({ id, channels: ids }) => (names.is("call", id) ? ids : [])));
    for (const channel of channels) if (!inCall.has(channel.id)) this.#resumeAlone(channel);
  }

  #resumeBridge({ bridge, byId }: { bridge: AriBridge; byId: ReadonlyMap<string, AriChannel> }): void {
    const { names } = this.parts.line;
    if (!names.is("call", bridge.id)) return;
    const channels = bridge.channels.flatMap((id) => byId.get(id) ?? []);
    if (channels.some(({ id }) => this.owns(id))) return;
    const agent = channels.find(({ id }) => names.is("agent", id));
    const caller = channels.find(({ id }) => !names.isOurs(id));
    if (agent && caller) {
      this.#take({ channel: caller, args: argsOf(caller), found: { agent, bridge: bridge.id } });
      return;
    }
    this.#takeDown({ ...bridge, channels: channels.map(({ id }) => id) });
  }

  /** Half a call: its other party hung up while nobody was there to take it down. Two others are a call that was transferred. */
  #takeDown({ id, channels }: Pick<AriBridge, "id" | "channels">): void {
    const { names, commands } = this.parts.line;
    if (!names.is("call", id) || channels.length > 1 || channels.some((channelId) => this.owns(channelId))) return;
    for (const channelId of channels) this.#quietly(commands.hangUp(channelId));
    this.#quietly(commands.destroyBridge(id));
  }

  #resumeAlone(channel: AriChannel): void {
    const { names, options, commands } = this.parts.line;
    const { app_name: application, app_data: data } = channel.dialplan;
    if (this.owns(channel.id)) return;
    if (names.is("agent", channel.id)) this.#quietly(commands.hangUp(channel.id));
    else if (application === "Stasis" && data.split(",")[0] === options.app && !names.isOurs(channel.id))
      this.#take({ channel, args: argsOf(channel) });
  }

  #take({ channel, args, found }: { channel: AriChannel; args: readonly string[]; found?: Found }): void {
    const { line, onCall } = this.parts;
    const extension = args[0] || channel.dialplan.exten;
    const endpoint = args[1] || line.options.dial.replaceAll("{extension}", extension);
    const state = found ? "CONNECTED" : channel.state === "Up" ? "ANSWERED" : "PENDING";
    const { number, name } = channel.caller;
    const description = {
      callId: callIdOf({ gateway: line.options.name, channels: [channel.id] }),
      callerNumber: number.slice(0, 64),
      callerName: nameOf({ name, number }),
      calleeNumber: extension.slice(0, 64),
      calleeName: null,
      direction: "inbound" as const,
      startedAt: Date.parse(channel.creationtime) || line.clock.now(),
    };
    const control = (call: AsteriskCall) => {
      const made = new ManagedControl({
        ...{ line, call, endpoint, caller: { channelId: channel.id, number, name } },
        ...(found ? { found: { agent: found.agent.id, bridge: found.bridge } } : {}),
        onGone: () => this.#calls.delete(channel.id),
      });
      this.#calls.set(channel.id, { call, control: made });
      return made;
    };
    const call = new AsteriskCall(description, { line, state, control, isAgentKnown: true, onEnded: () => {} });
    onCall(call);
    if (found) {
      void call.openTap("caller", channel.id);
      void call.openTap("agent", found.agent.id);
      call.advance("CONNECTED");
    } else if (state === "ANSWERED") void this.#calls.get(channel.id)?.control.answered();
  }

  #quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.parts.line.logger.warn({ err: error }, "a step of a found call failed"));
  }
}

/** `Stasis(earshot,201,PJSIP/201)` → `["201", "PJSIP/201"]`. */
function argsOf(channel: AriChannel): string[] {
  return channel.dialplan.app_data.split(",").slice(1);
}
