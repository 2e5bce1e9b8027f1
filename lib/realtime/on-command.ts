import { z } from "zod";
import { canSeeCall, canSupervise, isAgent } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { Actor } from "@/lib/contract/call";
import type { CommandError, CommandResult } from "@/lib/contract/command-result";
import { type CallId, callIdSchema, type UserId } from "@/lib/contract/ids";
import {
  type ClientCommandName,
  type CommandData,
  type CommandPayload,
  clientCommands,
} from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { AppError, toCommandError } from "@/lib/platform/errors";
import type { Logger } from "@/lib/platform/logger";
import {
  type CommandHandlers,
  type CommandRequest,
  type CommandRules,
  noSuchCall,
  type Seat,
} from "./command-handlers";
import type { LiveCalls } from "./live-calls";
import type { CommandAudit, RealtimeMetrics } from "./ports";
import type { RateLimiter } from "./rate-limiter";
import { isRetreat, mayRetreat } from "./retreats";

export const COMMAND_NAMES = Object.keys(clientCommands) as ClientCommandName[];

export type CommandRunnerDeps = {
  handlers: CommandHandlers;
  rules: CommandRules;
  live: LiveCalls;
  /** False: this call, which `live` has not got (or not for this viewer), may still be found. */
  knowsAllCalls: (asked: { callId: CallId; viewer: Viewer }) => boolean;
  limiter: RateLimiter;
  audit: (entry: CommandAudit) => void;
  clock: Clock;
  logger: Logger;
  metrics?: RealtimeMetrics | undefined;
};

/** Who sent it; `viewer` is null once the session has ended. */
type Asker = { viewer: Viewer | null; seat: Seat };

type Call<N extends ClientCommandName> = { name: N; payload: unknown; asker: Asker };
type Subject = {
  callId: CommandAudit["callId"] | null;
  suggestionId: string | null;
  alertId: string | null;
  detail: CommandAudit["detail"];
};

/**
 * The one way of a command: authenticate, limit, parse, authorise, do. Never throws: every failure is the result, an unexpected
 * one INTERNAL and in the log. What is over the limit costs no parsing and leaves no audit row, or a flood would fill the record;
 * a retreat is done all the same.
 */
export async function runCommand<N extends ClientCommandName>(
  deps: CommandRunnerDeps,
  { name, payload, asker }: Call<N>,
): Promise<CommandResult<CommandData<N>>> {
  const startedAt = deps.clock.now();
  const result = await attempt(deps, { name, payload, asker });
  deps.metrics?.command({
    name,
    outcome: result.ok ? "ok" : result.code,
    ms: Math.max(0, deps.clock.now() - startedAt),
  });
  return result;
}

async function attempt<N extends ClientCommandName>(
  deps: CommandRunnerDeps,
  { name, payload, asker }: Call<N>,
): Promise<CommandResult<CommandData<N>>> {
  const { viewer, seat } = asker;
  if (!viewer) return unauthenticated();
  const { userId } = viewer;
  const isWithinRate = deps.limiter.take({ userId, command: name, rate: deps.rules[name].rate });
  if (!isWithinRate) reportExcess(deps, { name, userId });
  if (!isWithinRate && !mayRetreat(name)) return tooMany();
  const parsed = clientCommands[name].payload.safeParse(payload);
  if (!parsed.success) return isWithinRate ? invalid(parsed.error) : tooMany();
  // Narrowing the catalogue by a type parameter is beyond the compiler; this is the one cast.
  const request = { payload: parsed.data as CommandPayload<N>, viewer, by: actorOf(viewer), seat };
  if (isWithinRate) return perform(deps, { name, request });
  // Done all the same; its row would be one of thousands, and what it changes has a row of its own.
  return isRetreat(name, request.payload) ? perform({ ...deps, audit: () => undefined }, { name, request }) : tooMany();
}

/** Authorises and does what was parsed. */
async function perform<N extends ClientCommandName>(
  deps: CommandRunnerDeps,
  { name, request }: { name: N; request: CommandRequest<N> },
): Promise<CommandResult<CommandData<N>>> {
  const { viewer } = request;
  const subject = subjectOf(request.payload);
  try {
    authorise(deps, { name, viewer, subject });
  } catch (error) {
    if (error instanceof AppError && error.code === "UNAVAILABLE") {
      // Of an unknown call nothing was decided, and the browser asks again every second or two: no line of the audit.
      const { callId } = subject;
      if (callId !== null && deps.live.get(callId))
        refused(deps, { name, viewer, subject, outcome: "refused", error: noSuchCall(callId) });
      return toCommandError(error);
    }
    return refused(deps, { name, viewer, subject, outcome: "refused", error });
  }
  try {
    const data = await deps.handlers[name](request);
    record(deps, { name, viewer, subject, outcome: "done", code: null });
    return { ok: true, data };
  } catch (error) {
    return refused(deps, { name, viewer, subject, outcome: "failed", error });
  }
}

/**
 * @throws AppError NOT_FOUND: no such call, or another team's, alike; UNAVAILABLE in place of it while that is not known yet;
 * FORBIDDEN: may see it, not act on it.
 */
function authorise(
  { live, rules, knowsAllCalls }: CommandRunnerDeps,
  { name, viewer, subject }: { name: ClientCommandName; viewer: Viewer; subject: Subject },
): void {
  const { needs } = rules[name];
  const { callId, suggestionId, alertId } = subject;
  if (needs === "anyone") return;
  const isForDesk = needs === "desk" || needs === "agent";
  if (isAgent(viewer) !== isForDesk) throw callId === null ? notYours({ name, viewer }) : noSuchCall(callId);
  if (needs === "own" || needs === "agent") return;
  if (callId === null) throw new Error(`the command ${name} names no call`);
  const view = live.get(callId);
  const isOwnDesk = needs === "desk" && viewer.agentId !== null && view?.info.agentId === viewer.agentId;
  if (!view || !(needs === "desk" ? isOwnDesk : canSeeCall({ viewer, teamId: view.info.teamId })))
    throw knowsAllCalls({ callId, viewer }) ? noSuchCall(callId) : stillSearched(callId);
  if (needs === "supervise" && !canSupervise({ viewer, teamId: view.info.teamId }))
    throw new AppError("FORBIDDEN", {
      message: `${viewer.role} may not ${name}`,
      userMessage: "You may watch this call, but not act on it.",
    });
  const isOther =
    (suggestionId !== null && view.suggestions.every((suggestion) => suggestion.suggestionId !== suggestionId)) ||
    (alertId !== null && view.alerts.every((alert) => alert.alertId !== alertId));
  if (isOther)
    throw new AppError("NOT_FOUND", {
      message: `${name}: not of call ${callId}`,
      userMessage: "This call has no such suggestion or alert.",
    });
}

function stillSearched(callId: CallId): AppError {
  return new AppError("UNAVAILABLE", {
    message: `call ${callId} is not found (yet) after the start`,
    userMessage:
      "Earshot has started and is looking for the calls that go on; it finds those of a telephone system that is away once it is back.",
    retryable: true,
  });
}

function notYours({ name, viewer }: { name: ClientCommandName; viewer: Viewer }): AppError {
  const userMessage = isAgent(viewer)
    ? "This is for supervisors; your desk is at /phone/agent."
    : "Only agents have a desk.";
  return new AppError("FORBIDDEN", { message: `${viewer.role} may not ${name}`, userMessage });
}

const subjectSchema = z.object({
  callId: callIdSchema.nullish().transform((id) => id ?? null),
  suggestionId: z.string().optional(),
  alertId: z.string().optional(),
  mode: z.string().optional(),
  response: z.string().optional(),
  paused: z.boolean().optional(),
  force: z.boolean().optional(),
  claimed: z.boolean().optional(),
  wrong: z.boolean().optional(),
  text: z.string().optional(),
});

function subjectOf(payload: unknown): Subject {
  const { callId, suggestionId, alertId, text, ...detail } = subjectSchema.parse(payload);
  const given = Object.entries(detail).filter((entry): entry is [string, string | boolean] => entry[1] !== undefined);
  return {
    callId,
    suggestionId: suggestionId ?? null,
    alertId: alertId ?? null,
    detail: { ...Object.fromEntries(given), ...(text === undefined ? {} : { textLength: text.length }) },
  };
}

type Outcome = { name: ClientCommandName; viewer: Viewer; subject: Subject; outcome: CommandAudit["outcome"] };

function refused(deps: CommandRunnerDeps, { error, ...entry }: Outcome & { error: unknown }): CommandError {
  const result = toCommandError(error);
  const fields = { command: entry.name, callId: entry.subject.callId, userId: entry.viewer.userId, code: result.code };
  if (error instanceof AppError) deps.logger.info(fields, "command not done");
  else deps.logger.error({ ...fields, err: error }, "command handler failed");
  record(deps, { ...entry, code: result.code });
  return result;
}

function record(
  { audit, clock, logger, rules }: CommandRunnerDeps,
  { name, viewer, subject, outcome, code }: Outcome & { code: CommandAudit["code"] },
): void {
  if (rules[name].needs === "own" || subject.callId === null) return;
  try {
    audit({
      at: clock.now(),
      userId: viewer.userId,
      userName: viewer.name,
      command: name,
      callId: subject.callId,
      subjectId: subject.suggestionId ?? subject.alertId,
      outcome,
      code,
      detail: subject.detail,
    });
  } catch (error) {
    logger.error({ err: error, command: name, callId: subject.callId }, "audit of a command failed");
  }
}

function actorOf({ userId, name }: Viewer): Actor {
  return { kind: "user", userId, name: name.slice(0, 120) };
}

function invalid(error: z.ZodError): CommandError {
  const issue = error.issues[0];
  const field = issue?.path.join(".").slice(0, 120);
  const message = `The request was not understood${field ? ` (${field})` : ""}: ${issue?.message ?? "wrong shape"}`;
  return { ok: false, code: "INVALID", message: message.slice(0, 400), retryable: false, ...(field ? { field } : {}) };
}

function unauthenticated(): CommandError {
  return { ok: false, code: "UNAUTHENTICATED", message: "Your session has ended; sign in again.", retryable: false };
}

/** Logged once a minute and person; the metrics count each. */
function reportExcess(
  { limiter, logger }: CommandRunnerDeps,
  { name, userId }: { name: ClientCommandName; userId: UserId },
): void {
  const excess = limiter.excessToReport(userId);
  if (excess > 0) logger.warn({ userId, command: name, excess }, "commands rate limited");
}

function tooMany(): CommandError {
  const message = "Too many requests; wait a moment and try again.";
  return { ok: false, code: "RATE_LIMITED", message, retryable: true };
}
