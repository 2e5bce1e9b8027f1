import { startEmbeddedPostgres } from "@/lib/platform/embedded-postgres";

/** A process that holds an embedded Postgres until it is killed. Usage: tsx database-holder.ts DATA_DIR */
const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "" });
process.stdout.write(`${JSON.stringify({ url: postgres.url, home: postgres.home })}\n`);
setInterval(() => {}, 60_000);
