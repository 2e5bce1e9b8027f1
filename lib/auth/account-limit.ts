import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "@/lib/platform/clock";
import type { Database } from "@/lib/platform/database";
import { SIGN_IN_WINDOW_SECONDS, SIGN_INS_PER_ACCOUNT } from "./constants";

/**
 * Limits sign-in attempts of one account, from wherever they come; the limit by address is better-auth's own. Kept in the
 * same table, so that all nodes count together. A good sign-in starts the count anew.
 */
export class AccountLimit {
  constructor(private readonly deps: { prisma: Database; clock: Clock }) {}

  /** Counts one attempt. @returns whether it may go on. */
  async admit(email: string): Promise<boolean> {
    const now = BigInt(this.deps.clock.now());
    const windowStart = now - BigInt(SIGN_IN_WINDOW_SECONDS * 1000);
    const rows = await this.deps.prisma.$queryRaw<{ count: number }[]>`
      INSERT INTO rate_limits AS r (id, key, count, last_request) VALUES (${randomUUID()}, ${keyOf(email)}, 1, ${now})
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN r.last_request < ${windowStart} THEN 1 ELSE r.count + 1 END,
        last_request = CASE WHEN r.last_request < ${windowStart} THEN ${now} ELSE r.last_request END
      RETURNING count`;
    return (rows[0]?.count ?? 1) <= SIGN_INS_PER_ACCOUNT;
  }

  async clear(email: string): Promise<void> {
    await this.deps.prisma.rateLimit.deleteMany({ where: { key: keyOf(email) } });
  }
}

/** Hashed: the table is no list of who tried to sign in. */
function keyOf(email: string): string {
  return `account|${createHash("sha256").update(email.trim().toLowerCase()).digest("hex")}`;
}
