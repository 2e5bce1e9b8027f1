import { z } from "zod";

/** Name of the built-in switch among the telephone systems. */
export const BUILT_IN_SWITCH = "built-in";

export const gatewayStatusSchema = z.object({
  name: z.string().max(64),
  driver: z.string().max(64),
  simulated: z.boolean(),
  state: z.enum(["connecting", "up", "down"]),
  /** Round trip of the last heartbeat, milliseconds. */
  latencyMs: z.number().nonnegative().nullable(),
  reconnects: z.number().int().nonnegative(),
  detail: z.string().max(300).nullable(),
});
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

/** A status as the screen gets it. `since`: when it came into this state, epoch milliseconds. */
export const gatewayReportSchema = gatewayStatusSchema.extend({ since: z.number().int() });
export type GatewayReport = z.infer<typeof gatewayReportSchema>;
