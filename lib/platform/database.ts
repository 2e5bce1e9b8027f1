import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./prisma-client/client";
import { existingSingleton, singleton } from "./singleton";

export type Database = PrismaClient;
/** What a function inside `$transaction(async (tx) => …)` is handed; a whole `Database` fits too. */
export type Transaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

const KEY = "database";

/** Connects lazily, on the first query. Close with `$disconnect()`. `poolSize` is the most connections held at once. */
export function openDatabase(options: { url: string; poolSize?: number }): Database {
  const adapter = new PrismaPg({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 10_000,
    application_name: "earshot",
  });
  // Prisma's own 2 s and 5 s are too short for a machine that is busy listening.
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
}

/** Makes `database` the one that route handlers, loaders and actions of this process use. For the server's start. */
export function provideDatabase(database: Database): void {
  singleton(KEY, () => database);
}

/**
 * The database of this process, for Next's module graph.
 * @throws Error where the server has not provided one (e.g. under plain `next dev`).
 */
export function database(): Database {
  const provided = existingSingleton<Database>(KEY);
  if (!provided) throw new Error("No database in this process: start it with `npm start`, not with `next`.");
  return provided;
}
