import { z } from "zod";
import { SIGN_IN_WINDOW_SECONDS } from "@/lib/auth/constants";
import type { SignInInput } from "@/lib/auth/schema";

const failureSchema = z.object({ code: z.string().optional() });

/** @returns what to tell a person whose sign-in was answered so, and what to do. */
export function messageFor(answer: {
  status: number;
  code?: string | undefined;
  retryAfterSeconds?: number | null;
}): string {
  if (answer.status === 401) return "Email or password is wrong. Check both and try again.";
  if (answer.status === 429) {
    const minutes = Math.max(1, Math.ceil((answer.retryAfterSeconds ?? SIGN_IN_WINDOW_SECONDS) / 60));
    return `Too many attempts. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}, then try again.`;
  }
  if (answer.code === "DEACTIVATED") return "This account is deactivated. Ask an Earshot admin to activate it.";
  if (answer.status === 403)
    return "This is not the address Earshot was set up for. Open the one you were given, or ask an admin to check PUBLIC_URL.";
  if (answer.status === 400) return "Enter an email address, like name@company.com, and your password.";
  return "The server could not sign you in. Try again in a moment; if it stays, tell an admin.";
}

/** @returns null where it worked (the browser then holds the session), else what to say. */
export async function requestSignIn(input: SignInInput): Promise<string | null> {
  let response: Response;
  try {
    response = await fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    });
  } catch {
    return "The server does not answer. Check your connection and try again.";
  }
  if (response.ok) return null;
  const failure = failureSchema.safeParse(await response.json().catch(() => ({})));
  const retryAfter = Number(response.headers.get("x-retry-after"));
  return messageFor({
    status: response.status,
    code: failure.success ? failure.data.code : undefined,
    retryAfterSeconds: retryAfter > 0 ? retryAfter : null,
  });
}
