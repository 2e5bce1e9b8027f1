import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";
import type { Env } from "@/lib/platform/env";
import { asteriskOptionsSchema, type ParsedOptions } from "@/lib/telephony/drivers/asterisk/options";

/** Names that the other gateways have. */
const TAKEN = [BUILT_IN_SWITCH, "call-control"];

const fileSchema = z
  .array(
    z.strictObject(asteriskOptionsSchema.omit({ ca: true }).shape).extend({ caPath: z.string().min(1).optional() }),
  )
  .min(1, "no server in it");

/** @returns every Asterisk that the environment names. @throws Error that says which variable, file and field to change */
export function asteriskServers(env: Env): ParsedOptions[] {
  const single = env.ASTERISK_URL ? [readSingle(env)] : [];
  const servers = [...single, ...(env.ASTERISK_SERVERS_FILE ? readFile(env.ASTERISK_SERVERS_FILE) : [])];
  for (const [index, { name }] of servers.entries()) {
    const isTwice = servers.findIndex((other) => other.name === name) < index;
    if (!isTwice && !TAKEN.includes(name)) continue;
    const place = env.ASTERISK_SERVERS_FILE ? `${env.ASTERISK_SERVERS_FILE}: [${index - single.length}].name: ` : "";
    throw new Error(`${place}the name "${name}" is taken; give every telephone system one of its own.`);
  }
  return servers;
}

function readSingle(env: Env): ParsedOptions {
  const variables = {
    url: env.ASTERISK_URL,
    username: env.ASTERISK_USERNAME,
    password: env.ASTERISK_PASSWORD,
    app: env.ASTERISK_APP,
    contexts: env.ASTERISK_CONTEXTS,
    endpoints: env.ASTERISK_ENDPOINTS,
    dial: env.ASTERISK_DIAL,
  };
  const parsed = asteriskOptionsSchema.safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `  ASTERISK_${String(path[0] ?? "URL").toUpperCase()}: ${message}`,
    );
    throw new Error(`The environment has ${faults.length} fault(s); see .env.example:\n${faults.join("\n")}`);
  }
  return withCertificate(parsed.data, env.ASTERISK_CA_PATH);
}

function readFile(path: string): ParsedOptions[] {
  const parsed = fileSchema.safeParse(readJson(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${placeOf(issue.path)}${issue.message}`);
    const count = `${faults.length} fault(s)`;
    throw new Error(`The file ${path} named by ASTERISK_SERVERS_FILE has ${count}:\n${faults.join("\n")}`);
  }
  // Beside the list, so that a folder with both can be moved.
  return parsed.data.map(({ caPath, ...server }) => withCertificate(server, caPath && resolve(dirname(path), caPath)));
}

/** `[1].contexts[0]: ` */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return place && `${place}: `;
}

function readJson(path: string): unknown {
  const text = readNamedFile(path).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The file ${path} named by ASTERISK_SERVERS_FILE is no JSON: ${reason}`);
  }
}

function withCertificate(options: ParsedOptions, path: string | undefined): ParsedOptions {
  return path ? { ...options, ca: readNamedFile(path) } : options;
}

/** @throws Error that names the file */
export function readNamedFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`The file ${path} named by the environment cannot be read.`, { cause: error });
  }
}
