import { afterEach, beforeEach, expect, it } from "vitest";
import { arrived, callId, teamId } from "./testing/call-events";
import { LiveHarness, send, until, viewerOf } from "./testing/live-harness";

/** Guards an open call page and the floor against staying with a person when the call becomes another team's. */

const id = callId("c1");
const onCall = { version: 1, callId: "c1" };
let harness: LiveHarness;

beforeEach(async () => {
  harness = await new LiveHarness().start();
  harness.people.set("both", viewerOf("both", { teamIds: [teamId("team-1"), teamId("team-2")] }));
  harness.bus.publish(arrived("c1", "team-1"));
});
afterEach(() => harness.stop());

async function pageOf(name: string) {
  const socket = await harness.connect(name);
  const heard: { name: string; payload: unknown }[] = [];
  socket.onAny((event, payload) => {
    if (JSON.stringify(payload).includes("c1")) heard.push({ name: event, payload });
  });
  expect(await send(socket, { name: "call:subscribe", payload: onCall })).toMatchObject({ ok: true });
  const read = () => send(socket, { name: "clock:read", payload: { version: 1 } });
  return { socket, heard, read };
}

it("gives nothing more of it to who may not see it any more, says so, and goes on for all others", async () => {
  const [anna, both, root] = [await pageOf("anna"), await pageOf("both"), await pageOf("root")];
  harness.bus.publish({ type: "call.ringing", callId: id, attempt: 1, ringTimeMs: 20_000 });
  await until(() => anna.heard.some(({ name }) => name === "call:events"));
  anna.heard.length = 0;
  harness.bus.publish({ type: "call.greeted", callId: id, text: "Hello.", playedMs: 900 });
  harness.bus.publish(arrived("c1", "team-2"));
  harness.bus.publish({ type: "call.answered", callId: id });
  const sawAnswer = ({ heard }: typeof both) => JSON.stringify(heard).includes("call.answered");
  await until(() => sawAnswer(both) && sawAnswer(root));
  await anna.read();
  expect(anna.heard.map(({ name }) => name)).toEqual(["call:withdrawn"]);
  expect(JSON.stringify(anna.heard)).not.toContain("team-2");
  const snapshot = await send(both.socket, { name: "call:subscribe", payload: onCall });
  expect(snapshot.ok && snapshot.data.viewers.map(({ name }) => name)).toEqual(["both", "root"]);
});

it("leaves everybody where they are when the call comes again in the same team", async () => {
  const anna = await pageOf("anna");
  harness.bus.publish(arrived("c1", "team-1"));
  await until(() => anna.heard.some(({ name }) => name === "call:events"));
  expect(anna.heard.map(({ name }) => name)).not.toContain("call:withdrawn");
});

it("takes the floor, and a place in its queue, from who may not see the call any more, and from nobody else", async () => {
  const actor = (name: string) => ({ kind: "user", userId: viewerOf(name).userId, name }) as const;
  harness.people.set("clara", viewerOf("clara"));
  for (const name of ["anna", "clara", "root"]) await harness.connect(name);
  const left = () => harness.done.filter(({ name }) => name === "leaveFloor").map(({ request }) => request);
  harness.bus.publish({ type: "floor.changed", callId: id, holder: actor("root"), askedBy: actor("anna") });
  harness.bus.publish(arrived("c1", "team-2"));
  expect(left()).toEqual([{ userId: "anna", reason: "rights-changed" }]);
  harness.bus.publish(arrived("c1", "team-1"));
  harness.bus.publish({ type: "floor.changed", callId: id, holder: actor("clara"), askedBy: actor("root") });
  harness.bus.publish(arrived("c1", "team-2"));
  expect(left().slice(1)).toEqual([{ userId: "clara", reason: "rights-changed" }]);
});
