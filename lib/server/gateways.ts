import { readFileSync } from "node:fs";
import { systemClock } from "@/lib/platform/clock";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { CallControlGateway } from "@/lib/telephony/drivers/call-control";
import type { Gateway } from "@/lib/telephony/gateway";
import type { SwitchProcess } from "./switch-process";

/** @returns the telephone system that the environment names, or the built-in switch. @throws Error where a certificate cannot be read */
export function createGateway(options: { env: Env; builtIn: SwitchProcess | null; logger: Logger }): Gateway {
  const { env, builtIn, logger } = options;
  const common = { connectorId: env.GATEWAY_CONNECTOR_ID, sampleRate: env.GATEWAY_SAMPLE_RATE };
  const deps = { clock: systemClock, logger };
  if (builtIn) {
    const credentials = { kind: "api-key" as const, key: builtIn.apiKey };
    return new CallControlGateway({ ...common, name: "built-in", url: builtIn.url, credentials }, deps);
  }
  return new CallControlGateway(
    {
      ...common,
      name: "call-control",
      url: env.GATEWAY_URL ?? "",
      credentials: credentialsOf(env),
      ...(env.GATEWAY_CA_PATH ? { ca: read(env.GATEWAY_CA_PATH) } : {}),
    },
    deps,
  );
}

function credentialsOf(env: Env) {
  if (env.GATEWAY_CERT_PATH && env.GATEWAY_KEY_PATH)
    return { kind: "client-certificate" as const, cert: read(env.GATEWAY_CERT_PATH), key: read(env.GATEWAY_KEY_PATH) };
  return { kind: "api-key" as const, key: env.GATEWAY_API_KEY ?? "" };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`The file ${path} named by the environment cannot be read.`, { cause: error });
  }
}
