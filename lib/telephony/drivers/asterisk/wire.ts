import { z } from "zod";

/**
 * What we read of ARI's models (Asterisk's rest-api/api-docs/{channels,bridges,events,playbacks}.json). Fields that are not
 * named here are dropped, so that a newer Asterisk is understood as well.
 */
const personSchema = z.object({ name: z.string(), number: z.string() });

export const ariChannelSchema = z.object({
  id: z.string().min(1),
  /** `PJSIP/201-00000007`: technology, endpoint, and a counter that is part of no identity. */
  name: z.string(),
  /** `Down`, `Ring`, `Ringing`, `Up` …; free, since a new one is no reason to miss a call. */
  state: z.string(),
  caller: personSchema,
  connected: personSchema,
  accountcode: z.string(),
  dialplan: z.object({
    context: z.string(),
    exten: z.string(),
    priority: z.number(),
    app_name: z.string().default(""),
    app_data: z.string().default(""),
  }),
  /** `2026-11-22T16:46:00.123+0000`, which Date.parse of V8 reads. */
  creationtime: z.string(),
  language: z.string(),
  /** Only those that ari.conf `channelvars` names. */
  channelvars: z.record(z.string(), z.string()).optional(),
});
export type AriChannel = z.infer<typeof ariChannelSchema>;

export const ariBridgeSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** `mixing`, `holding` … */
  bridge_type: z.string(),
  technology: z.string(),
  channels: z.array(z.string()),
});
export type AriBridge = z.infer<typeof ariBridgeSchema>;

const playbackSchema = z.object({ id: z.string(), media_uri: z.string(), target_uri: z.string(), state: z.string() });

/** `application` is the one that the event was sent to; `timestamp` is Asterisk's own clock. */
const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), application: z.string(), timestamp: z.string().optional(), ...shape });

const channel = ariChannelSchema;
const bridge = ariBridgeSchema;

export const ariEventSchema = z.discriminatedUnion("type", [
  event("StasisStart", { args: z.array(z.string()), channel, replace_channel: channel.optional() }),
  event("StasisEnd", { channel }),
  event("ChannelCreated", { channel }),
  event("ChannelDestroyed", { cause: z.number(), cause_txt: z.string(), channel }),
  event("ChannelStateChange", { channel }),
  event("ChannelHangupRequest", { soft: z.boolean().optional(), cause: z.number().optional(), channel }),
  event("ChannelHold", { channel, musicclass: z.string().optional() }),
  event("ChannelUnhold", { channel }),
  event("ChannelDialplan", { channel, dialplan_app: z.string(), dialplan_app_data: z.string() }),
  event("ChannelCallerId", { channel }),
  event("ChannelConnectedLine", { channel }),
  event("ChannelEnteredBridge", { bridge, channel }),
  event("ChannelLeftBridge", { bridge, channel }),
  event("BridgeCreated", { bridge }),
  event("BridgeDestroyed", { bridge }),
  event("BridgeMerged", { bridge, bridge_from: bridge }),
  event("BridgeBlindTransfer", {
    bridge: bridge.optional(),
    /** Who transferred. */
    channel,
    /** Who was transferred. */
    transferee: channel.optional(),
    /** A Local channel that took the place of the transferer's bridge. */
    replace_channel: channel.optional(),
    exten: z.string(),
    context: z.string(),
    /** `Success` or why not. */
    result: z.string(),
    is_external: z.boolean(),
  }),
  event("BridgeAttendedTransfer", {
    transferer_first_leg: channel,
    transferer_first_leg_bridge: bridge.optional(),
    transferer_second_leg: channel,
    transferer_second_leg_bridge: bridge.optional(),
    transferee: channel.optional(),
    transfer_target: channel.optional(),
    replace_channel: channel.optional(),
    result: z.string(),
    is_external: z.boolean(),
    /** `bridge`, `application`, `link`, `threeway` or `fail`. */
    destination_type: z.string(),
    destination_bridge: z.string().optional(),
    destination_application: z.string().optional(),
    destination_link_first_leg: channel.optional(),
    destination_link_second_leg: channel.optional(),
    destination_threeway_channel: channel.optional(),
    destination_threeway_bridge: bridge.optional(),
  }),
  event("Dial", {
    /** Empty while it begins, then RINGING, PROGRESS, ANSWER, BUSY, NOANSWER, CANCEL, CHANUNAVAIL, CONGESTION. */
    dialstatus: z.string(),
    dialstring: z.string().optional(),
    caller: channel.optional(),
    peer: channel,
    forward: z.string().optional(),
    forwarded: channel.optional(),
  }),
  event("PlaybackFinished", { playback: playbackSchema }),
  event("ApplicationReplaced", {}),
]);
export type AriEvent = z.infer<typeof ariEventSchema>;

const KNOWN_TYPES: ReadonlySet<string> = new Set(ariEventSchema.options.map(({ shape }) => shape.type.value));

/** REST over the socket: Asterisk ≥ 20.14, 21.9, 22.4. An answer without a body has no `message_body`. */
const restResponseSchema = z.object({
  type: z.literal("RESTResponse"),
  request_id: z.string(),
  status_code: z.number().int(),
  reason_phrase: z.string(),
  message_body: z.string().optional(),
});
export type RestResponse = z.infer<typeof restResponseSchema>;

export type AriMessage =
  | { kind: "event"; event: AriEvent }
  | { kind: "response"; response: RestResponse }
  /** A type of message that we have no use for: ignored. */
  | { kind: "other" }
  /** `reason` names fields and what was expected of them, never what stood there: numbers and names are personal. */
  | { kind: "malformed"; reason: string };

const typedSchema = z.object({ type: z.string() });

/** Reads one text message of the ARI socket. Never throws. */
export function parseAriMessage(text: string): AriMessage {
  const json = parseJson(text);
  const typed = typedSchema.safeParse(json);
  if (!typed.success) return { kind: "malformed", reason: "no JSON object with a type" };
  const { type } = typed.data;
  if (type === "RESTResponse") {
    const parsed = restResponseSchema.safeParse(json);
    return parsed.success
      ? { kind: "response", response: parsed.data }
      : { kind: "malformed", reason: reasonOf(type, parsed.error) };
  }
  if (!KNOWN_TYPES.has(type)) return { kind: "other" };
  const parsed = ariEventSchema.safeParse(json);
  return parsed.success
    ? { kind: "event", event: parsed.data }
    : { kind: "malformed", reason: reasonOf(type, parsed.error) };
}

function reasonOf(type: string, error: z.ZodError): string {
  return `${type}: ${error.issues.map(({ path, code }) => `${path.join(".")} ${code}`).join(", ")}`.slice(0, 250);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
