import { inTeams, type TeamScope } from "@/lib/auth/ability";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import type { Database } from "@/lib/platform/database";
import type { Prisma } from "@/lib/platform/prisma-client/client";
import { ASK_HELP_ACTION } from "./constants";
import { type HistoryFilter, MOOD_BOUNDS } from "./schema";
import { findSnippets, searchCallIds } from "./search";
import { callInclude, toStoredCall } from "./stored-call";
import type { HistoryChoices, HistoryPage, HistoryRow, StoredCall } from "./types";

const PAGE_SIZE = 50;
const SPARKLINE_POINTS = 12;

type Ask<T> = { prisma: Database; scope: TeamScope } & T;

/** @returns a page of ended and live calls of the scope, newest first. */
export async function listCalls({ prisma, scope, filter }: Ask<{ filter: HistoryFilter }>): Promise<HistoryPage> {
  const found = filter.q ? await searchCallIds({ prisma, scope, words: filter.q }) : null;
  const where = { AND: [inTeams(scope), toWhere(filter), found ? { id: { in: found } } : {}] };
  const [total, calls] = await Promise.all([
    prisma.call.count({ where }),
    prisma.call.findMany({
      where: { AND: [where, afterPlace(filter.after)] },
      orderBy: [{ startedAt: "desc" }, { id: "desc" }],
      take: PAGE_SIZE + 1,
      include: rowInclude,
    }),
  ]);
  const page = calls.slice(0, PAGE_SIZE);
  const ids = page.map((call) => call.id);
  const snippets = filter.q ? await findSnippets({ prisma, ids, words: filter.q }) : new Map<string, string[]>();
  const last = page.at(-1);
  return {
    rows: page.map((call) => toRow(call, { snippet: snippets.get(call.id) ?? null })),
    total,
    next: calls.length > PAGE_SIZE && last ? `${last.startedAt.getTime()}_${last.id}` : null,
  };
}

/** @returns the call, or null where it does not exist or is not the asker's to see (the two look the same). */
export async function findCall({ prisma, scope, callId }: Ask<{ callId: CallId }>): Promise<StoredCall | null> {
  const call = await prisma.call.findFirst({ where: { AND: [{ id: callId }, inTeams(scope)] }, include: callInclude });
  if (!call) return null;
  const asked = await prisma.auditEntry.findFirst({
    where: { callId, action: ASK_HELP_ACTION },
    orderBy: { at: "desc" },
    select: { at: true },
  });
  return toStoredCall(call, { helpAskedAt: asked?.at.getTime() ?? null });
}

/** @returns where the recording lies, relative to the recordings folder; null as in findCall, or where there is none. */
export async function findRecording({ prisma, scope, callId }: Ask<{ callId: CallId }>) {
  const where = { AND: [{ id: callId }, inTeams(scope)] };
  const select = { recordingPath: true, recordingMs: true, teamId: true, endedAt: true, monitoring: true };
  const call = await prisma.call.findFirst({ where, select });
  return call?.recordingPath ? { ...call, recordingPath: call.recordingPath } : null;
}

/** @returns whether the clip belongs to a suggestion of a call in the scope. */
export async function ownsClip({ prisma, scope, hash }: Ask<{ hash: string }>): Promise<boolean> {
  const where = { clipHash: hash, call: inTeams(scope) };
  return (await prisma.suggestion.findFirst({ where, select: { id: true } })) !== null;
}

export async function listChoices({ prisma, scope }: Ask<unknown>): Promise<HistoryChoices> {
  const [teams, agents, topics] = await Promise.all([
    prisma.team.findMany({
      where: scope.all ? {} : { id: { in: [...scope.teamIds] } },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    }),
    prisma.agent.findMany({ where: inTeams(scope), select: { id: true, name: true }, orderBy: { name: "asc" } }),
    prisma.topicMention.findMany({
      where: { call: inTeams(scope) },
      distinct: ["key"],
      select: { key: true, label: true },
      orderBy: { key: "asc" },
    }),
  ]);
  return { teams, agents, topics };
}

const rowInclude = {
  utterances: {
    where: { party: "caller", sentiment: { not: null } },
    orderBy: { startMs: "desc" },
    take: SPARKLINE_POINTS,
    select: { sentiment: true },
  },
  topics: { distinct: ["key"], take: 4, orderBy: { atMs: "asc" }, select: { key: true, label: true } },
  suggestions: { select: { state: true } },
} satisfies Prisma.CallInclude;

type CallRow = Prisma.CallGetPayload<{ include: typeof rowInclude }>;

function toRow(call: CallRow, { snippet }: { snippet: string[] | null }): HistoryRow {
  const count = (state: string) => call.suggestions.filter((suggestion) => suggestion.state === state).length;
  return {
    callId: callIdSchema.parse(call.id),
    startedAt: call.startedAt.getTime(),
    endedAt: call.endedAt?.getTime() ?? null,
    durationMs: call.durationMs,
    simulated: call.simulated,
    direction: call.direction,
    callerNumber: call.callerNumber,
    callerName: call.callerName,
    agentName: call.agentName,
    calleeNumber: call.calleeNumber,
    teamName: call.teamName,
    endReason: call.endReason,
    monitoring: call.monitoring,
    mood: call.moodFinal,
    sparkline: call.utterances.flatMap(({ sentiment }) => (sentiment === null ? [] : [sentiment])).reverse(),
    topics: call.topics,
    whispers: {
      spoken: count("spoken"),
      rejected: count("rejected"),
      expired: count("expired"),
      failed: count("failed") + count("interrupted"),
    },
    snippet,
    hasRecording: call.recordingPath !== null,
  };
}

function toWhere(filter: HistoryFilter): Prisma.CallWhereInput {
  const conditions: Prisma.CallWhereInput[] = [];
  if (filter.team) conditions.push({ teamId: filter.team });
  if (filter.agent) conditions.push({ agentId: filter.agent });
  if (filter.from) conditions.push({ startedAt: { gte: new Date(filter.from) } });
  if (filter.to) conditions.push({ startedAt: { lt: new Date(filter.to) } });
  if (filter.topic) conditions.push({ topics: { some: { key: filter.topic } } });
  if (filter.mood === "negative") conditions.push({ moodFinal: { lte: MOOD_BOUNDS.negative } });
  if (filter.mood === "positive") conditions.push({ moodFinal: { gte: MOOD_BOUNDS.positive } });
  if (filter.mood === "neutral") conditions.push({ moodFinal: { gt: MOOD_BOUNDS.negative, lt: MOOD_BOUNDS.positive } });
  // An edited suggestion goes on to be spoken: its step tells, not its state.
  if (filter.whisper === "edited") conditions.push({ suggestions: { some: { steps: { some: { state: "edited" } } } } });
  else if (filter.whisper === "failed")
    conditions.push({ suggestions: { some: { state: { in: ["failed", "interrupted"] } } } });
  else if (filter.whisper) conditions.push({ suggestions: { some: { state: filter.whisper } } });
  return { AND: conditions };
}

function afterPlace(place: string | undefined): Prisma.CallWhereInput {
  if (!place) return {};
  const split = place.indexOf("_");
  const startedAt = new Date(Number(place.slice(0, split)));
  const id = place.slice(split + 1);
  return { OR: [{ startedAt: { lt: startedAt } }, { startedAt, id: { lt: id } }] };
}
