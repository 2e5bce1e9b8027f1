import { z } from "zod";
import { whisperPolicySchema } from "@/lib/contract/coaching";
import { agentIdSchema, teamIdSchema } from "@/lib/contract/ids";
import { EXPIRY_SECONDS, PER_MINUTE } from "./constants";

function whole({ min, max, what }: { min: number; max: number; what: string }) {
  const message = `${what}: a whole number from ${min} to ${max}.`;
  return z.number({ error: message }).int(message).min(min, message).max(max, message);
}

const team = {
  name: z.string().trim().min(1, "Enter a name.").max(80, "Use at most 80 characters."),
  whisperPolicy: whisperPolicySchema,
  suggestionExpirySeconds: whole({ ...EXPIRY_SECONDS, what: "Seconds" }),
  maxSuggestionsPerMinute: whole({ ...PER_MINUTE, what: "Suggestions a minute" }),
  whisperTone: z.boolean("Say whether a tone comes before a whisper."),
  tellAgents: z.boolean("Say whether agents are told who listens."),
};
export const createTeamSchema = z.object(team);
export type CreateTeamInput = z.infer<typeof createTeamSchema>;
export const updateTeamSchema = z.object({ teamId: teamIdSchema, ...team });
export type UpdateTeamInput = z.infer<typeof updateTeamSchema>;

const agent = {
  name: z.string().trim().min(1, "Enter a name.").max(120, "Use at most 120 characters."),
  extension: z
    .string()
    .trim()
    .regex(/^\+?[0-9A-Za-z._-]{1,63}$/, "Enter the number or extension as the telephone system sends it, like 1001."),
  teamId: teamIdSchema.nullable(),
  active: z.boolean(),
};
export const createAgentSchema = z.object(agent);
export type CreateAgentInput = z.infer<typeof createAgentSchema>;
/** As a form holds it, before parsing. */
export type AgentForm = z.input<typeof createAgentSchema>;
export const updateAgentSchema = z.object({ agentId: agentIdSchema, ...agent });
export type UpdateAgentInput = z.infer<typeof updateAgentSchema>;
