import { z } from "zod";
import { sampleRateSchema } from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

const pem = z.union([z.string().min(1), z.instanceof(Buffer)]);

/** Where the gateway is and who we are to it. `url` is its origin (`ws://…` or `wss://…`); the paths are the protocol's. */
export const callControlOptionsSchema = z.object({
  /** Shown on the screen and in `CallInfo.gateway`. */
  name: z.string().min(1).max(64),
  url: z.url({ protocol: /^wss?$/ }),
  connectorId: z.string().min(1).max(64),
  credentials: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("api-key"), key: z.string().min(1) }),
    /** mTLS: PEM, not paths. */
    z.object({ kind: z.literal("client-certificate"), cert: pem, key: pem }),
  ]),
  /** PEM of the authority that signed the gateway's own certificate, where the system does not know it. */
  ca: pem.optional(),
  /** Hz on the wire that we would like; the server's hello decides. Everything inside is 16 kHz. */
  sampleRate: sampleRateSchema.default(16_000),
  /** More live calls than this are refused: each costs a socket. The protocol lists at most 1000. */
  maxCalls: z.number().int().min(1).max(1000).default(1000),
});
export type CallControlOptions = z.input<typeof callControlOptionsSchema>;
export type ParsedOptions = z.output<typeof callControlOptionsSchema>;

export type CallControlDeps = {
  clock: Clock;
  logger: Logger;
  /** In [0, 1), for the jitter. Default: Math.random. */
  random?: () => number;
};

/** Telcoflow 1.x was seen to allow 10 s for a command; mode changes take milliseconds, so 10 s means something is wrong. */
export const COMMAND_LIMIT_MS = 10_000;
/** Added to the ring time of `connect`: the gateway must notice that nobody answered, and tell us. */
export const CONNECT_MARGIN_MS = 10_000;
/** An interrupt was seen acknowledged in 34–72 ms; past this the clip's end is unknown and the play failed. */
export const INTERRUPT_LIMIT_MS = 2_000;
/** Added to a clip's own length: prefetch (up to 0.9 s seen) and a slow pull. */
export const PLAY_MARGIN_MS = 10_000;
/** From the `end` of a live voice, of which at most 120 ms wait, to `drained`. */
export const VOICE_END_LIMIT_MS = 2_000;
/** From dialling to the server's hello. */
export const OPEN_LIMIT_MS = 10_000;
/** The server says hello first; one that waits for ours gets it after this. */
export const HELLO_PATIENCE_MS = 500;
/** A connection that held so long was a good one: the next backoff starts from the beginning. */
export const STABLE_MS = 5_000;
/** Upper bounds of the jittered delay: base × 2^attempt up to the cap. */
export const CONTROL_BACKOFF = { baseMs: 250, capMs: 15_000 } as const;
/** Media comes back faster: until then a call goes unheard. */
export const MEDIA_BACKOFF = { baseMs: 100, capMs: 3_000 } as const;
/** What a server may ask of us as heartbeat. */
export const HEARTBEAT_BOUNDS_MS = { least: 200, most: 60_000 } as const;
/** A new call is announced once its media connection is up, or after this long without it. */
export const ANNOUNCE_LIMIT_MS = 1_000;
/** Media says that the call is unknown: so long the control connection has to give the true reason. */
export const LAST_WORD_MS = 1_000;
/** An own mode change is told twice, on media and on control; so long the second telling is recognised as an echo. */
export const ECHO_WINDOW_MS = 1_000;
/** A resync lists up to 1000 calls of some 700 bytes: more than MAX_TEXT_BYTES, so `calls` alone may be this large. */
export const MAX_RESYNC_BYTES = 1024 * 1024;
