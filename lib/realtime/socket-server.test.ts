import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientCommandName, clientCommands } from "@/lib/contract/socket-events";
import { FakeClock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { SESSION_CHECK_MS } from "./sessions";
import { alertOf, arrived, callId, suggestionOf, teamId } from "./testing/call-events";
import { LiveHarness, send, until, viewerOf } from "./testing/live-harness";
import { NO_LIMITS } from "./testing/no-limits";

/** Guards who may do what over the socket: strangers, other teams, malformed commands, ended sessions. */

const names = Object.keys(clientCommands) as ClientCommandName[];
const onCall = { version: 1, callId: "c1" };
/** A right payload of every command; the compiler asks for a new command here, too. */
const PAYLOADS: Record<ClientCommandName, object> = {
  "board:subscribe": { version: 1 },
  "clock:read": { version: 1 },
  "call:subscribe": onCall,
  "call:unsubscribe": onCall,
  "call:set-mode": { ...onCall, mode: "whisper" },
  "call:leave": onCall,
  "call:end": onCall,
  "call:add-note": { ...onCall, text: "a note" },
  "suggestion:claim": { ...onCall, suggestionId: "s1", claimed: true },
  "suggestion:approve": { ...onCall, suggestionId: "s1" },
  "suggestion:reject": { ...onCall, suggestionId: "s1" },
  "suggestion:compose": { ...onCall, text: "say this" },
  "suggestion:interrupt": { ...onCall, suggestionId: "s1" },
  "alert:dismiss": { ...onCall, alertId: "a1", wrong: false },
  "listen:start": { ...onCall, codecs: ["opus"] },
  "listen:stop": { version: 1 },
  "floor:claim": onCall,
  "floor:ask": onCall,
  "floor:hand-over": onCall,
  "floor:release": onCall,
  "speak:start": { ...onCall, mode: "whisper" },
  "speak:stop": onCall,
  "desk:subscribe": { version: 1 },
  "desk:respond": { ...onCall, suggestionId: "s1", response: "heard" },
  "desk:pause-whispers": { ...onCall, paused: true },
  "desk:ask-help": onCall,
};
/** Of supervisors; what agents may is tried in desk.test.ts. */
const ABOUT_A_CALL = names.filter((name) => "callId" in PAYLOADS[name] && !name.startsWith("desk:"));
const HARMLESS = ["board:subscribe", "clock:read", "call:subscribe", "call:unsubscribe", "listen:start"];

/** c1 of team-1 with a suggestion and an alert, c2 of team-2 with others, c3 of nobody. */
function publishCalls({ bus }: LiveHarness): void {
  for (const [id, team, n] of [
    ["c1", "team-1", "1"],
    ["c2", "team-2", "2"],
    ["c3", null, "3"],
  ] as const) {
    bus.publish(arrived(id, team));
    bus.publish({ type: "suggestion.proposed", callId: callId(id), suggestion: suggestionOf(callId(id), `s${n}`) });
    bus.publish({ type: "alert.raised", callId: callId(id), alert: alertOf(`a${n}`) });
  }
}

let harness: LiveHarness;
beforeEach(async () => {
  harness = await new LiveHarness().start();
  publishCalls(harness);
});
afterEach(() => harness.stop());

describe("connecting", () => {
  it("refuses who has no session, and an origin of another site", async () => {
    await expect(harness.connect("nobody")).rejects.toMatchObject({ data: { code: "UNAUTHENTICATED" } });
    await expect(harness.connect("anna", { origin: "https://evil.example" })).rejects.toThrow();
    const own = await harness.connect("anna", { origin: harness.url });
    expect(own.connected).toBe(true);
    expect(harness.server.connections()).toBe(1);
  });

  it("lets nobody in while sessions cannot be checked", async () => {
    harness.authenticationFails = true;
    await expect(harness.connect("anna")).rejects.toMatchObject({ data: { code: "UNAVAILABLE" } });
  });

  it("says how things are at once", async () => {
    const socket = harness.socket("anna");
    const status = new Promise((resolve) => socket.once("status:updated", resolve));
    socket.connect();
    expect(await status).toMatchObject({ version: 1, transcription: "full", demonstration: false });
  });
});

describe("rights", () => {
  it.each(ABOUT_A_CALL)(
    "%s: done for the call's team, not found for another's, as if there were no call",
    async (name) => {
      const [owner, attacker] = [await harness.connect("anna"), await harness.connect("berta")];
      if (name === "call:unsubscribe") await send(owner, { name: "call:subscribe", payload: onCall });
      const stolen = await send(attacker, { name, payload: PAYLOADS[name] });
      const missing = await send(attacker, { name, payload: { ...PAYLOADS[name], callId: "no-such-call" } });
      expect(stolen).toMatchObject({ ok: false, code: "NOT_FOUND" });
      expect(stolen).toEqual(missing);
      expect(harness.done).toEqual([]);
      expect(await send(owner, { name, payload: PAYLOADS[name] })).toMatchObject({ ok: true });
      expect(harness.done).toHaveLength(HARMLESS.includes(name) ? 0 : 1);
    },
  );

  it.each(ABOUT_A_CALL)("%s: leaves the refusal and the deed in the audit", async (name) => {
    const [owner, attacker] = [await harness.connect("anna"), await harness.connect("berta")];
    await send(attacker, { name, payload: PAYLOADS[name] });
    await send(owner, { name, payload: PAYLOADS[name] });
    const lines = harness.audits.map(({ userId, command, outcome, code }) => [userId, command, outcome, code]);
    const expected = [
      ["berta", name, "refused", "NOT_FOUND"],
      ["anna", name, "done", null],
    ];
    expect(lines).toEqual(name === "call:unsubscribe" ? [] : expected);
    expect(JSON.stringify(harness.audits)).not.toMatch(/a note|say this/);
  });

  it("gives an attacker no board row and no event of another team", async () => {
    const attacker = await harness.connect("berta");
    const heard: unknown[] = [];
    attacker.onAny((name, payload) => name !== "status:updated" && heard.push(payload));
    await send(attacker, { name: "call:subscribe", payload: onCall });
    const board = await send(attacker, { name: "board:subscribe", payload: { version: 1 } });
    expect(board.ok && board.data.rows.map((row) => row.info.callId)).toEqual(["c2"]);
    harness.bus.publish({ type: "call.answered", callId: callId("c1") });
    harness.bus.publish({ type: "call.answered", callId: callId("c3") });
    harness.bus.publish({ type: "call.answered", callId: callId("c2") });
    await until(() => heard.length > 0);
    await send(attacker, { name: "clock:read", payload: { version: 1 } });
    expect(JSON.stringify(heard)).toContain('"c2"');
    expect(JSON.stringify(heard)).not.toMatch(/"c1"|"c3"/);
  });

  it("shows calls of no team to admins only", async () => {
    const [admin, supervisor] = [await harness.connect("root"), await harness.connect("anna")];
    const payload = { ...onCall, callId: "c3" };
    expect(await send(supervisor, { name: "call:subscribe", payload })).toMatchObject({ ok: false, code: "NOT_FOUND" });
    expect(await send(admin, { name: "call:subscribe", payload })).toMatchObject({ ok: true });
    const board = await send(admin, { name: "board:subscribe", payload: { version: 1 } });
    expect(board.ok && board.data.rows.map((row) => row.info.callId).sort()).toEqual(["c1", "c2", "c3"]);
    expect(board.ok && board.data.teams.map(({ teamId: id }) => id)).toEqual(["team-1", "team-2", null]);
  });

  it("does not touch a suggestion or an alert through a call that it is not of", async () => {
    harness.people.set("both", viewerOf("both", { teamIds: [teamId("team-1"), teamId("team-2")] }));
    const socket = await harness.connect("both");
    for (const name of names.filter((other) => /^(suggestion|alert):/.test(other) && other !== "suggestion:compose")) {
      const payload = { ...PAYLOADS[name], suggestionId: "s2", alertId: "a2" };
      expect(await send(socket, { name, payload })).toMatchObject({ ok: false, code: "NOT_FOUND" });
      // An alert's id is no suggestion's id.
      const mixed = { ...PAYLOADS[name], suggestionId: "a1", alertId: "s1" };
      expect(await send(socket, { name, payload: mixed })).toMatchObject({ ok: false, code: "NOT_FOUND" });
    }
    expect(harness.done).toEqual([]);
  });
});

describe("failures", () => {
  it("tells an expected failure in its words and hides an unexpected one", async () => {
    const socket = await harness.connect("anna");
    harness.failure = new AppError("WRONG_STATE", { message: "internal words", userMessage: "Not connected yet." });
    const command = { name: "call:set-mode", payload: PAYLOADS["call:set-mode"] } as const;
    expect(await send(socket, command)).toMatchObject({
      ok: false,
      code: "WRONG_STATE",
      message: "Not connected yet.",
    });
    harness.failure = new Error("password of the database");
    const result = await send(socket, command);
    expect(result).toMatchObject({ ok: false, code: "INTERNAL" });
    expect(JSON.stringify(result)).not.toContain("password");
    expect(harness.audits.map(({ outcome, code }) => [outcome, code])).toEqual([
      ["failed", "WRONG_STATE"],
      ["failed", "INTERNAL"],
    ]);
  });

  it("names the faulty field", async () => {
    const socket = await harness.connect("anna");
    const result = await send(socket, { name: "call:set-mode", payload: { ...onCall, mode: "shout" } });
    expect(result).toMatchObject({ ok: false, code: "INVALID", field: "mode", retryable: false });
    const old = await send(socket, { name: "call:end", payload: { ...onCall, version: 2 } });
    expect(old).toMatchObject({ ok: false, code: "INVALID", field: "version" });
  });

  it("does nothing without an acknowledgement, and closes the connection on a huge message", async () => {
    const socket = await harness.connect("anna");
    socket.emit("call:end", onCall);
    socket.emit("call:end");
    socket.emit("call:end", onCall, "not a function");
    socket.emit("no:such-command", onCall, () => undefined);
    expect(await send(socket, { name: "clock:read", payload: { version: 1 } })).toMatchObject({ ok: true });
    expect(harness.done).toEqual([]);
    const closed = new Promise((resolve) => socket.once("disconnect", resolve));
    socket.emit("call:add-note", { ...onCall, text: "x".repeat(200_000) }, () => undefined);
    await closed;
    expect(harness.done).toEqual([]);
  });
});

describe("sessions", () => {
  it("ends every socket of a person whose access is revoked, and nobody else's", async () => {
    const [tab, other, stranger] = [
      await harness.connect("anna"),
      await harness.connect("anna"),
      await harness.connect("berta"),
    ];
    const ended = [tab, other].map((socket) => new Promise((resolve) => socket.once("session:ended", resolve)));
    harness.server.revoke(viewerOf("anna").userId);
    await Promise.all(ended);
    await until(() => !tab.connected && !other.connected);
    expect(stranger.connected).toBe(true);
  });

  it("rechecks on request: keeps who still has the same rights, ends who has not", async () => {
    const socket = await harness.connect("anna");
    const reasons: string[] = [];
    socket.on("session:ended", ({ reason }) => reasons.push(reason));
    harness.server.recheck(viewerOf("anna").userId);
    await send(socket, { name: "clock:read", payload: { version: 1 } });
    expect(socket.connected).toBe(true);
    harness.people.set("anna", viewerOf("anna", { teamIds: [] }));
    harness.server.recheck(viewerOf("anna").userId);
    await until(() => !socket.connected);
    expect(reasons).toEqual(["Your rights have changed."]);
  });

  it("notices a session that ended by itself, and outlives a database that is away for a moment", async () => {
    const clock = new FakeClock();
    const timed = await new LiveHarness({ clock }).start();
    const socket = await timed.connect("anna");
    timed.authenticationFails = true;
    await clock.advance(2 * SESSION_CHECK_MS);
    expect(socket.connected).toBe(true);
    timed.authenticationFails = false;
    timed.people.delete("anna");
    await clock.advance(SESSION_CHECK_MS);
    await until(() => !socket.connected);
    await timed.stop();
  });

  it("ends sessions that could not be checked for long", async () => {
    const clock = new FakeClock();
    const timed = await new LiveHarness({ clock }).start();
    const socket = await timed.connect("anna");
    timed.authenticationFails = true;
    await clock.advance(3 * SESSION_CHECK_MS);
    await until(() => !socket.connected);
    await timed.stop();
  });
});

describe("presence", () => {
  it("tells who has the call open, one entry a person, until the last tab closes", async () => {
    harness.people.set("clara", viewerOf("clara"));
    const [one, two, other] = [
      await harness.connect("anna"),
      await harness.connect("anna"),
      await harness.connect("clara"),
    ];
    const seen: string[][] = [];
    other.on("call:presence", ({ viewers }) => seen.push(viewers.map((viewer: { name: string }) => viewer.name)));
    const subscribe = { name: "call:subscribe", payload: onCall } as const;
    await send(one, subscribe);
    await send(two, subscribe);
    const snapshot = await send(other, subscribe);
    expect(snapshot.ok && snapshot.data.viewers.map(({ name }) => name)).toEqual(["anna", "clara"]);
    one.disconnect();
    await send(other, { name: "clock:read", payload: { version: 1 } });
    two.disconnect();
    await until(() => seen.at(-1)?.length === 1);
    expect(seen).toEqual([["anna", "clara"], ["clara"]]);
  });
});

describe("malformed commands", () => {
  it("answers 10,000 and more of them on every command with INVALID or NOT_FOUND, and does nothing", async () => {
    const open = await new LiveHarness({ rules: NO_LIMITS }).start();
    publishCalls(open);
    const socket = await open.connect("anna");
    const { malformed } = await import("./testing/malformed");
    let sent = 0;
    for (const name of names) {
      const payloads = malformed(PAYLOADS[name], 800);
      const results = await Promise.all(payloads.map((payload) => send(socket, { name, payload })));
      sent += results.length;
      for (const [index, result] of results.entries()) {
        const wrong = result.ok || !["INVALID", "NOT_FOUND"].includes(result.code);
        if (wrong) throw new Error(`${name} took ${JSON.stringify(payloads[index])}: ${JSON.stringify(result)}`);
      }
    }
    expect(sent).toBeGreaterThanOrEqual(10_000);
    expect(open.done).toEqual([]);
    expect(await send(socket, { name: "call:end", payload: onCall })).toMatchObject({ ok: true });
    await open.stop();
  }, 60_000);
});
