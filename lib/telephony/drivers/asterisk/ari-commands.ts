import { z } from "zod";
import type { AriConnection } from "./ari-connection";
import { AriRequestError, connectionLost, isGone } from "./ari-errors";
import type { AriHttp } from "./ari-http";
import { type AriBridge, type AriChannel, ariBridgeSchema, ariChannelSchema } from "./wire";

/** The part of the connection that commands need. */
export type AriRequests = Pick<AriConnection, "request">;

const CONNECTION_ID = "MEDIA_WEBSOCKET_CONNECTION_ID";
const packetCount = z.number().int().nonnegative();
const rtpSchema = z.object({ txcount: packetCount, rxcount: packetCount });
const variableSchema = z.object({ value: z.string() });

/** The ARI requests of this driver (rest-api/api-docs of Asterisk 22). All reject as `AriConnection.request` does. */
export class AriCommands {
  constructor(private readonly parts: { ari: AriRequests; http: AriHttp; app: string }) {}

  /**
   * Events of every channel and bridge, whoever made them. Not `subscribeAll=true`: that brings device states too, and one of
   * those at the moment in which our socket breaks leaves ARI locked for good (asterisk#2170; seen on 22.10.1). Not over the
   * socket either: a request there holds the session, and one that changes an application waits for its events, which wait for
   * the session (seen with its event filter, and where channels of the application hung up meanwhile).
   * @throws GatewayConnectionError
   */
  async subscribe(): Promise<void> {
    const path = `applications/${encode(this.parts.app)}/subscription?eventSource=channel:,bridge:`;
    const outcome = await this.parts.http.ask({ method: "POST", path });
    if (outcome.kind === "failed") throw connectionLost(`Asterisk's events were not subscribed to: ${outcome.code}`);
    if (outcome.status >= 300)
      throw new AriRequestError({ status: outcome.status, message: "Asterisk's events were not subscribed to" });
  }

  /** One that cannot be read is left out: it must not cost us all the others. */
  async channels(): Promise<AriChannel[]> {
    const list = z.array(z.unknown()).parse(await this.#get("/channels"));
    return list.flatMap((channel) => ariChannelSchema.safeParse(channel).data ?? []);
  }

  async bridges(): Promise<AriBridge[]> {
    const list = z.array(z.unknown()).parse(await this.#get("/bridges"));
    return list.flatMap((bridge) => ariBridgeSchema.safeParse(bridge).data ?? []);
  }

  /** RTP packets to and from this phone so far. @returns null where Asterisk does not tell: no PJSIP, or gone */
  async packets(channelId: string): Promise<{ sent: number; received: number } | null> {
    try {
      const { txcount, rxcount } = rtpSchema.parse(await this.#get(`/channels/${encode(channelId)}/rtp_statistics`));
      return { sent: txcount, received: rxcount };
    } catch {
      return null;
    }
  }

  async answer(channelId: string): Promise<void> {
    await this.#post(`/channels/${encode(channelId)}/answer`);
  }

  /** Ends a channel for its party; one that is gone already counts as ended. */
  async hangUp(channelId: string): Promise<void> {
    await ignoreMissing(this.#delete(`/channels/${encode(channelId)}`));
  }

  async createBridge(bridgeId: string): Promise<void> {
    await this.#post(`/bridges/${encode(bridgeId)}`, { type: "mixing" });
  }

  async addToBridge(bridgeId: string, channelIds: readonly string[]): Promise<void> {
    await this.#post(`/bridges/${encode(bridgeId)}/addChannel`, { channel: channelIds.join(",") });
  }

  async destroyBridge(bridgeId: string): Promise<void> {
    await ignoreMissing(this.#delete(`/bridges/${encode(bridgeId)}`));
  }

  /** Hears what the channel's party says, and may speak to that party alone. The directions cannot be changed later. */
  async snoop(channelId: string, snoopId: string): Promise<void> {
    const directions = { spy: "in", whisper: "out", app: this.parts.app };
    await this.#post(`/channels/${encode(channelId)}/snoop/${encode(snoopId)}`, directions);
  }

  /** @returns the id of its media WebSocket, the only guard of that audio: never logged, never shown. */
  async externalMedia(channelId: string): Promise<string> {
    const created = await this.#post("/channels/externalMedia", {
      channelId,
      app: this.parts.app,
      external_host: "INCOMING",
      encapsulation: "none",
      transport: "websocket",
      connection_type: "server",
      format: "slin16",
      transport_data: "f(json)",
    });
    const told = ariChannelSchema.safeParse(created).data?.channelvars?.[CONNECTION_ID];
    if (typeof told === "string" && told !== "") return told;
    const path = `/channels/${encode(channelId)}/variable`;
    const read = await this.parts.ari.request({ method: "GET", path, query: { variable: CONNECTION_ID } });
    return variableSchema.parse(read).value;
  }

  /** Rings `endpoint`; the channel enters our application when it is answered, and is destroyed when it is not. */
  async originate(options: {
    channelId: string;
    endpoint: string;
    callerId: string;
    originator: string;
    ringTimeMs: number;
  }): Promise<void> {
    const { ringTimeMs, ...rest } = options;
    // We end the ring ourselves; Asterisk's own limit is for the case that we are not there any more.
    const timeout = String(Math.ceil(ringTimeMs / 1000) + 5);
    await this.#post("/channels", { ...rest, app: this.parts.app, timeout });
  }

  /** A channel that is in no bridge gets no audio at all, and then nobody can speak to it either. */
  async startSilence(channelId: string): Promise<void> {
    await this.#post(`/channels/${encode(channelId)}/silence`);
  }

  async stopSilence(channelId: string): Promise<void> {
    await ignoreMissing(this.#delete(`/channels/${encode(channelId)}/silence`));
  }

  #get(path: string): Promise<unknown> {
    return this.parts.ari.request({ method: "GET", path });
  }

  #post(path: string, query?: Record<string, string>): Promise<unknown> {
    return this.parts.ari.request({ method: "POST", path, ...(query ? { query } : {}) });
  }

  #delete(path: string): Promise<unknown> {
    return this.parts.ari.request({ method: "DELETE", path });
  }
}

async function ignoreMissing(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

function encode(id: string): string {
  return encodeURIComponent(id);
}
