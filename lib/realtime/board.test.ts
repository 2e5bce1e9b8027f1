import { describe, expect, it } from "vitest";
import { LEFT_CALL_KEPT_MS } from "@/lib/contract/call";
import type { NewDomainEvent } from "@/lib/contract/domain-events";
import type { ServerEventPayload } from "@/lib/contract/socket-events";
import { EventBus } from "@/lib/events/event-bus";
import { silentLogger } from "@/lib/platform/logger";
import { BOARD_INTERVAL_MS, Board } from "./board";
import { LiveCalls } from "./live-calls";
import { PresenceList } from "./presence";
import { CallStream, startPublisher } from "./publisher";
import { anna, arrived, callId, line, pointOf, teamId } from "./testing/call-events";
import { SteppedClock } from "./testing/stepped-clock";

type Sent = { rooms: string | string[]; update: ServerEventPayload<"board:updated"> };

function makeBoard() {
  const clock = new SteppedClock();
  const sent: Sent[] = [];
  const presence = new PresenceList({ clock, onChanged: (id) => board.onChanged(id) });
  const calls = new LiveCalls({ clock });
  const board: Board = new Board({
    clock,
    calls,
    presence,
    broadcast: ({ rooms, name, payload }) => {
      if (name === "board:updated") sent.push({ rooms, update: payload as ServerEventPayload<"board:updated"> });
    },
  });
  const bus = new EventBus({ clock, logger: silentLogger });
  const stream = new CallStream({ clock, broadcast: () => undefined, hasAudience: () => false });
  const guard = { onEvent: () => undefined };
  startPublisher({ bus, calls, guard, board, stream, desks: { onEvent: () => undefined } });
  const mood = (id: string, score: number): NewDomainEvent => ({
    type: "sentiment.measured",
    callId: callId(id),
    point: pointOf("u1", { score, rolling: score }),
  });
  const end = (id: string): NewDomainEvent => ({
    ...{ type: "call.ended", callId: callId(id), reason: "caller-hung-up", by: anna, durationMs: 1 },
  });
  return { clock, sent, presence, board, bus, mood, end };
}

describe("Board", () => {
  it("sends at most four updates a second for a team, whatever happens, and the last state", async () => {
    const { clock, sent, bus, mood } = makeBoard();
    bus.publish(arrived("c1"));
    for (let n = 0; n < 200; n += 1) {
      bus.publish(mood("c1", n / 200));
      await clock.advance(10);
    }
    await clock.advance(250);
    expect(sent.length).toBeGreaterThan(6);
    expect(sent.length).toBeLessThanOrEqual(10);
    const times = sent.map(({ update }) => update.sentAt);
    for (const [index, time] of times.entries())
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(250);
    expect(sent.at(-1)?.update.rows[0]?.mood).toBe(199 / 200);
    expect(sent.map(({ update }) => update.sequence)).toEqual(sent.map((_, index) => index + 1));
  });

  it("goes on when the clock is set back", async () => {
    const { clock, sent, bus, mood } = makeBoard();
    bus.publish(arrived("c1"));
    await clock.advance(1);
    clock.setBack(10_000);
    bus.publish(mood("c1", -0.5));
    await clock.advance(BOARD_INTERVAL_MS);
    expect(sent).toHaveLength(2);
  });

  it("takes a call that we left away after its time, and keeps one that is heard again", async () => {
    const { clock, sent, bus } = makeBoard();
    const monitoring = (id: string, state: "left" | "monitored"): NewDomainEvent => ({
      ...{ type: "call.monitoring_changed", callId: callId(id), monitoring: state, by: anna, detail: null },
    });
    for (const id of ["gone", "back"]) {
      bus.publish(arrived(id));
      bus.publish(monitoring(id, "left"));
    }
    await clock.advance(1000);
    bus.publish(monitoring("back", "monitored"));
    await clock.advance(LEFT_CALL_KEPT_MS - 2000);
    expect(sent.flatMap(({ update }) => update.removed)).toEqual([]);
    await clock.advance(3000);
    expect(sent.flatMap(({ update }) => update.removed)).toEqual(["gone"]);
  });

  it("numbers each team by itself and keeps calls of no team for admins", async () => {
    const { clock, sent, bus } = makeBoard();
    bus.publish(arrived("c1", "team-1"));
    bus.publish(arrived("c2", "team-2"));
    bus.publish(arrived("c3", null));
    await clock.advance(1);
    expect(sent.map(({ rooms, update }) => [rooms, update.teamId, update.sequence, update.rows.length])).toEqual([
      [["board:team-1", "boards"], "team-1", 1, 1],
      [["board:team-2", "boards"], "team-2", 1, 1],
      ["boards", null, 1, 1],
    ]);
  });

  it("says nothing for events that no row shows, nor for a row that came out the same", async () => {
    const { clock, sent, bus, mood } = makeBoard();
    bus.publish(arrived("c1"));
    bus.publish(mood("c1", -0.5));
    await clock.advance(1000);
    expect(sent).toHaveLength(1);
    bus.publish({ type: "utterance.partial", callId: callId("c1"), utterance: line("u1", { final: false }) });
    bus.publish({ type: "call.greeted", callId: callId("c1"), text: "hello", playedMs: 10 });
    bus.publish({ type: "transcription.changed", callId: callId("c1"), level: "full", detail: "as before" });
    await clock.advance(1000);
    expect(sent).toHaveLength(1);
  });

  it("keeps an ended call for fifteen seconds and then removes it for good", async () => {
    const { clock, sent, board, bus, mood, end } = makeBoard();
    const team = [{ teamId: teamId("team-1"), name: "One" }];
    bus.publish(arrived("c1"));
    bus.publish(end("c1"));
    await clock.advance(14_900);
    expect(board.snapshot(team).rows).toHaveLength(1);
    expect(sent.flatMap(({ update }) => update.removed)).toEqual([]);
    await clock.advance(400);
    expect(sent.at(-1)?.update).toMatchObject({ rows: [], removed: ["c1"] });
    bus.publish(mood("c1", -1));
    await clock.advance(1000);
    expect(board.snapshot(team).rows).toEqual([]);
    expect(sent.at(-1)?.update.removed).toEqual(["c1"]);
  });

  it("never announces a call that came and went between two updates, but removes it from a snapshot taken meanwhile", async () => {
    const { clock, sent, bus, board } = makeBoard();
    bus.publish(arrived("c1"));
    const snapshot = board.snapshot([{ teamId: teamId("team-1"), name: "One" }]);
    expect(snapshot.teams[0]?.sequence).toBe(0);
    expect(snapshot.rows.map((row) => row.info.callId)).toEqual(["c1"]);
    await clock.advance(1);
    expect(sent[0]?.update.sequence).toBe(1);
  });

  it("shows who looks, and when someone last did", async () => {
    const { clock, sent, bus, presence } = makeBoard();
    bus.publish(arrived("c1"));
    await clock.advance(1000);
    const look = { callId: callId("c1"), userId: anna.kind === "user" ? anna.userId : undefined, name: "Anna" };
    if (!look.userId) throw new Error("no user");
    presence.enter({ ...look, userId: look.userId, socketId: "tab-1" });
    presence.enter({ ...look, userId: look.userId, socketId: "tab-2" });
    const since = clock.now();
    await clock.advance(1000);
    expect(sent.at(-1)?.update.rows[0]).toMatchObject({
      viewers: [{ userId: "anna", name: "Anna", since }],
      lastLookedAt: since,
    });
    presence.leave({ callId: look.callId, socketId: "tab-1" });
    await clock.advance(1000);
    expect(sent.at(-1)?.update.rows[0]?.viewers).toHaveLength(1);
    presence.leave({ callId: look.callId, socketId: "tab-2" });
    const left = clock.now();
    await clock.advance(1000);
    expect(sent.at(-1)?.update.rows[0]).toMatchObject({ viewers: [], lastLookedAt: left });
  });
});
