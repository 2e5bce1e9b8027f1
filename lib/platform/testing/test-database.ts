import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { type Database, openDatabase } from "@/lib/platform/database";
import { TEMPLATE, withDatabase } from "./postgres-setup";

export type TestDatabase = { prisma: Database; url: string; close(): Promise<void> };

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * A database of its own for one test file, on the run's one Postgres: migrated and empty. `migrated: false` gives a bare one.
 * Only in `*.integration.test.ts`; call `close()` in `afterAll`.
 */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer(`CREATE DATABASE "${name}"${options.migrated === false ? "" : ` TEMPLATE "${TEMPLATE}"`}`);
  const url = withDatabase({ url: inject("postgresUrl"), name });
  const prisma = openDatabase({ url });
  const close = async () => {
    await prisma.$disconnect();
    await administer(`DROP DATABASE "${name}" WITH (FORCE)`);
  };
  return { prisma, url, close };
}
