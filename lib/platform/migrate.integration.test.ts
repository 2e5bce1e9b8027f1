import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "./migrate";
import { projectRoot } from "./paths";
import { createTestDatabase, type TestDatabase } from "./testing/test-database";

/** In the order they must be applied. */
const ALL = ["20261122000000_first", "20261123000000_direction", "20261124000000_voice", "20261125000000_answers"];

let db: TestDatabase;
let dir: string;

beforeEach(async () => {
  db = await createTestDatabase({ migrated: false });
  dir = mkdtempSync(join(tmpdir(), "earshot-migrations-"));
  cpSync(join(projectRoot, "prisma", "migrations"), dir, { recursive: true });
});
afterEach(() => db.close());

function addMigration({ name, sql }: { name: string; sql: string }): void {
  mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, name, "migration.sql"), sql);
}

async function query<T extends object>(sql: string): Promise<T[]> {
  const client = new Client({ connectionString: db.url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  it("applies everything once and nothing the second time", async () => {
    expect(await migrate({ url: db.url, dir })).toEqual(ALL);
    expect(await migrate({ url: db.url, dir })).toEqual([]);
    const rows = await query<{ finished: boolean; applied_steps_count: number }>(
      `SELECT finished_at IS NOT NULL AS finished, applied_steps_count FROM _prisma_migrations`,
    );
    expect(rows).toEqual(ALL.map(() => ({ finished: true, applied_steps_count: 1 })));
  });

  it("lets two processes that start together apply each migration once", async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrate({ url: db.url, dir })));
    expect(results.flat()).toEqual(ALL);
  });

  it("refuses an applied migration that was changed", async () => {
    await migrate({ url: db.url, dir });
    addMigration({ name: "20261122000000_first", sql: "SELECT 1;" });
    await expect(migrate({ url: db.url, dir })).rejects.toThrow(/20261122000000_first was changed after/);
  });

  it("rolls a failing migration back, says why, and can be run again once it is repaired", async () => {
    addMigration({ name: "20270101000000_bad", sql: "CREATE TABLE half (id int); SELECT * FROM nowhere;" });
    await expect(migrate({ url: db.url, dir })).rejects.toThrow(/20270101000000_bad failed.*nowhere/);
    expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    const [failed] = await query<{ logs: string }>(
      `SELECT logs FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL`,
    );
    expect(failed?.logs).toContain("nowhere");
    addMigration({ name: "20270101000000_bad", sql: "CREATE TABLE whole (id int);" });
    expect(await migrate({ url: db.url, dir })).toEqual(["20270101000000_bad"]);
  });

  it("refuses a migration that Prisma began and did not finish", async () => {
    await migrate({ url: db.url, dir });
    await query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'out of disk'`);
    await expect(migrate({ url: db.url, dir })).rejects.toThrow(/out of disk.*migrate resolve/);
  });

  it("refuses a database made by a newer version", async () => {
    addMigration({ name: "20270101000000_future", sql: "SELECT 1;" });
    await migrate({ url: db.url, dir });
    await expect(migrate({ url: db.url })).rejects.toThrow(/newer version/);
  });
});
