import { describe, expect, it } from "vitest";
import { actorName } from "./actor-name";

describe("the name of who did something", () => {
  it.each([
    ["a person by their own name", { kind: "user", name: "dana Reyes" }, "dana Reyes", "dana Reyes"],
    ["a person whose name is not known", { kind: "user", name: "" }, "Someone", "someone"],
    ["Earshot itself", { kind: "system" }, "Earshot", "Earshot"],
    ["the telephone system", { kind: "gateway" }, "The telephone system", "the telephone system"],
  ] as const)("is for %s", (_who, actor, start, middle) => {
    expect(actorName(actor)).toBe(start);
    expect(actorName(actor, { place: "start" })).toBe(start);
    expect(actorName(actor, { place: "middle" })).toBe(middle);
  });
});
