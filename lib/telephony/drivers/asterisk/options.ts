import { z } from "zod";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

/** Where an Asterisk is, who we are to it, and which of its calls are ours. */
export const asteriskOptionsSchema = z.object({
  /** Shown on the screen and in `CallInfo.gateway`; part of every call id. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,23}$/, "1 to 24 letters, digits, dashes or underscores")
    .default("asterisk"),
  /** Origin of Asterisk's HTTP server, `http://host:8088`; a path before `/ari` (http.conf `prefix`) may follow. */
  url: z.url({ protocol: /^https?$/ }),
  /** The user of ari.conf. */
  username: z.string().min(1).max(120),
  password: z.string().min(1).max(200),
  /** ARI application, also the name to give to `Stasis()`. One Earshot each: a second one would take its events away. */
  app: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,23}$/, "1 to 24 letters, digits, dashes or underscores")
    .default("earshot"),
  /** Dialplan contexts whose calls are supervised, compared with the context of either party; empty: all. */
  contexts: z.array(z.string().min(1)).default([]),
  /** Agents' endpoints, `PJSIP/2*`: a call counts where one of its two parties matches one of them; empty: all. */
  endpoints: z.array(z.string().min(1)).default([]),
  /** How a call that came in by `Stasis()` reaches its callee; `{extension}` stands for the number that was called. */
  dial: z.string().includes("{extension}").default("PJSIP/{extension}"),
  /** PEM of the authority that signed Asterisk's certificate, where the system does not know it. */
  ca: z.union([z.string().min(1), z.instanceof(Buffer)]).optional(),
});
export type AsteriskOptions = z.input<typeof asteriskOptionsSchema>;
export type ParsedOptions = z.output<typeof asteriskOptionsSchema>;

export type AsteriskDeps = {
  clock: Clock;
  logger: Logger;
  /** Whether a person with this extension is known as an agent: tells which party of a call is the supervised one. */
  isAgent: (extension: string) => Promise<boolean>;
  /** In [0, 1), for jitter. Default: Math.random. */
  random?: () => number;
};
