import { actorColumns } from "@/lib/auth/audit";
import type { Suggestion } from "@/lib/contract/coaching";
import { Prisma, type PrismaClient } from "@/lib/platform/prisma-client/client";
import type { RecordBatch } from "./record-batch";

/** A batch is small and local; a database that takes longer than this is in trouble, and the batch is tried again. */
const TRANSACTION_LIMIT_MS = 20_000;

/** Writes a whole batch in one transaction, in an order that keeps foreign keys. Writing it twice changes nothing but the audit. */
export async function writeBatch(prisma: PrismaClient, { batch }: { batch: RecordBatch }): Promise<void> {
  await prisma.$transaction(
    async (tx) => {
      await tx.call.createMany({ data: [...batch.newCalls.values()], skipDuplicates: true });
      await tx.callParty.createMany({ data: batch.parties, skipDuplicates: true });
      for (const [id, data] of batch.calls) await tx.call.updateMany({ where: { id }, data });
      await tx.utterance.createMany({ data: [...batch.utterances.values()], skipDuplicates: true });
      for (const { callId, utteranceId, data } of batch.sentiments.values())
        await tx.utterance.updateMany({ where: { callId, utteranceId }, data });
      await tx.topicMention.createMany({ data: batch.topics, skipDuplicates: true });
      for (const suggestion of batch.suggestions.values()) await writeSuggestion(tx, { suggestion });
      await tx.modeChange.createMany({
        data: [...batch.modesAsked.values(), ...batch.modesUnasked],
        skipDuplicates: true,
      });
      for (const { callId, requestId, data } of batch.modesSettled)
        await tx.modeChange.updateMany({ where: { callId, requestId }, data });
      for (const row of batch.speakings.values()) {
        const { callId, speakingId } = row;
        // What has ended is not opened again by a start that is written twice.
        const update = row.endedAt ? row : {};
        await tx.speaking.upsert({ where: { callId_speakingId: { callId, speakingId } }, create: row, update });
      }
      // Never less than before, and nothing of what has ended: a batch may be written twice.
      for (const { callId, speakingId, spokenMs } of batch.spoken.values())
        await tx.speaking.updateMany({
          where: { callId, speakingId, endedAt: null, spokenMs: { lt: spokenMs } },
          data: { spokenMs },
        });
      for (const { callId, alert } of batch.alerts.values()) {
        const { alertId: id, raisedAt, ...rest } = alert;
        const row = { ...rest, callId, raisedAt: new Date(raisedAt) };
        await tx.alert.upsert({ where: { id }, create: { id, ...row }, update: row });
      }
      await tx.note.createMany({ data: batch.notes, skipDuplicates: true });
      await tx.auditEntry.createMany({ data: batch.audit });
      for (const row of batch.growingAudit.values()) {
        const { callId, action, subject, detail } = row;
        const { count } = await tx.auditEntry.updateMany({ where: { callId, action, subject }, data: { detail } });
        if (count === 0) await tx.auditEntry.create({ data: row });
      }
    },
    { timeout: TRANSACTION_LIMIT_MS },
  );
}

async function writeSuggestion(
  tx: Prisma.TransactionClient,
  { suggestion }: { suggestion: Suggestion },
): Promise<void> {
  const { suggestionId: id, steps, clip, claimedBy, proof, evidence, proposedAt, expiresAt, ...kept } = suggestion;
  const { waitingFor: _ofThisMoment, agentResponseBy: answeredBy, ...rest } = kept;
  const row = {
    ...rest,
    evidence,
    proposedAt: new Date(proposedAt),
    expiresAt: new Date(expiresAt),
    clipHash: clip?.hash ?? null,
    clipDurationMs: clip?.durationMs ?? null,
    claimedByUserId: claimedBy?.kind === "user" ? claimedBy.userId : null,
    claimedByName: claimedBy?.kind === "user" ? claimedBy.name : null,
    responseUserId: answeredBy?.kind === "user" ? answeredBy.userId : null,
    responseName: answeredBy?.kind === "user" ? answeredBy.name : null,
    ...(proof ? { proof } : {}),
  };
  await tx.suggestion.upsert({ where: { id }, create: { id, ...row }, update: row });
  await tx.suggestionStep.createMany({
    data: steps.map(({ actor, at, ...step }, position) => ({
      suggestionId: id,
      position,
      ...step,
      at: new Date(at),
      ...actorColumns(actor),
    })),
    skipDuplicates: true,
  });
}

/** Prisma's codes for a database that is away, busy or in the middle of a conflict: trying again may help. */
const PASSING = /^(P1\d{3}|P2024|P2028|P2034|P2037)$/;

/** @returns whether the database (or Prisma before it) refuses the rows themselves. */
export function isRefused(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientValidationError) return true;
  return error instanceof Prisma.PrismaClientKnownRequestError && !PASSING.test(error.code);
}
