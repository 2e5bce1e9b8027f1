import { describe, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { CallClosedError } from "@/lib/telephony/gateway-errors";
import { Readiness } from "./readiness";

function fresh() {
  const clock = new FakeClock();
  const told: string[] = [];
  const readiness = new Readiness({
    clock,
    changed: (isReady) => told.push(isReady ? "ready" : "doubt"),
    tell: (isReachable) => told.push(isReachable ? "reachable" : "lost"),
  });
  readiness.update({ needs: ["caller", "agent"] });
  return { clock, told, readiness };
}

function standing() {
  const rig = fresh();
  rig.readiness.tap("caller", true);
  rig.readiness.tap("agent", true);
  rig.told.length = 0;
  return rig;
}

describe("Readiness", () => {
  it("is ready when every tap that is needed stands, and says nothing of the way there", () => {
    const { told, readiness } = fresh();
    readiness.tap("caller", true);
    expect(readiness.isReady).toBe(false);
    readiness.tap("agent", true);
    expect(readiness.isReady).toBe(true);
    expect(told).toEqual(["ready"]);
  });

  it("holds commands until it is up for the first time, and refuses them at once when it was lost", async () => {
    const { readiness } = fresh();
    const ready = readiness.untilReady();
    readiness.tap("caller", true);
    readiness.tap("agent", true);
    await ready;
    readiness.tap("agent", false);
    await expect(readiness.untilReady()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  it("lets nobody wait for ever, nor longer than the call", async () => {
    const { clock, readiness } = fresh();
    const tooLong = expect(readiness.untilReady()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await clock.advance(5_000);
    await tooLong;
    const other = fresh().readiness;
    const ended = expect(other.untilReady()).rejects.toBeInstanceOf(CallClosedError);
    other.close(new CallClosedError("CALL_CLOSED", { message: "over" }));
    await ended;
  });

  it("is in doubt at once when a tap or the way to Asterisk goes, and tells it", () => {
    for (const lose of [
      (readiness: Readiness) => readiness.tap("caller", false),
      (readiness: Readiness) => readiness.update({ isAriUp: false }),
    ]) {
      const { told, readiness } = standing();
      lose(readiness);
      expect(told).toEqual(["doubt", "lost"]);
    }
  });

  it("is in doubt at once when the two come apart, and tells it only where that lasts", async () => {
    const { clock, told, readiness } = standing();
    readiness.update({ areTogether: false });
    await clock.advance(100);
    readiness.update({ areTogether: true });
    await clock.advance(1_000);
    expect(told).toEqual(["doubt", "ready"]);
    readiness.update({ areTogether: false });
    await clock.advance(300);
    readiness.update({ areTogether: true });
    expect(told).toEqual(["doubt", "ready", "doubt", "lost", "ready", "reachable"]);
  });

  it("loses its patience with two who stay apart, however often it is asked", async () => {
    const { clock, told, readiness } = standing();
    for (let look = 0; look < 10; look++) {
      readiness.together(false);
      await clock.advance(100);
    }
    expect(told).toEqual(["doubt", "lost"]);
  });

  it("tells a first tap that cannot be made", () => {
    const { told, readiness } = fresh();
    readiness.tapFailed();
    expect(told).toEqual(["lost"]);
    readiness.tap("caller", true);
    readiness.tap("agent", true);
    expect(told).toEqual(["lost", "ready", "reachable"]);
  });
});
