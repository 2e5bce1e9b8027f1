import type { DomainEvent } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { FLUSH_INTERVAL_MS, RETRY_BASE_MS, RETRY_CAP_MS } from "./constants";
import { type AuditRow, RecordBatch } from "./record-batch";
import { newRecordedCall, type RecordedCall } from "./record-context";
import { recordEvent } from "./record-event";
import { storable } from "./storable";

export type RecorderDeps = {
  bus: EventBus;
  /** Writes one batch in one transaction; rejects where nothing of it was written. */
  write: (batch: RecordBatch) => Promise<void>;
  /** Whether trying again cannot help: the database answered, and refuses these rows. */
  isRefused: (error: unknown) => boolean;
  /** Keeps rows that the database refuses where a person finds them. */
  setAside: (batch: RecordBatch) => Promise<void>;
  clock: Clock;
  logger: Logger;
  /** Calls of scripted parties are marked in the database. */
  demonstration: boolean;
};

/**
 * The record: everything the bus says, in the database as it happens. Events are folded in memory and written a few times a
 * second, one transaction at a time, so nobody waits for the database; a batch that fails is kept and tried again.
 */
export class Recorder {
  #batch = new RecordBatch();
  readonly #calls = new Map<CallId, RecordedCall>();
  #writing: Promise<void> | null = null;
  #unsubscribe: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;
  #endWait: (() => void) | null = null;
  #failures = 0;
  #stopped = false;

  constructor(private readonly deps: RecorderDeps) {}

  /** Batches that failed in a row; above 0 the database is behind. */
  get failures(): number {
    return this.#failures;
  }

  start(): void {
    this.#unsubscribe = this.deps.bus.subscribe((event) => this.#record(event));
  }

  /** Writes what is left; gives up after one failure (it is logged). */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#endWait?.();
    await this.#writing;
    await this.#flush();
  }

  /** Something that happened outside the bus: who listened, who was refused. */
  audit(row: AuditRow): void {
    this.#batch.addAudit(storable(row));
    this.#schedule(FLUSH_INTERVAL_MS);
  }

  recordingProgress(progress: { callId: CallId; path: string; durationMs: number }): void {
    this.#batch.changeCall(progress.callId, { recordingPath: progress.path, recordingMs: progress.durationMs });
    this.#schedule(FLUSH_INTERVAL_MS);
  }

  /** Resolves once everything said before is in the database, or a try has failed. */
  async flushed(): Promise<void> {
    await this.#writing;
    await this.#flush();
  }

  #record(said: DomainEvent): void {
    const event = storable(said);
    const call = this.#callOf(event);
    recordEvent(event, { batch: this.#batch, call, demonstration: this.deps.demonstration });
    if (!this.#batch.empty) this.#schedule(FLUSH_INTERVAL_MS);
  }

  #callOf(event: DomainEvent): RecordedCall {
    let call = this.#calls.get(event.callId);
    if (!call) {
      call = newRecordedCall();
      this.#calls.set(event.callId, call);
    }
    if (event.type === "call.arrived") call.teamId = event.info.teamId;
    return call;
  }

  /** The call will say nothing more. */
  forget(callId: CallId): void {
    this.#calls.delete(callId);
  }

  #schedule(delayMs: number): void {
    if (this.#cancelTimer || this.#writing || this.#stopped) return;
    this.#cancelTimer = this.deps.clock.after(delayMs, () => {
      this.#cancelTimer = null;
      void this.#flush();
    });
  }

  #flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#writing) return this.#writing;
    if (this.#batch.empty) return Promise.resolve();
    const batch = this.#batch;
    this.#batch = new RecordBatch();
    this.#writing = this.#write(batch).finally(() => {
      this.#writing = null;
      if (!this.#batch.empty) this.#schedule(FLUSH_INTERVAL_MS);
    });
    return this.#writing;
  }

  /** Tries until it is written: later batches wait behind, so the order of the record is the order of events. */
  async #write(batch: RecordBatch): Promise<void> {
    for (;;) {
      try {
        await this.deps.write(batch);
        this.#failures = 0;
        return;
      } catch (error) {
        this.#failures += 1;
        const { size } = batch;
        this.deps.logger.error({ err: error, failures: this.#failures, size }, "the record could not be written");
        if (this.deps.isRefused(error)) return this.#writeApart(batch);
        if (this.#stopped) return;
        const delay = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(this.#failures - 1, 10));
        await new Promise<void>((resolve) => {
          this.#endWait = resolve;
          this.deps.clock.after(delay, resolve);
        });
      }
    }
  }

  /** Each call by itself; what is refused even so is set aside, so that one bad row never stops the record. */
  async #writeApart(batch: RecordBatch): Promise<void> {
    for (const part of batch.split()) {
      try {
        await this.deps.write(part);
      } catch (error) {
        if (!this.deps.isRefused(error)) {
          await this.#write(part);
          continue;
        }
        this.deps.logger.error({ err: error, size: part.size }, "rows that the database refuses were set aside");
        await this.deps.setAside(part);
      }
    }
    this.#failures = 0;
  }
}
