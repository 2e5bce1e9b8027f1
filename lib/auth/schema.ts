import { z } from "zod";
import { agentIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./constants";

export const roleSchema = z.enum(["agent", "supervisor", "lead", "admin"]);
const email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email("Enter an email address, like name@company.com."))
  .pipe(z.string().max(200));
const name = z.string().trim().min(1, "Enter a name.").max(120);

export const signInSchema = z.object({
  email,
  password: z.string().min(1, "Enter your password.").max(MAX_PASSWORD_LENGTH),
});
export type SignInInput = z.infer<typeof signInSchema>;

export const changePasswordSchema = z
  .object({
    current: z.string().min(1, "Enter the password you have now.").max(MAX_PASSWORD_LENGTH),
    next: z
      .string()
      .min(MIN_PASSWORD_LENGTH, `Use at least ${MIN_PASSWORD_LENGTH} characters.`)
      .max(MAX_PASSWORD_LENGTH, `Use at most ${MAX_PASSWORD_LENGTH} characters.`),
    repeat: z.string(),
  })
  .refine((form) => form.next === form.repeat, { path: ["repeat"], message: "The two new passwords differ." })
  .refine((form) => form.next !== form.current, { path: ["next"], message: "Choose one that you have not now." });
export type ChangePasswordInput = z.infer<typeof changePasswordSchema>;

/** For role agent the agent that the user is, and no team; for every other role teams, and no agent. */
const rights = {
  role: roleSchema,
  teamIds: z.array(teamIdSchema).max(100),
  agentId: agentIdSchema.nullable(),
};
const mustChooseAgent = {
  check: ({ role, agentId }: { role: string; agentId: string | null }) => role !== "agent" || agentId !== null,
  fault: { path: ["agentId"], message: "Choose the agent that this user is." },
};

export const createUserSchema = z
  .object({ name, email, ...rights })
  .refine(mustChooseAgent.check, mustChooseAgent.fault);
export type CreateUserInput = z.infer<typeof createUserSchema>;
/** As a form holds it, before parsing. */
export type CreateUserForm = z.input<typeof createUserSchema>;

export const updateUserSchema = z
  .object({ userId: userIdSchema, name, ...rights, active: z.boolean() })
  // An agent may be gone by now; their user must still be deactivated.
  .refine((user) => !user.active || mustChooseAgent.check(user), mustChooseAgent.fault);
export type UpdateUserInput = z.infer<typeof updateUserSchema>;
export type UpdateUserForm = z.input<typeof updateUserSchema>;

export const onUserSchema = z.object({ userId: userIdSchema });
