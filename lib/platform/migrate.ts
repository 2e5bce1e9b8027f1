import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { projectRoot } from "./paths";

/** Prisma's own advisory lock, so that `prisma migrate deploy` and we wait for each other. */
const PRISMA_LOCK = 72_707_369;
const FOLDER = /^\d{14}_[a-z0-9_]+$/;

/** As Prisma's schema engine makes it: its `migrate status` and `migrate deploy` read what we write. */
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

type Migration = { name: string; sql: string; checksum: string };
type Applied = { migration_name: string; checksum: string; finished_at: Date | null; logs: string | null };

export class MigrationError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "MigrationError";
  }
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => FOLDER.test(name) && existsSync(join(dir, name, "migration.sql")))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(dir, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    });
}

function check({ migrations, applied }: { migrations: Migration[]; applied: Applied[] }): void {
  for (const row of applied) {
    if (!row.finished_at)
      throw new MigrationError(
        `Migration ${row.migration_name} was begun by Prisma and has failed: ${row.logs ?? "no log"}. ` +
          "Repair the database, then run `npx prisma migrate resolve`.",
      );
    const file = migrations.find((migration) => migration.name === row.migration_name);
    if (!file)
      throw new MigrationError(
        `The database has migration ${row.migration_name}, which this version does not know. ` +
          "It was made by a newer version of Earshot: start that one, or restore a backup.",
      );
    if (file.checksum !== row.checksum)
      throw new MigrationError(
        `Migration ${row.migration_name} was changed after it had been applied. ` +
          "Restore prisma/migrations from git; make a new migration for new changes.",
      );
  }
}

/** One migration and its record in one transaction: after a kill, either both are there or neither. */
async function apply({ client, migration }: { client: Client; migration: Migration }): Promise<void> {
  const id = randomUUID();
  await client.query("BEGIN");
  try {
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [id, migration.checksum, migration.name],
    );
    await client.query(migration.sql);
    await client.query(
      `UPDATE "_prisma_migrations" SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
      [id],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    const reason = error instanceof Error ? error.message : String(error);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs, rolled_back_at) VALUES ($1, $2, $3, $4, now())`,
      [id, migration.checksum, migration.name, reason],
    );
    throw new MigrationError(`Migration ${migration.name} failed and was rolled back: ${reason}`, { cause: error });
  }
}

/**
 * Applies what is missing of `prisma/migrations`, in order, while no other process can.
 * @returns the names of the migrations applied now.
 * @throws MigrationError where an applied migration was changed, is unknown here, or one fails (then it is rolled back).
 */
export async function migrate(options: { url: string; dir?: string }): Promise<string[]> {
  const migrations = readMigrations(options.dir ?? join(projectRoot, "prisma", "migrations"));
  const client = new Client({ connectionString: options.url, application_name: "earshot migrate" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query("SET client_min_messages TO warning");
    await client.query(TABLE);
    const { rows: applied } = await client.query<Applied>(
      `SELECT migration_name, checksum, finished_at, logs FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
    );
    check({ migrations, applied });
    const done = new Set(applied.map((row) => row.migration_name));
    const pending = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of pending) await apply({ client, migration });
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}
