import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DeskView, deskViewSchema } from "@/lib/contract/desk";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { agentIdSchema, suggestionIdSchema } from "@/lib/contract/ids";
import { type ClientCommandName, clientCommands, serverEvents } from "@/lib/contract/socket-events";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { Desks } from "./desk";
import { LiveCalls } from "./live-calls";
import { anna, arrivedFor, callId, numbered, pointOf, START, suggestionOf, teamId } from "./testing/call-events";
import { gatewayOf } from "./testing/gateway";
import { LiveHarness, send, until, viewerOf } from "./testing/live-harness";

/** Guards the agent's desk: their own call and nothing else, to them and to nobody else. */

const names = Object.keys(clientCommands) as ClientCommandName[];
const AGENTS_MAY: ClientCommandName[] = [
  "clock:read",
  "desk:subscribe",
  "desk:respond",
  "desk:pause-whispers",
  "desk:ask-help",
];
const maya = agentIdSchema.parse("agent-maya");
const tomas = agentIdSchema.parse("agent-tomas");
const onCall = { version: 1, callId: "c1" };
const respond = { ...onCall, suggestionId: "s1", response: "heard" };
const subscribe = { name: "desk:subscribe", payload: { version: 1 } } as const;
/** What any command of a supervisor could hold. */
const ANY = {
  ...{ ...respond, alertId: "a1", mode: "whisper", claimed: true, text: "say this", wrong: false },
  ...{ codecs: ["opus"], paused: true },
};
const ON_OWN_CALL = [
  ["desk:respond", respond],
  ["desk:pause-whispers", { ...onCall, paused: true }],
  ["desk:ask-help", onCall],
] as const;

let harness: LiveHarness;
let isTold = true;
let gateways: GatewayReport[] = [];
beforeEach(async () => {
  isTold = true;
  gateways = [];
  harness = new LiveHarness({
    policies: { forTeam: async () => ({ tellAgents: isTold }) },
    gatewayStatuses: () => gateways,
  });
  // As an older row might have it: an agent with a membership.
  const agent = { role: "agent" as const, teamIds: [teamId("team-1")] };
  harness.people.set("maya", viewerOf("maya", { ...agent, agentId: maya }));
  harness.people.set("tomas", viewerOf("tomas", { ...agent, agentId: tomas }));
  harness.people.set("nodesk", viewerOf("nodesk", { ...agent, agentId: null }));
  await harness.start();
  harness.bus.publish(arrivedFor("c1", maya));
  suggest("s1", "approved");
});
afterEach(() => harness.stop());

function suggest(id: string, state: DeskView["whispers"][number]["state"], call = "c1"): void {
  const change = { state, text: `Words of ${id}`, originalText: `Original of ${id}` };
  const suggestion = suggestionOf(callId(call), id, change);
  harness.bus.publish({ type: "suggestion.changed", callId: callId(call), suggestion });
}

const gatewaysSchema = serverEvents["status:updated"].pick({ gateways: true });

/** A desk that keeps every update it gets. */
async function openDesk(name: string) {
  const socket = await harness.connect(name);
  const updates: (DeskView | null)[] = [];
  socket.on("desk:updated", ({ call }: { call: unknown }) => updates.push(deskViewSchema.nullable().parse(call)));
  const snapshot = await send(socket, subscribe);
  return { socket, updates, snapshot: snapshot.ok ? snapshot.data.call : null };
}

describe("an agent on the socket", () => {
  it.each(names.filter((name) => !AGENTS_MAY.includes(name)))("is refused %s, on their own call too", async (name) => {
    const socket = await harness.connect("maya");
    const result = await send(socket, { name, payload: ANY });
    expect(result).toMatchObject({ ok: false });
    expect(result.ok || result.code).toMatch(/^(NOT_FOUND|FORBIDDEN)$/);
    expect(harness.done).toEqual([]);
  });

  it("hears nothing but their own desk, and of the status nothing but whether there is a softphone", async () => {
    gateways = [gatewayOf("paris"), gatewayOf("built-in")];
    const socket = harness.socket("maya");
    const heard: [name: string, payload: unknown][] = [];
    socket.onAny((name: string, payload: unknown) => heard.push([name, payload]));
    const named = (name: string) => heard.filter(([other]) => other === name);
    const told = () => named("status:updated").map(([, payload]) => gatewaysSchema.parse(payload).gateways);
    socket.connect();
    await until(() => socket.connected);
    await send(socket, subscribe);
    for (const name of names) await send(socket, { name, payload: ANY });
    harness.bus.publish(arrivedFor("c2", tomas));
    harness.bus.publish({ type: "sentiment.measured", callId: callId("c1"), point: pointOf("u1") });
    suggest("s2", "spoken");
    gateways = [gatewayOf("paris", { state: "up" })];
    await until(() => named("desk:updated").length > 0 && told().at(-1)?.[0]?.state === "up");
    expect(new Set(heard.map(([name]) => name))).toEqual(new Set(["desk:updated", "status:updated"]));
    const bare = { simulated: false, since: START, latencyMs: null, reconnects: 0, detail: null };
    const builtIn = { ...bare, name: "built-in", driver: "built-in", state: "down" };
    const other = { ...bare, name: "telephone", driver: "telephone", state: "up" };
    expect([told().at(0), told().at(-1)]).toEqual([[builtIn], [other]]);
    expect(JSON.stringify(heard)).not.toMatch(/paris|asterisk|pbx|earshot-ari/);
  });

  it.each(ON_OWN_CALL)("may %s on their own call, with a line of the audit", async (name, payload) => {
    const socket = await harness.connect("maya");
    expect(await send(socket, { name, payload })).toEqual({ ok: true, data: {} });
    expect(harness.done).toHaveLength(1);
    expect(harness.audits).toMatchObject([{ userId: "maya", command: name, callId: "c1", outcome: "done" }]);
  });

  it.each(
    ON_OWN_CALL.flatMap(([name, payload]) =>
      ["tomas", "nodesk", "anna", "root"].map((attacker) => ({ name, payload, attacker })),
    ),
  )("$attacker may not $name on Maya's call, as if there were none", async ({ name, payload, attacker }) => {
    harness.bus.publish(arrivedFor("c2", tomas));
    const socket = await harness.connect(attacker);
    const stolen = await send(socket, { name, payload });
    const forged = await send(socket, { name, payload: { ...payload, callId: "no-such-call" } });
    expect(stolen).toMatchObject({ ok: false, code: "NOT_FOUND" });
    expect(stolen).toEqual(forged);
    expect(harness.done).toEqual([]);
    expect(harness.audits.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
  });

  it("has no desk where nobody is that agent, and no supervisor has one", async () => {
    expect(await send(await harness.connect("nodesk"), subscribe)).toEqual({ ok: true, data: { call: null } });
    for (const name of ["anna", "root"])
      expect(await send(await harness.connect(name), subscribe)).toMatchObject({ ok: false, code: "FORBIDDEN" });
  });

  it("cannot answer what nobody approved, nor a whisper of another call", async () => {
    harness.bus.publish(arrivedFor("c2", tomas));
    suggest("s-proposed", "proposed");
    suggest("s-rejected", "rejected");
    suggest("s-other", "spoken", "c2");
    const socket = await harness.connect("maya");
    for (const suggestionId of ["s-proposed", "s-rejected", "s-other", "none"]) {
      const result = await send(socket, { name: "desk:respond", payload: { ...respond, suggestionId } });
      expect(result).toMatchObject({ ok: false, code: "NOT_FOUND" });
    }
    expect(harness.done).toEqual([]);
  });

  it("is asked again when another agent is theirs", async () => {
    const socket = await harness.connect("maya");
    const reasons: string[] = [];
    socket.on("session:ended", ({ reason }) => reasons.push(reason));
    harness.people.set("maya", viewerOf("maya", { role: "agent", agentId: tomas }));
    harness.server.recheck(viewerOf("maya").userId);
    await until(() => !socket.connected);
    expect(reasons).toEqual(["Your rights have changed."]);
  });
});

describe("what a desk shows", () => {
  it("is the approved words and no word, mood or reason beside them", async () => {
    for (const [id, state] of [
      ["s2", "proposed"],
      ["s3", "rejected"],
      ["s4", "expired"],
      ["s5", "edited"],
      ["s6", "failed"],
    ] as const)
      suggest(id, state);
    harness.bus.publish({ type: "sentiment.measured", callId: callId("c1"), point: pointOf("u1") });
    const { snapshot } = await openDesk("maya");
    expect(snapshot?.whispers.map(({ text }) => text)).toEqual(["Words of s1", "Words of s5"]);
    expect(JSON.stringify(snapshot)).not.toMatch(/Original|mood|score|wants to leave|s2|s3|s4|s6/);
  });

  it("keeps an approved whisper that broke off", async () => {
    const approved = { state: "approved" as const, at: START + 5, actor: anna, text: "x", detail: null };
    const suggestion = suggestionOf(callId("c1"), "s7", { state: "interrupted", steps: [approved] });
    harness.bus.publish({ type: "suggestion.changed", callId: callId("c1"), suggestion });
    const { snapshot } = await openDesk("maya");
    expect(snapshot?.whispers.at(-1)).toEqual({
      ...{ suggestionId: suggestionIdSchema.parse("s7"), text: "Offer the refund.", state: "interrupted" },
      ...{ at: START + 5, response: null },
    });
  });

  it("is the newest connected call, then one on its way, then the last ended, never one that was left", async () => {
    const shown = async () => (await openDesk("maya")).snapshot?.callId ?? null;
    harness.bus.publish({ type: "call.connected", callId: callId("c1"), attempt: 1 });
    harness.bus.publish(arrivedFor("c2", maya));
    expect(await shown()).toBe("c1");
    const by = { kind: "gateway" as const };
    harness.bus.publish({ type: "call.ended", callId: callId("c1"), by, reason: "caller-hung-up", durationMs: 1 });
    expect(await shown()).toBe("c2");
    harness.bus.publish({
      type: "call.monitoring_changed",
      callId: callId("c2"),
      by,
      monitoring: "left",
      detail: null,
    });
    expect(await shown()).toBe("c1");
    expect((await openDesk("tomas")).snapshot).toBeNull();
  });

  it("goes to the new agent alone once a call is another's", async () => {
    const [old, next] = [await openDesk("maya"), await openDesk("tomas")];
    expect(old.snapshot?.callId).toBe("c1");
    harness.bus.publish(arrivedFor("c1", tomas));
    await until(() => old.updates.at(-1) === null && next.updates.at(-1)?.callId === "c1");
    suggest("s8", "spoken");
    await until(() => next.updates.at(-1)?.whispers.at(-1)?.text === "Words of s8");
    expect(JSON.stringify(old.updates)).not.toContain("s8");
  });

  it("tells who speaks, the pause and the call for help", async () => {
    const { updates } = await openDesk("maya");
    const speaking = { callId: callId("c1"), speakingId: "sp1", mode: "whisper", by: anna } as const;
    harness.bus.publish({ type: "speaking.started", ...speaking });
    harness.bus.publish({ type: "whispers.paused", callId: callId("c1"), isPaused: true, by: anna });
    harness.bus.publish({ type: "help.asked", callId: callId("c1"), by: anna });
    await until(() => updates.at(-1)?.helpAskedAt != null);
    expect(updates.at(-1)).toMatchObject({ speaker: { name: "Anna", mode: "whisper" }, whispersPaused: true });
    const over = { spokenMs: 900, reason: "released", detail: null, callerClear: true } as const;
    harness.bus.publish({ type: "speaking.ended", ...speaking, ...over });
    await until(() => updates.at(-1)?.speaker === null);
  });

  it("names nobody who merely looks, and nobody at all where the team does not tell", async () => {
    const supervisor = await harness.connect("anna");
    await send(supervisor, { name: "call:subscribe", payload: onCall });
    expect((await openDesk("maya")).snapshot?.listeners).toEqual([]);
    isTold = false;
    expect((await openDesk("maya")).snapshot?.listeners).toBeNull();
  });
});

describe("updates of a desk", () => {
  it("come at most four times a second, each whole, and notice a policy that changed", async () => {
    const clock = new FakeClock();
    let told = true;
    const timed = await new LiveHarness({ clock, policies: { forTeam: async () => ({ tellAgents: told }) } }).start();
    timed.people.set("maya", viewerOf("maya", { role: "agent", agentId: maya }));
    timed.bus.publish(arrivedFor("c1", maya));
    const socket = await timed.connect("maya");
    const updates: (DeskView | null)[] = [];
    socket.on("desk:updated", ({ call }) => updates.push(call));
    await send(socket, subscribe);
    for (let step = 0; step < 100; step += 1) {
      const whispers = { type: "whispers.paused", callId: callId("c1"), isPaused: step % 2 === 0, by: anna } as const;
      timed.bus.publish(whispers);
      await clock.advance(10);
    }
    await until(() => updates.length > 0);
    await send(socket, { name: "clock:read", payload: { version: 1 } });
    expect(updates.length).toBeLessThanOrEqual(5);
    told = false;
    await clock.advance(6000);
    await until(() => updates.at(-1)?.listeners === null);
    await timed.stop();
  });

  it("name who listens, and nobody where the policy cannot be read", async () => {
    const clock = new FakeClock();
    const calls = new LiveCalls({ clock });
    for (const event of numbered([arrivedFor("c1", maya)])) calls.apply(event);
    const viewers = ["Anna", "Berta"].map((name) => ({ userId: viewerOf(name).userId, name, since: START }));
    const presence = { viewers: () => viewers.map((viewer) => ({ ...viewer, listening: viewer.name === "Berta" })) };
    const nothing = { broadcast: () => undefined, hasAudience: () => false, logger: silentLogger };
    const deps = { ...nothing, clock, calls, presence };
    const open = new Desks({ ...deps, policies: { forTeam: async () => ({ tellAgents: true }) } });
    expect((await open.snapshot(maya))?.listeners).toEqual(["Berta"]);
    const away = new Desks({ ...deps, policies: { forTeam: () => Promise.reject(new Error("database away")) } });
    expect((await away.snapshot(maya))?.listeners).toBeNull();
    for (const desks of [open, away]) desks.close();
  });
});
