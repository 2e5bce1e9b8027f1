import { z } from "zod";
import { alertIdSchema, utteranceIdSchema } from "./ids";

export const alertSeveritySchema = z.enum(["info", "warning", "danger"]);
export type AlertSeverity = z.infer<typeof alertSeveritySchema>;

/** The agent has asked for help at their desk: before everything else. */
export const AGENT_HELP_RULE = "agent-help";

/** Something about a call that wants a look: mood, words, silence, overlap, duration. */
export const alertSchema = z.object({
  alertId: alertIdSchema,
  rule: z.string().max(64),
  label: z.string().max(120),
  severity: alertSeveritySchema,
  detail: z.string().max(300),
  raisedAt: z.number().int(),
  utteranceId: utteranceIdSchema.nullable(),
  /** False once its cause has passed or it was dismissed. */
  active: z.boolean(),
  markedWrong: z.boolean(),
});
export type Alert = z.infer<typeof alertSchema>;
