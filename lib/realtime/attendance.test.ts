import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { RETURN_WITHIN_MS } from "./attendance";
import { teamId } from "./testing/call-events";
import { LiveHarness, send, until, viewerOf } from "./testing/live-harness";

/** Guards the floor of a call against people who are gone, and people who only load their page again against losing it. */

let clock: FakeClock;
let harness: LiveHarness;
const anna = viewerOf("anna").userId;

beforeEach(async () => {
  clock = new FakeClock();
  harness = await new LiveHarness({ clock }).start();
});
afterEach(() => harness.stop());

const left = () => harness.done.filter(({ name }) => name === "leaveFloor").map(({ request }) => request);
const gone = (sockets: number) => until(() => harness.server.connections() === sockets);

it("frees what a person holds once the last of their connections has been away for a while", async () => {
  const [page, ear] = [await harness.connect("anna"), await harness.connect("anna")];
  await harness.connect("berta");
  ear.disconnect();
  await gone(2);
  await clock.advance(2 * RETURN_WITHIN_MS);
  expect(left()).toEqual([]);
  page.disconnect();
  await gone(1);
  await clock.advance(RETURN_WITHIN_MS - 1);
  expect(left()).toEqual([]);
  await clock.advance(1);
  expect(left()).toEqual([{ userId: anna, reason: "disconnected" }]);
});

it("lets a page be loaded again", async () => {
  for (let times = 0; times < 3; times++) {
    const page = await harness.connect("anna");
    page.disconnect();
    await gone(0);
    await clock.advance(RETURN_WITHIN_MS - 1);
  }
  await harness.connect("anna");
  await clock.advance(3 * RETURN_WITHIN_MS);
  expect(left()).toEqual([]);
});

it.each([
  ["signed out everywhere", () => harness.server.revoke(anna)],
  ["moved to another team", () => harness.people.set("anna", viewerOf("anna", { teamIds: [teamId("team-2")] }))],
  ["made an agent", () => harness.people.set("anna", viewerOf("anna", { role: "agent" }))],
  ["nobody any more", () => harness.people.delete("anna")],
])("frees it at once when they are %s", async (_, change) => {
  const page = await harness.connect("anna");
  change();
  harness.server.recheck(anna);
  await until(() => !page.connected);
  await gone(0);
  expect(left()).toEqual([{ userId: anna, reason: "rights-changed" }]);
  await clock.advance(2 * RETURN_WITHIN_MS);
  expect(left()).toHaveLength(1);
});

it("frees it also of who is revoked while no page of theirs is open", () => {
  harness.server.revoke(anna);
  expect(left()).toEqual([{ userId: anna, reason: "rights-changed" }]);
});

it("leaves it to who only gains a team: their page comes back by itself", async () => {
  const page = await harness.connect("anna");
  harness.people.set("anna", viewerOf("anna", { teamIds: [teamId("team-1"), teamId("team-2")] }));
  harness.server.recheck(anna);
  await until(() => !page.connected);
  await gone(0);
  await clock.advance(RETURN_WITHIN_MS - 1);
  await harness.connect("anna");
  await clock.advance(RETURN_WITHIN_MS);
  expect(left()).toEqual([]);
});

it("leaves it to who is signed out in one browser and not in another", async () => {
  harness.people.set("elsewhere", viewerOf("anna"));
  const [one, second] = [await harness.connect("anna"), await harness.connect("elsewhere")];
  harness.people.delete("anna");
  harness.server.recheck(anna);
  await until(() => !one.connected);
  await send(second, { name: "clock:read", payload: { version: 1 } });
  await clock.advance(2 * RETURN_WITHIN_MS);
  expect(left()).toEqual([]);
});
