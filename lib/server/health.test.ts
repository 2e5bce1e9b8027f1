import { describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/auth/types";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { userIdSchema } from "@/lib/contract/ids";
import { healthFor, readHealth } from "./health";

const gateway = (state: GatewayReport["state"], name = "main"): GatewayReport => ({
  name,
  driver: "call-control",
  simulated: false,
  state,
  latencyMs: 1,
  reconnects: 2,
  since: 7,
  detail: state === "up" ? null : "connection refused",
});
const sources = {
  pingDatabase: async () => 1,
  recordFailures: () => 0,
  gateways: () => [gateway("up")],
  transcription: () => ({ level: "full" as const, detail: "" }),
  textAnalysis: () => ({ available: true, detail: "" }),
  uptimeMs: 5,
};

describe("readHealth", () => {
  it("is ready with database and gateways up", async () => {
    const health = await readHealth(sources);
    expect(health.ready).toBe(true);
    expect(health.dependencies["gateway:main"]).toEqual({
      state: "up",
      detail: null,
      connection: { driver: "call-control", latencyMs: 1, reconnects: 2, since: 7 },
    });
    expect(health.dependencies["text-analysis"]).toEqual({ state: "up", detail: null });
  });

  it("is live but not ready without the database, and says why", async () => {
    const pingDatabase = () => Promise.reject(new Error("connection refused"));
    const health = await readHealth({ ...sources, pingDatabase });
    expect(health).toMatchObject({ live: true, ready: false });
    expect(health.dependencies.database).toEqual({ state: "down", detail: "connection refused" });
  });

  it("is not ready while every gateway is away, and is while one of several is up", async () => {
    const none = await readHealth({ ...sources, gateways: () => [gateway("down"), gateway("connecting", "other")] });
    expect(none.ready).toBe(false);
    expect(none.dependencies["gateway:main"]?.detail).toBe("connection refused");
    const one = await readHealth({ ...sources, gateways: () => [gateway("down"), gateway("up", "other")] });
    expect(one.ready).toBe(true);
    expect(one.dependencies).toMatchObject({ "gateway:main": { state: "down" }, "gateway:other": { state: "up" } });
  });

  it("gives the text analyser's own reason", async () => {
    const textAnalysis = () => ({ available: false, detail: "the model is missing: run npm run setup" });
    const health = await readHealth({ ...sources, textAnalysis });
    expect(health.dependencies["text-analysis"]).toEqual({ state: "down", detail: textAnalysis().detail });
  });

  it("stays ready without transcription: calls can still be supervised", async () => {
    const transcription = () => ({ level: "unavailable" as const, detail: "weights are missing" });
    const health = await readHealth({ ...sources, transcription });
    expect(health.ready).toBe(true);
    expect(health.dependencies.transcription).toEqual({ state: "down", detail: "weights are missing" });
  });

  it("says when the record is behind", async () => {
    const health = await readHealth({ ...sources, recordFailures: () => 3 });
    expect(health.dependencies.database?.state).toBe("degraded");
  });
});

describe("healthFor", () => {
  const viewerOf = (role: Viewer["role"]): Viewer => ({
    ...{ userId: userIdSchema.parse("u1"), name: "Uma", email: "uma@example.com", role, teamIds: [], agentId: null },
  });

  it("tells admins what is wrong, everybody else only the states", async () => {
    const health = await readHealth({ ...sources, gateways: () => [gateway("down")] });
    expect(healthFor({ viewer: viewerOf("admin"), health })).toEqual(health);
    for (const viewer of [null, viewerOf("agent"), viewerOf("supervisor"), viewerOf("lead")]) {
      const told = healthFor({ viewer, health });
      expect(told).toMatchObject({ live: true, ready: false, uptimeMs: 5 });
      expect(told.dependencies).toEqual({
        ...{ database: { state: "up" }, "gateway:main": { state: "down" } },
        ...{ transcription: { state: "up" }, "text-analysis": { state: "up" } },
      });
    }
  });
});
