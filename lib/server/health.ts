import { canAdminister } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import type { TranscriptionLevel } from "@/lib/contract/transcript";

export type DependencyHealth = {
  state: "up" | "degraded" | "down";
  detail: string | null;
  /** Of telephone systems: round trip in milliseconds, reconnects, and since when they are up or away (epoch milliseconds). */
  connection?: Pick<GatewayReport, "driver" | "latencyMs" | "reconnects" | "since">;
};
export type Health = {
  /** The process answers. */
  live: true;
  /** Calls can be supervised: the database is up, and so is at least one gateway. */
  ready: boolean;
  uptimeMs: number;
  dependencies: Record<string, DependencyHealth>;
};

/** A database that has not answered by then is down for our purposes. */
const DATABASE_LIMIT_MS = 2_000;

/** @returns what Earshot depends on, asked now. Never throws. */
export async function readHealth(sources: {
  pingDatabase: () => Promise<unknown>;
  recordFailures: () => number;
  gateways: () => GatewayReport[];
  transcription: () => { level: TranscriptionLevel; detail: string };
  textAnalysis: () => { available: boolean; detail: string };
  uptimeMs: number;
}): Promise<Health> {
  const database = await askDatabase(sources);
  const gateways = Object.fromEntries(
    sources.gateways().map((gateway) => [`gateway:${gateway.name}`, ofGateway(gateway)]),
  );
  const { level, detail } = sources.transcription();
  const text = sources.textAnalysis();
  const states = { full: "up", "slow-partials": "degraded", "finals-only": "degraded", unavailable: "down" } as const;
  const dependencies = {
    database,
    ...gateways,
    transcription: { state: states[level], detail: detail || null },
    "text-analysis": { state: text.available ? ("up" as const) : ("down" as const), detail: text.detail || null },
  };
  const ready = database.state !== "down" && Object.values(gateways).some(({ state }) => state === "up");
  return { live: true, ready, uptimeMs: sources.uptimeMs, dependencies };
}

/** What one who asks may know of it: a load balancer has no account, and a diagnosis names hosts and files, the admins' to mend. */
export type ToldHealth = Omit<Health, "dependencies"> & {
  dependencies: Record<string, DependencyHealth | Pick<DependencyHealth, "state">>;
};

/** @returns states for everybody (`viewer` null: not signed in); what is wrong in words, and figures, for admins only. */
export function healthFor({ viewer, health }: { viewer: Viewer | null; health: Health }): ToldHealth {
  if (viewer && canAdminister(viewer)) return health;
  const states = Object.entries(health.dependencies).map(([name, { state }]) => [name, { state }]);
  return { ...health, dependencies: Object.fromEntries(states) };
}

function ofGateway({ state, detail, driver, latencyMs, reconnects, since }: GatewayReport): DependencyHealth {
  return { state: state === "up" ? "up" : "down", detail, connection: { driver, latencyMs, reconnects, since } };
}

async function askDatabase(sources: {
  pingDatabase: () => Promise<unknown>;
  recordFailures: () => number;
}): Promise<DependencyHealth> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${DATABASE_LIMIT_MS} ms`)), DATABASE_LIMIT_MS);
  });
  try {
    await Promise.race([sources.pingDatabase(), limit]);
    const failures = sources.recordFailures();
    return failures === 0
      ? { state: "up", detail: null }
      : { state: "degraded", detail: `${failures} writes failed in a row; they are kept and tried again` };
  } catch (error) {
    return { state: "down", detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
