import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { bytesFromSamples, samplesFromBytes } from "@/lib/audio/frame";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import { eventually } from "@/lib/telephony/testing/eventually";
import { type Contender, type Injected, TAP_RATE, type TapEars } from "./contender";
import { CLIP_MS, CODES, markedClip, monotonicMs, type TimedMark } from "./marks";

const APP = "bare";
const channelsSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const mediaSchema = z.object({ channelvars: z.object({ MEDIA_WEBSOCKET_CONNECTION_ID: z.string() }) });
const eventSchema = z.object({ type: z.string(), channel: z.object({ id: z.string() }).optional() });

type BareTap = { partyId: string; extension: number; snoop: string; media: string; bridge: string; socket: WebSocket };

/** The same snoop, media channel and bridge by HTTP and a WebSocket: nothing of the driver, the least there can be. */
export class BareTaps implements Contender {
  readonly #taps: BareTap[] = [];
  readonly #arrived = new Set<string>();
  #events: WebSocket | null = null;

  constructor(private readonly parts: { url: string; username: string; password: string; ears: TapEars }) {}

  async open(): Promise<void> {
    const { url, username, password } = this.parts;
    const address = `${url.replace("http", "ws")}/ari/events?app=${APP}`;
    const events = new WebSocket(address, { auth: `${username}:${password}` });
    this.#events = events;
    events.on("message", (data) => {
      const event = eventSchema.parse(JSON.parse(data.toString()));
      if (event.type === "StasisStart" && event.channel) this.#arrived.add(event.channel.id);
    });
    await once(events, "open");
  }

  async follow(count: number): Promise<void> {
    const channels = channelsSchema.parse(await this.#ari("GET", "channels"));
    // Asterisk's list may hold a channel twice that changed while it was read.
    const parties = new Map(channels.filter(({ name }) => name.startsWith("PJSIP/")).map((one) => [one.id, one]));
    if (parties.size !== 2 * count) throw new Error(`${parties.size} channels for ${count} calls`);
    for (const party of parties.values())
      if (!this.#taps.some(({ partyId }) => partyId === party.id)) this.#taps.push(await this.#tap(party));
  }

  async inject(ms: number): Promise<Injected> {
    const until = monotonicMs() + ms;
    const each = await Promise.all(this.#taps.map((tap) => injectInto(tap, until)));
    return { sent: each.flat(), modeMs: [] };
  }

  async close(): Promise<void> {
    // One after another: http.conf's sessionlimit counts every connection that a burst would open.
    for (const { snoop, media, bridge, socket } of this.#taps.splice(0)) {
      for (const path of [`channels/${snoop}`, `channels/${media}`, `bridges/${bridge}`])
        await this.#ari("DELETE", path);
      socket.terminate();
    }
    this.#events?.terminate();
    this.#arrived.clear();
  }

  async #tap(party: { id: string; name: string }): Promise<BareTap> {
    const extension = Number(/^PJSIP\/(\d+)-/.exec(party.name)?.[1]);
    const [snoop, media, bridge] = ["s", "m", "b"].map((kind) => `bare-${kind}-${party.id}`) as [
      string,
      string,
      string,
    ];
    const transport = "encapsulation=none&transport=websocket&connection_type=server&transport_data=f(json)";
    const external = `app=${APP}&channelId=${media}&external_host=INCOMING&format=slin16&${transport}`;
    const { channelvars } = mediaSchema.parse(await this.#ari("POST", `channels/externalMedia?${external}`));
    await this.#ari("POST", `channels/${party.id}/snoop/${snoop}?spy=in&whisper=out&app=${APP}`);
    await this.#ari("POST", `bridges/${bridge}?type=mixing`);
    const address = `${this.parts.url.replace("http", "ws")}/media/${channelvars.MEDIA_WEBSOCKET_CONNECTION_ID}`;
    const socket = new WebSocket(address, "media", { perMessageDeflate: false });
    await once(socket, "open");
    await eventually("the helpers arrive", () => this.#arrived.has(snoop) && this.#arrived.has(media));
    await this.#ari("POST", `bridges/${bridge}/addChannel?channel=${snoop},${media}`);
    socket.on("message", (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) this.parts.ears.push(extension, samplesFromBytes(data));
    });
    return { partyId: party.id, extension, snoop, media, bridge, socket };
  }

  async #ari(method: string, path: string): Promise<unknown> {
    const { url, username, password } = this.parts;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const response = await fetch(`${url}/ari/${path}`, { method, headers: { authorization } });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === "" ? null : JSON.parse(text);
  }
}

/** Asterisk's queue drains in real time, one frame per beat, after a beat or two. */
const DRAIN_MS = CLIP_MS + 2 * FRAME_MS;

async function injectInto({ extension, socket }: BareTap, until: number): Promise<TimedMark[]> {
  const sent: TimedMark[] = [];
  for (let turn = 0; ; turn++) {
    // At any point of Asterisk's beat, and never behind a clip that is still being played.
    await sleep(DRAIN_MS + Math.random() * 2 * FRAME_MS);
    if (monotonicMs() >= until) return sent;
    const code = turn % CODES;
    const frames = markedClip({ code, sampleRate: TAP_RATE });
    const at = monotonicMs();
    // Silence after the mark: Asterisk's resampler holds the last samples back until more come.
    for (const frame of frames) socket.send(bytesFromSamples(frame));
    sent.push({ extension, code, at });
  }
}
