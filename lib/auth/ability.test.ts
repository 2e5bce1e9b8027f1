import { describe, expect, it } from "vitest";
import { type TeamId, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import {
  canAdminister,
  canReview,
  canSeeCall,
  canSeeTeam,
  canSupervise,
  inTeams,
  teamScope,
  visibleTeams,
} from "./ability";
import type { Role, Viewer } from "./types";

const own = teamIdSchema.parse("own");
const other = teamIdSchema.parse("other");

function viewer(role: Role, teamIds: TeamId[] = [own]): Viewer {
  return { userId: userIdSchema.parse("u1"), name: "Ada", email: "ada@example.com", role, teamIds, agentId: null };
}

/** role, team of the call → see, supervise, review */
const table: [Role, TeamId | null, boolean, boolean, boolean][] = [
  ["agent", own, false, false, false],
  ["agent", null, false, false, false],
  ["supervisor", own, true, true, false],
  ["supervisor", other, false, false, false],
  ["supervisor", null, false, false, false],
  ["lead", own, true, true, true],
  ["lead", other, false, false, false],
  ["lead", null, false, false, false],
  ["admin", own, true, true, true],
  ["admin", other, true, true, true],
  ["admin", null, true, true, true],
];

describe("abilities", () => {
  it.each(table)("%s on a call of team %s: see %s, supervise %s, review %s", (role, teamId, see, supervise, review) => {
    const on = { viewer: viewer(role), teamId };
    expect(canSeeTeam(on)).toBe(see);
    expect(canSeeCall(on)).toBe(see);
    expect(canSupervise(on)).toBe(supervise);
    expect(canReview(on)).toBe(review);
  });

  it("lets only admins administer", () => {
    expect((["supervisor", "lead", "admin"] as const).filter((role) => canAdminister(viewer(role)))).toEqual(["admin"]);
  });

  it("gives an admin all teams, whatever their memberships", () => {
    expect(visibleTeams(viewer("admin", []))).toBe("all");
    expect(inTeams(teamScope(viewer("admin", [])))).toEqual({});
  });

  it("gives a supervisor without teams nothing, not everything", () => {
    expect(inTeams(teamScope(viewer("supervisor", [])))).toEqual({ teamId: { in: [] } });
  });

  it("does not let a scope grow with the viewer's list", () => {
    const teamIds = [own];
    const scope = teamScope(viewer("lead", teamIds));
    teamIds.push(other);
    expect(inTeams(scope)).toEqual({ teamId: { in: [own] } });
  });

  it("cannot be written by hand", () => {
    // @ts-expect-error a scope without its proof
    inTeams({ all: true });
    // @ts-expect-error team ids without their proof
    inTeams({ all: false, teamIds: [own] });
  });
});
