import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import { FakeClock } from "@/lib/platform/clock";
import { arrived, callId, teamId } from "../testing/call-events";
import { earOf, frameOf } from "../testing/ear";
import { LiveHarness, send, until, viewerOf } from "../testing/live-harness";
import { BUNDLE_WAIT_MS } from "./listen-stream";

/** Guards who hears what: never a call that is not theirs, one at a time, and no longer than they may. */

let clock: FakeClock;
let harness: LiveHarness;
let encoded: number;

beforeEach(async () => {
  encoded = 0;
  clock = new FakeClock();
  harness = await new LiveHarness({
    clock,
    metrics: {
      ...{ connections: () => undefined, command: () => undefined, batch: () => undefined, board: () => undefined },
      audio: {
        ...{ listeners: () => undefined, packet: () => undefined, spokenFrame: () => undefined },
        encoded: () => void encoded++,
      },
    },
  }).start();
  harness.bus.publish(arrived("c1", "team-1"));
  harness.bus.publish(arrived("c2", "team-2"));
});
afterEach(() => harness.stop());

const onCall = (id: string) => ({ version: 1, callId: id, codecs: ["opus", "g711"] });
const listen = (socket: Socket, id = "c1") => send(socket, { name: "listen:start", payload: onCall(id) });
const read = (socket: Socket) => send(socket, { name: "clock:read", payload: { version: 1 } });

/** The two parties' frames `from` … `to` of a call. */
function talk(id: string, { from, to }: { from: number; to: number }): void {
  for (let index = from; index <= to; index++)
    for (const party of ["caller", "agent"] as AudioFrame["party"][])
      harness.server.hear(callId(id), frameOf(party, index));
}

async function listenerOf(name: string, id = "c1") {
  const socket = await harness.connect(name);
  const ear = earOf(socket);
  const result = await listen(socket, id);
  if (!result.ok) throw new Error(result.message);
  return { socket, ear, ...result.data };
}

describe("rights", () => {
  it("gives nothing of a call to another team, an agent, a stranger's id or who only looks", async () => {
    harness.people.set("agent", viewerOf("agent", { role: "agent" }));
    const own = await listenerOf("anna");
    const others = await Promise.all(["berta", "agent"].map((name) => harness.connect(name)));
    const looking = await harness.connect("anna");
    await send(looking, { name: "call:subscribe", payload: { version: 1, callId: "c1" } });
    const ears = [...others, looking].map(earOf);
    for (const socket of others) {
      const stolen = await listen(socket);
      expect(stolen).toMatchObject({ ok: false });
      expect(stolen).toEqual(await listen(socket, "no-such-call"));
    }
    expect(await listen(looking, "call:c1")).toMatchObject({ ok: false, code: "INVALID", field: "callId" });
    talk("c1", { from: 0, to: 9 });
    await until(() => own.ear.length >= 10);
    await Promise.all([...others, looking].map(read));
    expect(ears.map(({ length }) => length)).toEqual([0, 0, 0]);
    expect(harness.audits.filter(({ command }) => command === "listen:start").map(({ outcome }) => outcome)).toContain(
      "refused",
    );
  });

  it("lets an admin hear any call", async () => {
    const admin = await listenerOf("root", "c2");
    talk("c2", { from: 0, to: 3 });
    await until(() => admin.ear.length >= 4);
  });

  it.each([
    ["signed out", () => harness.server.revoke(viewerOf("anna").userId)],
    ["moved to another team", () => harness.people.set("anna", viewerOf("anna", { teamIds: [teamId("team-2")] }))],
    ["session expired", () => harness.people.delete("anna")],
  ])("ends the hearing of who is %s, at once and before the next frame", async (_, change) => {
    const one = await listenerOf("anna");
    talk("c1", { from: 0, to: 4 });
    await until(() => one.ear.length >= 5);
    change();
    harness.server.recheck(viewerOf("anna").userId);
    await until(() => !one.socket.connected);
    const [heard, before] = [one.ear.length, encoded];
    talk("c1", { from: 5, to: 9 });
    expect(encoded).toBe(before);
    expect(one.ear).toHaveLength(heard);
  });

  it("ends it for those who may not see a call that becomes another team's, not for an admin", async () => {
    const [anna, root] = [await listenerOf("anna"), await listenerOf("root")];
    const ended = new Promise((resolve) => anna.socket.once("listen:ended", resolve));
    harness.bus.publish(arrived("c1", "team-2"));
    expect(await ended).toMatchObject({ callId: "c1", streamId: anna.streamId });
    talk("c1", { from: 0, to: 4 });
    await until(() => root.ear.length >= 5);
    await read(anna.socket);
    expect(anna.ear).toEqual([]);
  });
});

describe("one call a socket", () => {
  it("switches, and then hears only the new one", async () => {
    harness.bus.publish(arrived("c3", "team-1"));
    const one = await listenerOf("anna");
    talk("c1", { from: 0, to: 2 });
    await until(() => one.ear.length >= 3);
    const second = await listen(one.socket, "c3");
    if (!second.ok) throw new Error(second.message);
    one.ear.length = 0;
    talk("c1", { from: 3, to: 9 });
    talk("c3", { from: 0, to: 4 });
    await until(() => one.ear.length >= 5);
    await read(one.socket);
    expect(new Set(one.ear.map(({ streamId }) => streamId))).toEqual(new Set([second.data.streamId]));
    await send(one.socket, { name: "listen:stop", payload: { version: 1 } });
    const before = encoded;
    talk("c3", { from: 5, to: 9 });
    expect(encoded).toBe(before);
  });

  it("ends with the call, and refuses one that has ended", async () => {
    const one = await listenerOf("anna");
    const ended = new Promise((resolve) => one.socket.once("listen:ended", resolve));
    const by = { kind: "gateway" } as const;
    harness.bus.publish({ type: "call.ended", callId: callId("c1"), reason: "caller-hung-up", by, durationMs: 1000 });
    expect(await ended).toMatchObject({ reason: "The call has ended." });
    expect(await listen(one.socket)).toMatchObject({ ok: false, code: "WRONG_STATE" });
  });

  it("serves each browser the first codec it knows, from one stream", async () => {
    const opus = await listenerOf("anna");
    const old = await harness.connect("root");
    const ear = earOf(old);
    const payload = { ...onCall("c1"), codecs: ["g711"] };
    expect(await send(old, { name: "listen:start", payload })).toMatchObject({
      data: { codec: "g711", perPartyAudio: true },
    });
    talk("c1", { from: 0, to: 9 });
    await until(() => ear.length >= 10 && opus.ear.length >= 11);
    await clock.advance(BUNDLE_WAIT_MS);
    await until(() => ear.length >= 11);
    expect(new Set(ear.map(({ codec }) => codec))).toEqual(new Set(["g711"]));
    expect(new Set(opus.ear.map(({ codec }) => codec))).toEqual(new Set(["opus"]));
    expect(ear.map(({ sequence }) => sequence)).toEqual(opus.ear.map(({ sequence }) => sequence));
  });
});

it.each(["opus", "g711"])(
  "needs at most 160 kbit/s for both parties in %s, everything on the wire counted",
  async (codec) => {
    const socket = await harness.connect("anna");
    const ear = earOf(socket);
    await send(socket, { name: "listen:start", payload: { ...onCall("c1"), codecs: [codec] } });
    talk("c1", { from: 0, to: 1 });
    await until(() => ear.length >= 2);
    const wire: { bytesRead: number } = Reflect.get(Reflect.get(socket.io.engine.transport, "ws"), "_socket");
    const [before, heard] = [wire.bytesRead, ear.length];
    for (let from = 2; from < 200; from += 10) {
      talk("c1", { from, to: from + 9 });
      await until(() => ear.length >= from + 10);
    }
    const seconds = (ear.length - heard) / 50;
    expect(((wire.bytesRead - before) * 8) / 1000 / seconds).toBeLessThan(160);
  },
);

describe("presence and record", () => {
  it("shows who hears a call, also without its page, and records how long", async () => {
    const watcher = await harness.connect("root");
    const seen: string[] = [];
    watcher.on("call:presence", ({ viewers }) =>
      seen.push(
        viewers.map(({ name, listening }: { name: string; listening: boolean }) => `${name}:${listening}`).join(),
      ),
    );
    await send(watcher, { name: "call:subscribe", payload: { version: 1, callId: "c1" } });
    const one = await listenerOf("anna");
    await clock.advance(7000);
    await send(one.socket, { name: "listen:stop", payload: { version: 1 } });
    await until(() => seen.length >= 3);
    expect(seen).toEqual(["root:false", "root:false,anna:true", "root:false"]);
    expect(harness.listened).toMatchObject([{ userName: "anna", callId: "c1", teamId: "team-1", seconds: 7 }]);
    expect(harness.audits).toContainEqual(expect.objectContaining({ command: "listen:start", outcome: "done" }));
  });

  it("records the hearing that a broken connection ends", async () => {
    await listenerOf("anna");
    await clock.advance(3000);
    harness.cut();
    await until(() => harness.listened.length === 1);
    expect(harness.listened[0]).toMatchObject({ seconds: 3 });
  });
});

it("costs nothing where nobody listens", () => {
  talk("c1", { from: 0, to: 99 });
  expect(encoded).toBe(0);
});
