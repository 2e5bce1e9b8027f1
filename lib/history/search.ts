import type { TeamScope } from "@/lib/auth/ability";
import type { Database } from "@/lib/platform/database";
import { Prisma } from "@/lib/platform/prisma-client/client";

/** More calls than this match a word too common to search for; the newest are kept. */
const MOST_MATCHES = 2000;
/** Marks of ts_headline: characters that no transcript holds. */
const OPEN = "\u0001";
const CLOSE = "\u0002";

/** @returns ids of calls in which the words were said, or which carry them as a name or number; newest first. */
export async function searchCallIds(options: { prisma: Database; scope: TeamScope; words: string }): Promise<string[]> {
  const { prisma, scope, words } = options;
  const teams = scope.all ? Prisma.empty : Prisma.sql`AND c.team_id = ANY(${[...scope.teamIds]})`;
  const like = `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM calls c
    WHERE (
      EXISTS (
        SELECT 1 FROM utterances u
        WHERE u.call_id = c.id AND u.search_vector @@ websearch_to_tsquery('english', ${words})
      )
      OR c.caller_name ILIKE ${like} OR c.caller_number ILIKE ${like} OR c.agent_name ILIKE ${like}
    ) ${teams}
    ORDER BY c.started_at DESC LIMIT ${MOST_MATCHES}`;
  return rows.map((row) => row.id);
}

/** @returns for each call where the words were said, its best line in pieces: plain, marked, plain … */
export async function findSnippets(options: {
  prisma: Database;
  ids: string[];
  words: string;
}): Promise<Map<string, string[]>> {
  const { prisma, ids, words } = options;
  if (ids.length === 0) return new Map();
  const rows = await prisma.$queryRaw<{ call_id: string; headline: string }[]>`
    SELECT DISTINCT ON (u.call_id) u.call_id,
      ts_headline('english', u.text, websearch_to_tsquery('english', ${words}),
        ${`StartSel=${OPEN}, StopSel=${CLOSE}, MaxWords=24, MinWords=8`}) AS headline
    FROM utterances u
    WHERE u.call_id = ANY(${ids}) AND u.search_vector @@ websearch_to_tsquery('english', ${words})
    ORDER BY u.call_id, ts_rank(u.search_vector, websearch_to_tsquery('english', ${words})) DESC`;
  return new Map(rows.map((row) => [row.call_id, row.headline.split(new RegExp(`[${OPEN}${CLOSE}]`))]));
}
