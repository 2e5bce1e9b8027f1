import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boardRowSchema } from "@/lib/contract/board";
import type { Party } from "@/lib/contract/call";
import { type CallView, callViewSchema } from "@/lib/contract/call-view";
import type { DomainEvent, NewDomainEvent } from "@/lib/contract/domain-events";
import { toBoardRow } from "./board-row";
import { foldCallView, startCallView } from "./call-view";
import { VIEW_LIMITS } from "./call-view-lists";
import { withoutReplacedPartials } from "./publisher";
import {
  alertOf,
  anna,
  anyEvent,
  arrived,
  callId,
  line,
  numbered,
  pointOf,
  START,
  suggestionOf,
} from "./testing/call-events";

const id = callId("c1");

function viewOf(events: NewDomainEvent[]): CallView {
  const [first, ...rest] = numbered([arrived("c1"), ...events]);
  if (first?.type !== "call.arrived") throw new Error("a call begins by arriving");
  return rest.reduce(foldCallView, startCallView(first));
}

const partial = (utterance: ReturnType<typeof line>): NewDomainEvent => ({
  type: "utterance.partial",
  callId: id,
  utterance: { ...utterance, final: false },
});
const final = (utterance: ReturnType<typeof line>): NewDomainEvent => ({
  type: "utterance.final",
  callId: id,
  utterance,
});

describe("foldCallView", () => {
  it("follows a call from ringing to its end", () => {
    const failed = { code: "NO_ANSWER", message: "no answer" };
    expect(
      viewOf([
        { type: "call.answered", callId: id },
        { type: "call.connect_failed", callId: id, attempt: 1, ...failed, willRetry: true },
      ]),
    ).toMatchObject({ state: "ANSWERED", lastError: failed });
    const connected = viewOf([
      { type: "call.answered", callId: id },
      { type: "call.ringing", callId: id, attempt: 1, ringTimeMs: 60_000 },
      { type: "call.connect_failed", callId: id, attempt: 1, ...failed, willRetry: true },
      { type: "call.ringing", callId: id, attempt: 2, ringTimeMs: 60_000 },
      { type: "call.connected", callId: id, attempt: 2 },
      { type: "voice.started", callId: id, party: "agent", atMs: 10 },
    ]);
    expect(connected).toMatchObject({
      state: "CONNECTED",
      ringing: false,
      connectedAt: START + 5 * 40,
      lastError: null,
      agentSpeaking: true,
      callerSpeaking: false,
    });
    const [end] = numbered(
      [{ type: "call.ended", callId: id, reason: "caller-hung-up", by: { kind: "gateway" }, durationMs: 1000 }],
      8,
    );
    expect(foldCallView(connected, end as DomainEvent)).toMatchObject({
      state: "DISCONNECTED",
      endReason: "caller-hung-up",
      mode: null,
      agentSpeaking: false,
      sequence: 8,
    });
  });

  it("knows who holds, and nobody any more once the call is over, left or found again", () => {
    const hold = (party: Party, isHeld: boolean): NewDomainEvent => ({
      type: "call.hold_changed",
      callId: id,
      ...{ party, isHeld },
    });
    const both = [hold("agent", true), hold("caller", true), hold("agent", true)];
    expect(viewOf(both).heldBy).toEqual(["caller", "agent"]);
    expect(viewOf([...both, hold("caller", false)]).heldBy).toEqual(["agent"]);
    const by = { kind: "gateway" } as const;
    const ends: NewDomainEvent[] = [
      { type: "call.ended", callId: id, reason: "transferred", by, durationMs: 1 },
      { type: "call.monitoring_changed", callId: id, monitoring: "left", by, detail: null },
      arrived(id),
    ];
    for (const end of ends) expect(viewOf([...both, end]).heldBy).toEqual([]);
    expect(toBoardRow(viewOf(both), { viewers: [], lastLookedAt: null }).heldBy).toEqual(["caller", "agent"]);
  });

  it("replaces a partial in place and keeps it final", () => {
    const lines = (events: NewDomainEvent[]) => viewOf(events).utterances.map(({ text, final: done }) => [text, done]);
    expect(lines([partial(line("u1", { text: "I" })), partial(line("u1", { text: "I would" }))])).toEqual([
      ["I would", false],
    ]);
    expect(
      lines([partial(line("u1")), final(line("u1", { text: "done" })), partial(line("u1", { text: "late" }))]),
    ).toEqual([["done", true]]);
    expect(
      lines([
        partial(line("u1")),
        { type: "utterance.dropped", callId: id, utteranceId: line("u1").utteranceId, party: "caller" },
      ]),
    ).toEqual([]);
  });

  it("orders lines by their start and keeps at most one partial a party", () => {
    const view = viewOf([
      final(line("u2", { startMs: 900, party: "agent" })),
      final(line("u1", { startMs: 100 })),
      partial(line("u3", { startMs: 2000 })),
      partial(line("u4", { startMs: 2500 })),
      partial(line("u5", { startMs: 2200, party: "agent" })),
    ]);
    expect(view.utterances.map(({ utteranceId }) => utteranceId)).toEqual(["u1", "u2", "u5", "u4"]);
  });

  it("shows a mode as pending until the gateway confirms that request", () => {
    const ask = { type: "mode.requested", callId: id, requestId: "r1", mode: "whisper", by: anna } as const;
    const asked = viewOf([ask]);
    expect(asked).toMatchObject({ mode: null, pendingMode: "whisper" });
    const other = {
      type: "mode.confirmed",
      callId: id,
      requestId: null,
      mode: "spy",
      previous: null,
      by: { kind: "gateway" },
    } as const;
    expect(viewOf([ask, other])).toMatchObject({ mode: "spy", pendingMode: "whisper" });
    const done = { ...other, requestId: "r1", mode: "whisper", previous: "spy" } as const;
    const view = viewOf([ask, other, done]);
    expect(view).toMatchObject({ mode: "whisper", pendingMode: null, modeUnknown: false });
    expect(view.modeChanges).toMatchObject([
      { requestId: "r1", requested: "whisper", confirmed: "whisper", previous: "spy", byName: "Anna" },
      { requestId: null, requested: null, confirmed: "spy", byName: "The telephone system" },
    ]);
  });

  it("knows no mode after a failed change until one is confirmed", () => {
    const ask = { type: "mode.requested", callId: id, requestId: "r1", mode: "whisper", by: anna } as const;
    const failed = { ...ask, type: "mode.failed", code: "TIMEOUT", message: "no answer" } as const;
    const spy = {
      type: "mode.confirmed",
      callId: id,
      requestId: null,
      mode: "spy",
      previous: null,
      by: { kind: "gateway" },
    } as const;
    expect(viewOf([spy, ask, failed])).toMatchObject({ mode: null, modeUnknown: true, pendingMode: null });
    expect(viewOf([spy, ask, failed, spy])).toMatchObject({ mode: "spy", modeUnknown: false });
  });

  it("has no mode after we left and keeps the last one while the gateway is lost", () => {
    const spy = {
      type: "mode.confirmed",
      callId: id,
      requestId: null,
      mode: "spy",
      previous: null,
      by: { kind: "gateway" },
    } as const;
    const change = { type: "call.monitoring_changed", callId: id, by: anna, detail: null } as const;
    expect(viewOf([spy, { ...change, monitoring: "lost" }])).toMatchObject({ monitoring: "lost", mode: "spy" });
    expect(viewOf([spy, { ...change, monitoring: "left" }])).toMatchObject({ monitoring: "left", mode: null });
  });

  it("bounds what a long call keeps and never takes what is still open", () => {
    const finals = Array.from({ length: VIEW_LIMITS.finals + 5 }, (_, n) => final(line(`u${n}`, { startMs: n })));
    const view = viewOf([partial(line("p", { party: "agent", startMs: 0 })), ...finals]);
    expect(view.utterances.filter((utterance) => utterance.final)).toHaveLength(VIEW_LIMITS.finals);
    expect(view.utterances.some((utterance) => utterance.utteranceId === "p")).toBe(true);
    expect(view.utterances.some((utterance) => utterance.utteranceId === "u4")).toBe(false);
    const suggestions = Array.from(
      { length: VIEW_LIMITS.suggestions + 1 },
      (_, n): NewDomainEvent => ({
        type: "suggestion.proposed",
        callId: id,
        suggestion: suggestionOf(id, `s${n}`, { state: n === 0 ? "proposed" : "rejected" }),
      }),
    );
    const kept = viewOf(suggestions).suggestions.map((suggestion) => suggestion.suggestionId);
    expect(kept).toHaveLength(VIEW_LIMITS.suggestions);
    expect(kept.slice(0, 2)).toEqual(["s0", "s2"]);
  });

  it("leaves old events, events of other calls and the view itself alone", () => {
    const view = Object.freeze(viewOf([final(line("u1"))]));
    Object.freeze(view.utterances);
    const [old] = numbered([final(line("u9"))], 2);
    expect(foldCallView(view, old as DomainEvent)).toBe(view);
    const [foreign] = numbered([{ type: "call.answered", callId: callId("c2") }], 3);
    expect(foldCallView(view, foreign as DomainEvent)).toBe(view);
    const [next] = numbered([{ type: "call.answered", callId: id }], 3);
    const folded = foldCallView(view, next as DomainEvent);
    expect(folded.state).toBe("ANSWERED");
    expect(folded.utterances).toBe(view.utterances);
    expect(view.state).toBe("PENDING");
  });

  it("keeps to the contract whatever happens, and folds a thinned message like the whole", () => {
    fc.assert(
      fc.property(fc.array(anyEvent(id), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (events, size) => {
        const [first, ...rest] = numbered([arrived("c1"), ...events]);
        if (first?.type !== "call.arrived") throw new Error("a call begins by arriving");
        const whole = rest.reduce(foldCallView, startCallView(first));
        let thinned = startCallView(first);
        for (let at = 0; at < rest.length; at += size) {
          const message = withoutReplacedPartials(rest.slice(at, at + size));
          expect(message[0]?.sequence).toBe(thinned.sequence + 1);
          thinned = message.reduce(foldCallView, thinned);
        }
        expect(thinned).toEqual(whole);
        expect(callViewSchema.parse(whole)).toEqual(whole);
        for (const party of ["caller", "agent"]) {
          expect(whole.utterances.filter((u) => u.party === party && !u.final).length).toBeLessThanOrEqual(1);
        }
        const starts = whole.utterances.map((utterance) => utterance.startMs);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        const row = toBoardRow(whole, { viewers: [], lastLookedAt: null });
        expect(boardRowSchema.parse(row)).toEqual(row);
      }),
      { numRuns: 400 },
    );
  });
});

describe("toBoardRow", () => {
  it("shows the caller's mood, the newest topics, active alerts and open suggestions by weight", () => {
    const topic = (key: string, n: number) => ({
      ...{ utteranceId: line("u1").utteranceId, party: "caller" as const, atMs: n, key, label: key.toUpperCase() },
      ...{ kind: "topic" as const, confidence: 1 },
    });
    const view = viewOf([
      ...Array.from(
        { length: 14 },
        (_, n): NewDomainEvent => ({
          type: "sentiment.measured",
          callId: id,
          point: pointOf(`u${n}`, { score: n / 20, rolling: n / 40 }),
        }),
      ),
      { type: "sentiment.measured", callId: id, point: pointOf("x", { party: "agent", score: -1, rolling: -1 }) },
      { type: "topics.detected", callId: id, mentions: ["a", "b", "c", "a", "d", "e"].map(topic) },
      { type: "alert.raised", callId: id, alert: alertOf("a1") },
      { type: "alert.raised", callId: id, alert: alertOf("a2", { severity: "danger" }) },
      { type: "alert.raised", callId: id, alert: alertOf("a3", { active: false, severity: "danger" }) },
      { type: "suggestion.proposed", callId: id, suggestion: suggestionOf(id, "s1") },
      { type: "suggestion.proposed", callId: id, suggestion: suggestionOf(id, "s2", { urgency: "urgent" }) },
      { type: "suggestion.proposed", callId: id, suggestion: suggestionOf(id, "s3", { state: "spoken" }) },
      final(line("u1", { text: "x".repeat(400) })),
    ]);
    const row = toBoardRow(view, { viewers: [], lastLookedAt: null });
    expect(row.mood).toBe(13 / 40);
    expect(row.sparkline).toEqual(Array.from({ length: 12 }, (_, n) => (n + 2) / 20));
    expect(row.topics.map(({ key }) => key)).toEqual(["e", "d", "a", "c"]);
    expect(row.alerts.map(({ alertId }) => alertId)).toEqual(["a2", "a1"]);
    expect(row.openSuggestions.map(({ suggestionId }) => suggestionId)).toEqual(["s2", "s1"]);
    expect(row.lastLine).toHaveLength(300);
  });
});
