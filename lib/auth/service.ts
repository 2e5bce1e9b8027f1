import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware, isAPIError } from "better-auth/api";
import { z } from "zod";
import { agentIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { type Clock, systemClock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import type { Logger } from "@/lib/platform/logger";
import { existingSingleton, singleton } from "@/lib/platform/singleton";
import { AccountLimit } from "./account-limit";
import { recordAudit } from "./audit";
import * as constants from "./constants";
import { SessionEvents } from "./session-events";
import type { Viewer, Visitor } from "./types";

export type AuthDeps = {
  prisma: Database;
  /** From `loadAuthSecret`. */
  secret: string;
  /** The address people type, if it is known: then only it may post, and https makes cookies secure. */
  publicUrl?: string | undefined;
  logger: Logger;
  clock?: Clock;
};

export type Auth = {
  /** For `app/api/auth`: sign-in, sign-out and nothing else. */
  handler(request: Request): Promise<Response>;
  /** Who may use the product: signed in, active, password their own. For sockets, routes, loaders. */
  viewerFromHeaders(headers: Headers | IncomingHttpHeaders): Promise<Viewer | null>;
  /** Also who still has a one-time password; only for changing it. */
  visitorFromHeaders(headers: Headers | IncomingHttpHeaders): Promise<Visitor | null>;
  /** Sessions ended, or rights changed. */
  sessions: SessionEvents;
  /** @returns 32 secret bytes of this installation, always the same for one purpose. */
  derive(purpose: string): Buffer;
  /** For failures of actions, whose words the browser does not get. */
  logger: Logger;
};

const OPEN_ENDPOINTS = new Set(["POST /api/auth/sign-in/email", "POST /api/auth/sign-out"]);
const signInBody = z.object({ email: z.string().max(300) });

/** A same-origin post is trusted whatever name the server is reached by; behind a known address, only that one. */
function trustedOrigins(publicUrl: string | undefined) {
  return (request?: Request): string[] => {
    if (publicUrl) return [new URL(publicUrl).origin];
    const host = request?.headers.get("host");
    return host ? [`http://${host}`, `https://${host}`] : [];
  };
}

function optionsOf(deps: AuthDeps & { limit: AccountLimit; sessions: SessionEvents }) {
  const { prisma, logger, sessions, limit } = deps;
  return {
    appName: "Earshot",
    secret: deps.secret,
    ...(deps.publicUrl ? { baseURL: deps.publicUrl } : {}),
    database: prismaAdapter(prisma, { provider: "postgresql", transaction: true }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: constants.MIN_PASSWORD_LENGTH },
    session: { expiresIn: constants.SESSION_SECONDS, updateAge: constants.SESSION_RENEWAL_SECONDS },
    rateLimit: {
      enabled: true,
      storage: "database",
      customRules: {
        "/sign-in/email": { window: constants.SIGN_IN_WINDOW_SECONDS, max: constants.SIGN_INS_PER_ADDRESS },
      },
    },
    trustedOrigins: trustedOrigins(deps.publicUrl),
    advanced: {
      cookiePrefix: "earshot",
      useSecureCookies: deps.publicUrl?.startsWith("https:") ?? false,
      // Said out loud: the library leaves the check out where NODE_ENV is test.
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [constants.CLIENT_ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    onAPIError: {
      // A refused sign-in is the visitor's business; anything else is ours.
      onError: (error) => {
        if (!isAPIError(error)) logger.error({ err: error }, "sign-in failed");
      },
    },
    logger: {
      level: "error",
      // Its words may hold an address or an email.
      log: (_level, message) => logger.error({ pii: { message } }, "sign-in library"),
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path !== "/sign-in/email") return;
        const body = signInBody.safeParse(context.body);
        if (body.success && !(await limit.admit(body.data.email)))
          throw new APIError("TOO_MANY_REQUESTS", { code: "ACCOUNT_LIMITED", message: "Too many attempts." });
      }),
    },
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await prisma.user.findUnique({ where: { id: userId }, select: { active: true } });
            if (!user?.active)
              throw new APIError("FORBIDDEN", { code: "DEACTIVATED", message: "Account deactivated." });
          },
          after: async ({ userId }) => {
            const user = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
            await limit.clear(user.email);
            const actor = { kind: "user" as const, userId: userIdSchema.parse(user.id), name: user.name };
            await recordAudit({ tx: prisma, actor, action: "auth.sign-in" });
          },
        },
        delete: { after: async ({ userId }) => sessions.changed(userIdSchema.parse(userId)) },
      },
    },
  } satisfies BetterAuthOptions;
}

function toHeaders(headers: Headers | IncomingHttpHeaders): Headers {
  if (headers instanceof Headers) return headers;
  // Sockets carry node's own shape; only the cookie says who asks.
  return new Headers(headers.cookie ? { cookie: headers.cookie } : {});
}

/** Sign-in, sessions and who is behind a request. */
export function createAuth(given: AuthDeps): Auth {
  const sessions = new SessionEvents();
  const limit = new AccountLimit({ prisma: given.prisma, clock: given.clock ?? systemClock });
  const better = betterAuth(optionsOf({ ...given, sessions, limit }));

  async function visitorFromHeaders(headers: Headers | IncomingHttpHeaders): Promise<Visitor | null> {
    const found = await better.api.getSession({ headers: toHeaders(headers) });
    if (!found) return null;
    const user = await given.prisma.user.findUnique({
      where: { id: found.user.id },
      include: { memberships: true, agent: { select: { active: true } } },
    });
    if (!user?.active) return null;
    const viewer = {
      userId: userIdSchema.parse(user.id),
      name: user.name,
      email: user.email,
      role: user.role,
      // A deactivated agent's extension is nobody's, and so is their desk.
      agentId: user.role === "agent" && user.agent?.active ? agentIdSchema.parse(user.agentId) : null,
      teamIds: user.memberships.map((membership) => teamIdSchema.parse(membership.teamId)),
    };
    return { viewer, sessionToken: found.session.token, mustChangePassword: user.mustChangePassword };
  }

  return {
    sessions,
    logger: given.logger,
    derive: (purpose) => createHmac("sha256", given.secret).update(`earshot|${purpose}`).digest(),
    visitorFromHeaders,
    async viewerFromHeaders(headers) {
      const visitor = await visitorFromHeaders(headers);
      return visitor && !visitor.mustChangePassword ? visitor.viewer : null;
    },
    async handler(request) {
      if (!OPEN_ENDPOINTS.has(`${request.method} ${new URL(request.url).pathname}`))
        return Response.json({ code: "NOT_FOUND", message: "There is no such endpoint." }, { status: 404 });
      return better.handler(request);
    },
  };
}

const KEY = "auth";

/** Makes `auth` the one that routes, loaders and actions of this process use. For the server's start. */
export function provideAuth(auth: Auth): void {
  singleton(KEY, () => auth);
}

/** The auth of this process, for Next's module graph. @throws Error where the server has not provided one. */
export function auth(): Auth {
  const provided = existingSingleton<Auth>(KEY);
  if (!provided) throw new Error("No auth in this process: start it with `npm start`, not with `next`.");
  return provided;
}
