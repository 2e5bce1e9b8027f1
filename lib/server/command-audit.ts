import type { TeamId } from "@/lib/contract/ids";
import type { AuditRow } from "@/lib/history/record-batch";
import type { CommandAudit, ListeningAudit } from "@/lib/realtime/ports";

/** @returns a browser's command as a row of the audit. */
export function auditOfCommand(entry: CommandAudit, { teamId }: { teamId: TeamId | null }): AuditRow {
  return {
    action: `command.${entry.command.replace(":", ".")}`,
    by: { kind: "user", userId: entry.userId, name: entry.userName },
    at: entry.at,
    callId: entry.callId,
    teamId,
    subject: entry.subjectId,
    detail: { ...entry.detail, outcome: entry.outcome, ...(entry.code ? { code: entry.code } : {}) },
  };
}

/** @returns a stretch of listening in the browser, once it is over, as a row of the audit. */
export function auditOfListening(entry: ListeningAudit): AuditRow {
  return {
    action: "calls.listen",
    by: { kind: "user", userId: entry.userId, name: entry.userName },
    at: entry.at,
    callId: entry.callId,
    teamId: entry.teamId,
    subject: null,
    detail: { seconds: entry.seconds },
  };
}
