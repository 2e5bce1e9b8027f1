import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/contract/call";
import { userIdSchema } from "@/lib/contract/ids";
import type { Trend } from "@/lib/contract/sentiment";
import { AlertService } from "./alert-service";
import { LEGAL_WORDS, PROFANITY } from "./constants";
import { CALL, mention, recordedBus, talk, utterance } from "./testing/events";

const SUPERVISOR = { kind: "system" } as const;

let recorded: ReturnType<typeof recordedBus>;
let service: AlertService;

beforeEach(() => {
  recorded = recordedBus();
  service = new AlertService(recorded);
  service.start();
  recorded.bus.publish({ type: "call.connected", callId: CALL, attempt: 1 });
});

const raised = () => recorded.of("alert.raised").map(({ alert }) => alert);
const changed = () => recorded.of("alert.changed").map(({ alert }) => alert);
const talked = (metrics: Parameters<typeof talk>[0]) =>
  recorded.bus.publish({ type: "talk.measured", callId: CALL, metrics: talk(metrics) });
const said = (id: string, text: string, more: { party?: "caller" | "agent"; endMs?: number } = {}) =>
  recorded.bus.publish({ type: "utterance.final", callId: CALL, utterance: utterance({ id, text, ...more }) });
const wanted = (
  id: string,
  key: string,
  more: { atMs?: number; confidence?: number; kind?: "topic" | "intent" } = {},
) => recorded.bus.publish({ type: "topics.detected", callId: CALL, mentions: [mention({ id, key, ...more })] });
const felt = (id: string, rolling: number, trend: Trend, party: "caller" | "agent" = "caller") => {
  const { utteranceId } = utterance({ id, text: "x" });
  const point = { utteranceId, party, atMs: 1000, score: rolling, confidence: 1, rolling, trend };
  recorded.bus.publish({ type: "sentiment.measured", callId: CALL, point });
};

describe("mood", () => {
  it("is raised once below the threshold while falling, and ends only above the higher one", () => {
    felt("u1", -0.4, "steady");
    expect(raised()).toHaveLength(0);
    felt("u2", -0.4, "falling");
    felt("u3", -0.5, "falling");
    felt("u4", -0.2, "rising");
    expect(raised()).toMatchObject([{ rule: "mood-falling", severity: "warning", utteranceId: "u2", active: true }]);
    expect(changed()).toHaveLength(0);
    felt("u5", -0.05, "rising");
    expect(changed()).toMatchObject([{ alertId: raised()[0]?.alertId, active: false, markedWrong: false }]);
    felt("u6", -0.7, "falling");
    expect(raised()).toHaveLength(2);
    expect(raised()[1]).toMatchObject({ severity: "danger" });
  });

  it("is the customer's, never the agent's", () => {
    felt("u1", -0.9, "falling", "agent");
    expect(raised()).toHaveLength(0);
  });
});

describe("silence, talk-over and length", () => {
  it("raises a silence longer than 12 s once, and ends it when someone speaks", () => {
    talked({ elapsedMs: 20_000, currentSilenceMs: 12_000 });
    expect(raised()).toHaveLength(0);
    talked({ elapsedMs: 20_100, currentSilenceMs: 12_100 });
    talked({ elapsedMs: 25_000, currentSilenceMs: 17_000 });
    expect(raised()).toMatchObject([{ rule: "long-silence", detail: "Nobody has spoken for 12 seconds." }]);
    talked({ elapsedMs: 26_000, currentSilenceMs: 0 });
    expect(changed()).toMatchObject([{ rule: "long-silence", active: false }]);
  });

  it("raises talk-over on what happened in the last 30 s, not in the whole call", () => {
    talked({ elapsedMs: 100_000, overlapMs: 40_000 });
    talked({ elapsedMs: 120_000, overlapMs: 44_900 });
    expect(raised()).toHaveLength(0);
    talked({ elapsedMs: 125_000, overlapMs: 45_000 });
    expect(raised()).toMatchObject([{ rule: "talk-over" }]);
    talked({ elapsedMs: 150_000, overlapMs: 47_000 });
    expect(changed()).toHaveLength(0);
    talked({ elapsedMs: 156_000, overlapMs: 47_000 });
    expect(changed()).toMatchObject([{ rule: "talk-over", active: false }]);
  });

  it("raises talk-over on repeated interruptions", () => {
    talked({ elapsedMs: 1000, agentInterruptions: 1 });
    talked({ elapsedMs: 20_000, agentInterruptions: 5 });
    expect(raised()).toMatchObject([{ rule: "talk-over" }]);
  });

  it("raises a long call once, for good", () => {
    talked({ elapsedMs: 899_000 });
    talked({ elapsedMs: 900_000 });
    talked({ elapsedMs: 901_000 });
    expect(raised()).toMatchObject([{ rule: "long-call", severity: "info" }]);
    expect(changed()).toHaveLength(0);
  });
});

describe("words and intents", () => {
  it("raises on intents that are sure enough, and ends two minutes after the last mention", () => {
    wanted("u1", "cancel", { confidence: 0.55 });
    wanted("u1", "refund");
    wanted("u1", "cancel", { kind: "topic" });
    expect(raised()).toHaveLength(0);
    wanted("u2", "cancel", { atMs: 10_000 });
    wanted("u3", "speak-to-person", { atMs: 11_000 });
    wanted("u4", "escalation", { atMs: 60_000 });
    expect(raised()).toMatchObject([
      { rule: "cancel-intent", utteranceId: "u2" },
      { rule: "escalation-request", utteranceId: "u3" },
    ]);
    talked({ elapsedMs: 130_001 });
    expect(changed()).toMatchObject([{ rule: "cancel-intent", active: false }]);
    talked({ elapsedMs: 180_001 });
    expect(changed()).toMatchObject([{ rule: "cancel-intent" }, { rule: "escalation-request", active: false }]);
  });

  it("raises on legal threats of the customer and on swearing of either", () => {
    said("u1", "You can see my lawyer about it.", { party: "agent" });
    expect(raised()).toHaveLength(0);
    said("u2", "Then I'll take you to court.");
    said("u3", "This is bullshit.");
    said("u4", "Oh piss off.", { party: "agent" });
    expect(raised()).toMatchObject([
      { rule: "legal-threat", utteranceId: "u2", severity: "danger" },
      { rule: "customer-profanity", utteranceId: "u3" },
      { rule: "agent-profanity", utteranceId: "u4" },
    ]);
  });

  it.each(["I'm going to sue", "talk to my solicitor", "I'll go to the Ombudsman", "see you in court", "small claims"])(
    "takes “%s” for a legal threat",
    (text) => expect(LEGAL_WORDS.test(text)).toBe(true),
  );

  it.each([
    "the tennis court is booked",
    "it's under Sue Miller",
    "the issue is solved",
    "Scunthorpe",
    "a class of wine",
  ])("takes “%s” for neither a threat nor swearing", (text) => {
    expect(LEGAL_WORDS.test(text)).toBe(false);
    expect(PROFANITY.test(text)).toBe(false);
  });
});

describe("dismiss", () => {
  const first = () => {
    const [alert] = raised();
    if (!alert) throw new Error("nothing was raised");
    return alert;
  };

  it("takes the alert away, keeps its cause quiet, and says by whom", async () => {
    felt("u1", -0.5, "falling");
    const { alertId } = first();
    const alert = await service.dismiss({ callId: CALL, alertId, wrong: true, by: SUPERVISOR });
    expect(alert).toMatchObject({ active: false, markedWrong: true });
    expect(recorded.of("alert.changed")).toMatchObject([{ alert, by: SUPERVISOR }]);
    felt("u2", -0.6, "falling");
    expect(raised()).toHaveLength(1);
    felt("u3", 0.2, "rising");
    expect(changed()).toHaveLength(1);
    felt("u4", -0.5, "falling");
    expect(raised()).toHaveLength(2);
  });

  it("does not silence a new mention", async () => {
    wanted("u1", "escalation", { atMs: 1000 });
    await service.dismiss({ callId: CALL, alertId: first().alertId, wrong: false, by: SUPERVISOR });
    talked({ elapsedMs: 5000 });
    expect(raised()).toHaveLength(1);
    wanted("u2", "escalation", { atMs: 20_000 });
    expect(raised()).toHaveLength(2);
  });

  it("can mark an alert wrong after it ended, and says nothing twice", async () => {
    talked({ elapsedMs: 20_000, currentSilenceMs: 13_000 });
    talked({ elapsedMs: 21_000 });
    const request = { callId: CALL, alertId: first().alertId, wrong: true, by: SUPERVISOR };
    await service.dismiss(request);
    await service.dismiss(request);
    expect(changed()).toMatchObject([{ markedWrong: false }, { markedWrong: true }]);
  });

  it("throws NOT_FOUND for an unknown alert and for a call that ended", async () => {
    felt("u1", -0.5, "falling");
    const { alertId } = first();
    const elsewhere = { callId: CALL, alertId: `${alertId}x` as typeof alertId, wrong: false, by: SUPERVISOR };
    await expect(service.dismiss(elsewhere)).rejects.toMatchObject({ code: "NOT_FOUND" });
    recorded.bus.publish({ type: "call.ended", callId: CALL, reason: "caller-hung-up", by: SUPERVISOR, durationMs: 1 });
    await expect(service.dismiss({ ...elsewhere, alertId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

it("says nothing before a call is connected or after it ended", () => {
  recorded.bus.publish({ type: "call.ended", callId: CALL, reason: "caller-hung-up", by: SUPERVISOR, durationMs: 1 });
  felt("u1", -0.9, "falling");
  talked({ elapsedMs: 20_000, currentSilenceMs: 13_000 });
  expect(raised()).toHaveLength(0);
});

describe("an agent's call for help", () => {
  const mia: Actor = { kind: "user", userId: userIdSchema.parse("u-mia"), name: "Mia" };
  const ask = () => recorded.bus.publish({ type: "help.asked", callId: CALL, by: mia });
  const dismiss = async (wrong = false) => {
    const last = raised().at(-1);
    if (last) await service.dismiss({ callId: CALL, alertId: last.alertId, wrong, by: SUPERVISOR });
  };

  it("is raised at once and stands until somebody dismisses it", async () => {
    ask();
    expect(raised()).toMatchObject([
      {
        rule: "agent-help",
        severity: "danger",
        label: "Agent asks for help",
        detail: "Mia asks a supervisor to help.",
      },
    ]);
    talked({ elapsedMs: 1_000_000 });
    expect(changed().filter(({ rule }) => rule === "agent-help")).toEqual([]);
    await dismiss();
    talked({ elapsedMs: 1_001_000 });
    expect(raised().filter(({ rule }) => rule === "agent-help")).toHaveLength(1);
  });

  it("comes anew where the earlier one was dismissed, and not beside one that stands", async () => {
    ask();
    ask();
    expect(raised()).toHaveLength(1);
    await dismiss();
    expect(raised()).toHaveLength(1);
    ask();
    expect(raised()).toHaveLength(2);
    expect(raised()[1]?.alertId).not.toBe(raised()[0]?.alertId);
  });
});
