import { describe, expect, it } from "vitest";
import type { GatewayStatus } from "@/lib/contract/socket-events";
import { readHealth } from "./health";

const gateway = (state: GatewayStatus["state"]): GatewayStatus => ({
  name: "main",
  driver: "call-control",
  simulated: false,
  state,
  latencyMs: 1,
  reconnects: 0,
  detail: state === "up" ? null : "connection refused",
});
const sources = {
  pingDatabase: async () => 1,
  recordFailures: () => 0,
  gateways: () => [gateway("up")],
  transcription: () => ({ level: "full" as const, detail: "" }),
  textAnalysis: () => true,
  uptimeMs: 5,
};

describe("readHealth", () => {
  it("is ready with database and gateways up", async () => {
    const health = await readHealth(sources);
    expect(health.ready).toBe(true);
    expect(health.dependencies["gateway:main"]).toEqual({ state: "up", detail: null });
  });

  it("is live but not ready without the database, and says why", async () => {
    const pingDatabase = () => Promise.reject(new Error("connection refused"));
    const health = await readHealth({ ...sources, pingDatabase });
    expect(health).toMatchObject({ live: true, ready: false });
    expect(health.dependencies.database).toEqual({ state: "down", detail: "connection refused" });
  });

  it("is not ready while a gateway is away", async () => {
    const health = await readHealth({ ...sources, gateways: () => [gateway("down")] });
    expect(health.ready).toBe(false);
    expect(health.dependencies["gateway:main"]?.detail).toBe("connection refused");
  });

  it("stays ready without transcription: calls can still be supervised", async () => {
    const transcription = () => ({ level: "unavailable" as const, detail: "weights are missing" });
    const health = await readHealth({ ...sources, transcription, textAnalysis: () => false });
    expect(health.ready).toBe(true);
    expect(health.dependencies.transcription).toEqual({ state: "down", detail: "weights are missing" });
  });

  it("says when the record is behind", async () => {
    const health = await readHealth({ ...sources, recordFailures: () => 3 });
    expect(health.dependencies.database?.state).toBe("degraded");
  });
});
