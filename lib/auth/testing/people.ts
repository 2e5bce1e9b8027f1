import type { Database } from "@/lib/platform/database";
import { createUser } from "../mutations";
import type { CreateUserInput } from "../schema";
import type { Auth } from "../service";

export const TEST_ORIGIN = "http://127.0.0.1:3000";
export const TEST_PASSWORD = "correct horse battery";

/** Posts the sign-in form as a browser would. `address`: where it comes from. */
export function postSignIn(options: {
  auth: Auth;
  email: string;
  password: string;
  address?: string;
  origin?: string;
}): Promise<Response> {
  const { auth, email, password, address = "192.0.2.1", origin = TEST_ORIGIN } = options;
  const headers = {
    "content-type": "application/json",
    host: "127.0.0.1:3000",
    origin,
    "x-earshot-client-address": address,
  };
  const body = JSON.stringify({ email, password });
  return auth.handler(new Request(`${TEST_ORIGIN}/api/auth/sign-in/email`, { method: "POST", headers, body }));
}

/** @returns the headers of a signed-in browser. @throws Error where the sign-in was refused. */
export async function signIn(options: { auth: Auth; email: string; password?: string }): Promise<Headers> {
  const response = await postSignIn({ password: TEST_PASSWORD, ...options });
  if (!response.ok) throw new Error(`sign-in refused: ${response.status} ${await response.text()}`);
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return new Headers({ cookie: cookie.join("; ") });
}

/** A user whose password is TEST_PASSWORD and need not be changed. */
export async function makeUser(options: {
  prisma: Database;
  email: string;
  role: CreateUserInput["role"];
  teamIds?: CreateUserInput["teamIds"];
  agentId?: CreateUserInput["agentId"];
}) {
  const { prisma, email, role, teamIds = [], agentId = null } = options;
  const input = { name: email.split("@")[0] ?? email, email, role, teamIds, agentId };
  return createUser({ prisma, actor: { kind: "system" }, input, password: TEST_PASSWORD });
}
