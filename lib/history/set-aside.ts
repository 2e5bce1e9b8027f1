import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordBatch } from "./record-batch";

/** Writes a batch that the database refuses to a file of its own (it may hold transcripts: readable by the owner only). */
export async function setAside(batch: RecordBatch, options: { dir: string }): Promise<void> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  await writeFile(join(options.dir, `${randomUUID()}.json`), JSON.stringify(batch, null, 2), { mode: 0o600 });
}
