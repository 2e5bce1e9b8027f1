import type { GatewayStatus } from "@/lib/contract/socket-events";
import type { TranscriptionLevel } from "@/lib/contract/transcript";

export type DependencyHealth = { state: "up" | "degraded" | "down"; detail: string | null };
export type Health = {
  /** The process answers. */
  live: true;
  /** Calls can be supervised: database and every gateway are up. */
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
  gateways: () => GatewayStatus[];
  transcription: () => { level: TranscriptionLevel; detail: string };
  textAnalysis: () => boolean;
  uptimeMs: number;
}): Promise<Health> {
  const database = await askDatabase(sources);
  const gateways = Object.fromEntries(
    sources
      .gateways()
      .map((gateway): [string, DependencyHealth] => [
        `gateway:${gateway.name}`,
        { state: gateway.state === "up" ? "up" : "down", detail: gateway.detail },
      ]),
  );
  const { level, detail } = sources.transcription();
  const states = { full: "up", "slow-partials": "degraded", "finals-only": "degraded", unavailable: "down" } as const;
  const dependencies = {
    database,
    ...gateways,
    transcription: { state: states[level], detail: detail || null },
    "text-analysis": sources.textAnalysis()
      ? { state: "up" as const, detail: null }
      : { state: "down" as const, detail: "no sentiment and topics" },
  };
  const needed = [database, ...Object.values(gateways)];
  return { live: true, ready: needed.every(({ state }) => state !== "down"), uptimeMs: sources.uptimeMs, dependencies };
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
