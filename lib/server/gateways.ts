import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";
import { systemClock } from "@/lib/platform/clock";
import type { Env } from "@/lib/platform/env";
import type { Logger } from "@/lib/platform/logger";
import { AsteriskGateway } from "@/lib/telephony/drivers/asterisk";
import { CallControlGateway } from "@/lib/telephony/drivers/call-control";
import type { Gateway } from "@/lib/telephony/gateway";
import { asteriskServers, readNamedFile } from "./asterisk-servers";

/** @returns whether no telephone system is configured: then the built-in switch stands in for one. */
export function needsBuiltInSwitch(env: Env): boolean {
  return !env.GATEWAY_URL && !env.ASTERISK_URL && !env.ASTERISK_SERVERS_FILE;
}

/**
 * Every telephone system that the environment names, all at once, or the built-in switch.
 * @throws Error where a file it names is wrong or cannot be read
 */
export function createGateways(options: {
  env: Env;
  /** Where the built-in switch listens; null where it is not needed. */
  builtIn: { url: string; apiKey: string } | null;
  agents: { byExtension(extension: string): Promise<unknown> };
  logger: Logger;
}): Gateway[] {
  const { env, builtIn, agents, logger } = options;
  const deps = { clock: systemClock, logger };
  const isAgent = (extension: string) => agents.byExtension(extension).then(Boolean);
  const common = { connectorId: env.GATEWAY_CONNECTOR_ID, sampleRate: env.GATEWAY_SAMPLE_RATE };
  const gateways: Gateway[] = [];
  if (env.GATEWAY_URL)
    gateways.push(
      new CallControlGateway(
        {
          ...common,
          name: "call-control",
          url: env.GATEWAY_URL,
          credentials: credentialsOf(env),
          ...(env.GATEWAY_CA_PATH ? { ca: readNamedFile(env.GATEWAY_CA_PATH) } : {}),
        },
        deps,
      ),
    );
  for (const server of asteriskServers(env)) gateways.push(new AsteriskGateway(server, { ...deps, isAgent }));
  if (builtIn) {
    const credentials = { kind: "api-key" as const, key: builtIn.apiKey };
    gateways.push(new CallControlGateway({ ...common, name: BUILT_IN_SWITCH, url: builtIn.url, credentials }, deps));
  }
  return gateways;
}

function credentialsOf(env: Env) {
  if (env.GATEWAY_CERT_PATH && env.GATEWAY_KEY_PATH)
    return {
      kind: "client-certificate" as const,
      cert: readNamedFile(env.GATEWAY_CERT_PATH),
      key: readNamedFile(env.GATEWAY_KEY_PATH),
    };
  return { kind: "api-key" as const, key: env.GATEWAY_API_KEY ?? "" };
}
