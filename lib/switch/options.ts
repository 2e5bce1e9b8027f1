import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { cacheDir } from "@/lib/platform/paths";

const optionalText = z.string().min(1).optional();
const count = (max: number) => z.coerce.number().int().min(0).max(max);

const schema = z
  .object({
    /** 0: any free port. */
    port: count(65_535).default(0),
    host: z.string().min(1).default("127.0.0.1"),
    apiKey: optionalText,
    /** Of the media connections, Hz. */
    sampleRate: z.coerce
      .number()
      .pipe(z.union([z.literal(8000), z.literal(16_000), z.literal(24_000)]))
      .default(16_000),
    /** How many calls are kept going at once. */
    calls: count(200).default(3),
    /** Ids of scenarios, comma-separated; without it all of them. */
    scenarios: z
      .string()
      .min(1)
      .transform((text) => text.split(",").map((id) => id.trim()))
      .optional(),
    /** More scripted calls beside those that come with Earshot. */
    scenariosDir: optionalText,
    /** Same seed, same order of calls. */
    seed: z.coerce.number().int().optional(),
    /** Recordings to replay instead of scripted calls. */
    recordingsDir: optionalText,
    /** Each recording is placed so many times; 0: for ever. */
    recordingsTimes: count(100_000).default(0),
    recordLegsDir: optionalText,
    /** Rendered dialogues. */
    cacheDir: z.string().min(1).default(join(cacheDir, "dialogues")),
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    tlsCertPath: optionalText,
    tlsKeyPath: optionalText,
    /** Client certificates signed by it are let in (mTLS). */
    tlsCaPath: optionalText,
  })
  .check((context) => {
    const { apiKey, tlsCertPath, tlsKeyPath, tlsCaPath } = context.value;
    const fault = (path: string, message: string) =>
      context.issues.push({ code: "custom", path: [path], message, input: context.value });
    if (Boolean(tlsCertPath) !== Boolean(tlsKeyPath)) fault("tlsKeyPath", "TLS needs both a certificate and a key");
    if (tlsCaPath && !tlsCertPath) fault("tlsCertPath", "client certificates need a server certificate and key");
    if (!apiKey && !tlsCaPath) fault("apiKey", "set SWITCH_API_KEY, or a CA for client certificates");
  });

export type ProcessOptions = z.infer<typeof schema>;
type Name = keyof ProcessOptions;

const names = Object.keys(schema.shape);
/** `recordLegsDir` is `--record-legs-dir` and `SWITCH_RECORD_LEGS_DIR`; only the log level has no prefix. */
const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variableOf = (name: string) =>
  name === "logLevel" ? "LOG_LEVEL" : `SWITCH_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;

/**
 * The switch's own configuration: flags before environment before defaults. The key is never a flag, where every user of
 * the machine could read it.
 * @throws Error that lists every fault, one a line.
 */
export function parseOptions(source: { argv: string[]; env: Record<string, string | undefined> }): ProcessOptions {
  const flags = Object.fromEntries(
    names
      .filter((name) => name !== ("apiKey" satisfies Name))
      .map((name) => [flagOf(name), { type: "string" as const }]),
  );
  const { values } = parseArgs({ args: source.argv, options: flags, strict: true, allowPositionals: false });
  const given = names.flatMap((name) => {
    const value = values[flagOf(name)] ?? source.env[variableOf(name)];
    return typeof value === "string" && value !== "" ? [[name, value]] : [];
  });
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `  ${variableOf(issue.path.join("."))}: ${issue.message}`);
  throw new Error(`The switch's options have ${faults.length} fault(s):\n${faults.join("\n")}`);
}
