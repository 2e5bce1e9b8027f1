/** `npm run check:asterisk -- --url http://pbx:8088`: what is wrong between here and an Asterisk. Places no call. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseEnv } from "@/lib/platform/env";
import { asteriskServers } from "@/lib/server/asterisk-servers";
import { asteriskOptionsSchema, type ParsedOptions } from "@/lib/telephony/drivers/asterisk/options";
import { type Check, checkAsterisk } from "@/lib/telephony/drivers/asterisk/preflight";

const HELP = `Checks that Earshot can supervise calls on an Asterisk. Places no call and changes nothing.

  npm run check:asterisk                                     every server of .env and of ASTERISK_SERVERS_FILE
  npm run check:asterisk -- --url http://pbx:8088 [options]  that one

  --url URL          address of Asterisk's HTTP server            (or ASTERISK_URL)
  --username NAME    user of ari.conf                             (or ASTERISK_USERNAME; default earshot)
  --password WORD    its password                                 (better: ASTERISK_PASSWORD, which no process list shows)
  --app NAME         name of the ARI application                  (or ASTERISK_APP; default earshot)
  --ca FILE          PEM of the authority of its certificate      (or ASTERISK_CA_PATH)
  --help

✓ is well, ! is doubtful, ✗ must be changed. Exit code 0: nothing must be changed; 1: something must, or the options are wrong.
What to write where: docs/asterisk.md.`;

const flags = {
  url: { type: "string" },
  username: { type: "string" },
  password: { type: "string" },
  app: { type: "string" },
  ca: { type: "string" },
  help: { type: "boolean" },
} as const;

/** @throws Error that names each faulty option, and no value of any */
function readOptions(values: Partial<Record<"url" | "username" | "password" | "app" | "ca", string>>): ParsedOptions {
  const { env } = process;
  const caFile = values.ca ?? env.ASTERISK_CA_PATH;
  const parsed = asteriskOptionsSchema.safeParse({
    url: values.url ?? env.ASTERISK_URL,
    username: values.username ?? env.ASTERISK_USERNAME ?? "earshot",
    password: values.password ?? env.ASTERISK_PASSWORD,
    app: values.app ?? env.ASTERISK_APP,
    ...(caFile ? { ca: readFileSync(caFile) } : {}),
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, code, message }) => `  --${path.join(".")}: ${code === "invalid_type" ? "is missing" : message}`,
  );
  throw new Error(`These options are missing or wrong (--help tells more):\n${faults.join("\n")}`);
}

function line({ ok, name, detail, advice }: Check): string {
  const sign = ok ? "✓" : ok === null ? "!" : "✗";
  return `${sign} ${name}: ${[detail, advice].filter(Boolean).join(". ")}`;
}

async function run(): Promise<number> {
  const { values } = parseArgs({ options: flags });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  // As `npm start` reads it, so that the check sees what Earshot will.
  const envFile = join(import.meta.dirname, "..", ".env");
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const configured = values.url ? [] : asteriskServers(parseEnv(process.env));
  let faults = 0;
  for (const options of configured.length > 0 ? configured : [readOptions(values)]) faults += await check(options);
  return faults === 0 ? 0 : 1;
}

/** @returns how much must be changed */
async function check(options: ParsedOptions): Promise<number> {
  const checks = await checkAsterisk(options);
  for (const step of checks) console.log(line(step));
  const faults = checks.filter(({ ok }) => ok === false).length;
  const verdict = faults === 0 ? "Earshot can work with it." : `${faults} to be changed; then run this again.`;
  console.log(`\n${options.name} at ${new URL(options.url).host}: ${verdict}\n`);
  return faults;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
