import { visibleTeams } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { UserId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";

/** How often the sessions behind open sockets are checked again. */
export const SESSION_CHECK_MS = 30_000;
/** Checks that may fail in a row (database away) before a session counts as ended. */
export const FAILED_CHECKS_ALLOWED = 2;

/** @returns who the session cookie of these request headers belongs to; null: nobody. */
export type Authenticate = (headers: Headers) => Promise<Viewer | null>;

type Session = { viewer: Viewer; headers: Headers; failures: number; end: (reason: string) => void };

type Deps = {
  authenticate: Authenticate;
  /** A person may not do any more what they might, in none of their browsers. */
  onBarred: (userId: UserId) => void;
  clock: Clock;
  logger: Logger;
};

/** The sessions of all open sockets, checked again from time to time; one whose rights changed is ended, too. */
export class SocketSessions {
  readonly #sessions = new Map<string, Session>();
  #cancel: () => void;

  constructor(private readonly deps: Deps) {
    this.#cancel = this.#plan();
  }

  add(socketId: string, session: { viewer: Viewer; headers: Headers; end: (reason: string) => void }): void {
    this.#sessions.set(socketId, { ...session, failures: 0 });
  }

  /** @returns who it is; null once the session has ended. */
  viewerOf(socketId: string): Viewer | null {
    return this.#sessions.get(socketId)?.viewer ?? null;
  }

  /** @returns the same for a person; null: none of their sockets is open. */
  viewerOfUser(userId: UserId): Viewer | null {
    for (const { viewer } of this.#sessions.values()) if (viewer.userId === userId) return viewer;
    return null;
  }

  remove(socketId: string): void {
    this.#sessions.delete(socketId);
  }

  revoke(userId: UserId): void {
    for (const [socketId, { viewer }] of this.#sessions) {
      if (viewer.userId === userId) this.#end(socketId, "You were signed out.");
    }
    this.deps.onBarred(userId);
  }

  close(): void {
    this.#cancel();
    this.#sessions.clear();
  }

  /**
   * Asks again who they are, once for each cookie, however many tabs share it.
   * @param userId only this person's sockets; without it, everybody's
   */
  async check(userId?: UserId): Promise<void> {
    const answers = new Map<string, Promise<Viewer | null | undefined>>();
    const asked = [...this.#sessions].filter(([, { viewer }]) => userId === undefined || viewer.userId === userId);
    const checks = asked.map(async ([socketId, session]) => {
      const cookie = session.headers.get("cookie") ?? "";
      const answer = answers.get(cookie) ?? this.#ask(session.headers);
      answers.set(cookie, answer);
      this.#judge(socketId, { session, found: await answer });
    });
    await Promise.all(checks);
  }

  async #ask(headers: Headers): Promise<Viewer | null | undefined> {
    try {
      return await this.deps.authenticate(headers);
    } catch (error) {
      this.deps.logger.warn({ err: error }, "session check failed");
      return undefined;
    }
  }

  #judge(socketId: string, { session, found }: { session: Session; found: Viewer | null | undefined }): void {
    if (found === undefined) {
      session.failures += 1;
      if (session.failures > FAILED_CHECKS_ALLOWED) this.#end(socketId, "Your session could not be checked.");
      return;
    }
    session.failures = 0;
    const { viewer } = session;
    if (found === null) {
      this.#end(socketId, "Your session has ended.");
      // They may still be signed in in another browser.
      if (!this.viewerOfUser(viewer.userId)) this.deps.onBarred(viewer.userId);
    } else if (!hasSameRights(found, viewer)) {
      this.#end(socketId, "Your rights have changed.");
      if (isLess(found, viewer)) this.deps.onBarred(viewer.userId);
    }
  }

  #end(socketId: string, reason: string): void {
    const session = this.#sessions.get(socketId);
    if (!session) return;
    this.#sessions.delete(socketId);
    session.end(reason);
  }

  #plan(): () => void {
    return this.deps.clock.after(SESSION_CHECK_MS, () => {
      void this.check();
      this.#cancel = this.#plan();
    });
  }
}

function hasSameRights(a: Viewer, b: Viewer): boolean {
  const teams = (viewer: Viewer) => [...viewer.teamIds].sort().join(" ");
  return a.userId === b.userId && a.role === b.role && a.agentId === b.agentId && teams(a) === teams(b);
}

/** @returns whether something of `before` is not in `now`. The cookie may have become another person's. */
function isLess(now: Viewer, before: Viewer): boolean {
  if (now.userId !== before.userId || now.agentId !== before.agentId) return true;
  const [reach, had] = [visibleTeams(now), visibleTeams(before)];
  if (reach === "all") return false;
  return had === "all" || had.some((teamId) => !reach.includes(teamId));
}
