import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/contract/call";
import { userIdSchema } from "@/lib/contract/ids";
import type { Floor } from "@/lib/contract/speaking";
import { FakeClock } from "@/lib/platform/clock";
import { FLOOR_KEPT_MS } from "./constants";
import { CallFloor } from "./floor";

type Person = Extract<Actor, { kind: "user" }>;
const person = (id: string, name: string): Person => ({ kind: "user", userId: userIdSchema.parse(id), name });
const nora = person("u1", "Nora Keller");
const ben = person("u2", "Ben Ode");
const ida = person("u3", "Ida Moss");
const microphone = { connectionId: "tab-1", mode: "whisper" } as const;

let clock: FakeClock;
let changes: Floor[];
let floor: CallFloor;
beforeEach(() => {
  clock = new FakeClock();
  changes = [];
  floor = new CallFloor({ clock, onChange: (change) => changes.push(change) });
});
const holders = () => changes.map(({ holder }) => (holder?.kind === "user" ? holder.name : null));

describe("a floor", () => {
  it("is one person's, by whatever name and connection they come; who is refused is told whose", () => {
    floor.claim(nora);
    expect(floor.claim({ ...nora, name: "N. Keller" } as Actor).holder).toEqual(nora);
    expect(() => floor.claim(ben)).toThrow(
      expect.objectContaining({
        code: "CONFLICT",
        userMessage: expect.stringContaining("Nora Keller holds the floor"),
      }),
    );
    floor.open({ by: nora, microphone });
    expect(() => floor.claim(ben)).toThrow(
      expect.objectContaining({ userMessage: "Nora Keller is speaking to the agent.", retryable: true }),
    );
    expect(changes).toEqual([{ holder: nora, askedBy: null }]);
  });

  it("has one microphone, also for the same person", () => {
    floor.open({ by: nora, microphone });
    expect(() => floor.open({ by: nora, microphone: { ...microphone, connectionId: "tab-2" } })).toThrow(
      expect.objectContaining({ code: "CONFLICT", userMessage: expect.stringContaining("already speaking") }),
    );
  });

  it("that nobody speaks from is free after 30 s; each use of it begins them anew, and an open microphone keeps it", async () => {
    floor.open({ by: nora, microphone });
    await clock.advance(10 * FLOOR_KEPT_MS);
    floor.close();
    await clock.advance(FLOOR_KEPT_MS - 1);
    floor.claim(nora);
    await clock.advance(FLOOR_KEPT_MS - 1);
    expect(floor.state.holder).toEqual(nora);
    await clock.advance(1);
    expect(holders()).toEqual(["Nora Keller", null]);
  });

  it("is claimed by asking while it is free, and handed over at once while its holder is silent", () => {
    expect(floor.ask(nora)).toEqual({ holder: nora, askedBy: null });
    expect(floor.ask(ben)).toEqual({ holder: ben, askedBy: null });
    expect(holders()).toEqual(["Nora Keller", "Ben Ode"]);
  });

  it("asked for while its holder speaks goes on when the microphone closes; only one may ask", async () => {
    floor.open({ by: nora, microphone });
    expect(floor.ask(ben)).toEqual({ holder: nora, askedBy: ben });
    expect(floor.ask(ben)).toEqual({ holder: nora, askedBy: ben });
    expect(() => floor.ask(ida)).toThrow(
      expect.objectContaining({ code: "CONFLICT", userMessage: expect.stringContaining("Ben Ode has asked") }),
    );
    expect(changes).toHaveLength(2);
    floor.close();
    expect(floor.state).toEqual({ holder: ben, askedBy: null });
    await clock.advance(FLOOR_KEPT_MS);
    expect(holders()).toEqual(["Nora Keller", "Nora Keller", "Ben Ode", null]);
  });

  it("is handed over by its holder only, and only to who asked", () => {
    expect(() => floor.mustBeAsked(nora)).toThrow(expect.objectContaining({ code: "WRONG_STATE" }));
    floor.open({ by: nora, microphone });
    expect(() => floor.mustBeAsked(nora)).toThrow(expect.objectContaining({ code: "WRONG_STATE" }));
    floor.ask(ben);
    expect(() => floor.mustBeAsked(ben)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    expect(() => floor.mustBeAsked(nora)).not.toThrow();
  });

  it("is released by its holder only, and a free one stays free", () => {
    expect(floor.release(ben)).toEqual({ holder: null, askedBy: null });
    floor.claim(nora);
    expect(() => floor.release(ben)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    expect(floor.release(nora)).toEqual({ holder: null, askedBy: null });
    expect(holders()).toEqual(["Nora Keller", null]);
  });

  it("goes with the connection that it was spoken from, and with no other", () => {
    floor.open({ by: nora, microphone });
    floor.close();
    floor.drop("tab-2");
    expect(floor.state.holder).toEqual(nora);
    floor.drop("tab-1");
    expect(floor.state.holder).toBeNull();
    floor.claim(ben);
    floor.drop("tab-1");
    expect(floor.state.holder).toEqual(ben);
  });

  it("is neither held nor asked for by a person who left, however they came by it", async () => {
    floor.claim(nora);
    floor.leave(ben.userId);
    expect(floor.state.holder).toEqual(nora);
    floor.leave(nora.userId);
    expect(floor.state).toEqual({ holder: null, askedBy: null });
    floor.open({ by: nora, microphone });
    floor.ask(ben);
    floor.leave(ben.userId);
    expect(floor.state).toEqual({ holder: nora, askedBy: null });
    // Room for the next one who asks.
    expect(floor.ask(ida).askedBy).toEqual(ida);
    floor.close();
    floor.leave(ida.userId);
    expect(holders().at(-1)).toBeNull();
    const told = changes.length;
    await clock.advance(10 * FLOOR_KEPT_MS);
    expect(changes).toHaveLength(told);
  });

  it("of a call that is over is nobody's, whoever asked", () => {
    floor.open({ by: nora, microphone });
    floor.ask(ben);
    floor.clear();
    expect(floor.state).toEqual({ holder: null, askedBy: null });
  });
});
