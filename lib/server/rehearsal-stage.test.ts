import { describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import type { FromSwitch, ToSwitch } from "@/lib/contract/switch-control";
import { FakeClock } from "@/lib/platform/clock";
import { SwitchStage } from "./rehearsal-stage";

const callId = callIdSchema.parse("rehearsal-1");
const card = { scenarioId: "a", title: "A", teaches: "B", extension: "1001", moments: 1 };

function setUp({ isUp = true } = {}) {
  const clock = new FakeClock();
  const sent: ToSwitch[] = [];
  const listeners = new Set<(message: FromSwitch) => void>();
  const endListeners = new Set<() => void>();
  const exchange = {
    send: (message: ToSwitch) => {
      if (isUp) sent.push(message);
      return isUp;
    },
    onMessage: (listener: (message: FromSwitch) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnded: (listener: () => void) => {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
  };
  const die = () => {
    for (const listener of [...endListeners]) listener();
  };
  const tell = (message: FromSwitch) => {
    for (const listener of [...listeners]) listener(message);
  };
  return { clock, sent, listeners, endListeners, tell, die, stage: new SwitchStage({ exchange, clock }) };
}

describe("SwitchStage", () => {
  it("takes the answer to its own request, and listens no longer", async () => {
    const { sent, listeners, tell, stage } = setUp();
    const asked = stage.scenarios();
    tell({ type: "scenarios", requestId: "another", scenarios: [] });
    tell({ type: "scenarios", requestId: sent[0]?.requestId ?? "", scenarios: [card] });
    expect(await asked).toEqual([card]);
    expect(listeners.size).toBe(0);
  });

  it("passes a refusal on in the switch's words", async () => {
    const { sent, tell, stage } = setUp();
    const asked = expect(stage.place({ scenarioId: "a", callId })).rejects.toMatchObject({
      code: "CONFLICT",
      userMessage: "The agent is busy.",
    });
    tell({ type: "rehearsal.refused", requestId: sent[0]?.requestId ?? "", message: "The agent is busy." });
    await asked;
  });

  it("gives up on a switch that is not there, or says nothing", async () => {
    await expect(setUp({ isUp: false }).stage.scenarios()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const { clock, stage, listeners } = setUp();
    const asked = expect(stage.scenarios()).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    await clock.advance(10_000);
    await asked;
    expect(listeners.size).toBe(0);
  });

  it("gives up at once on a switch that dies, and tells that its calls are gone", async () => {
    const { clock, die, endListeners, stage } = setUp();
    const before = clock.now();
    let losses = 0;
    const stopListening = stage.onLost(() => {
      losses += 1;
    });
    const asked = expect(stage.place({ scenarioId: "a", callId })).rejects.toMatchObject({ code: "UNAVAILABLE" });
    die();
    await asked;
    expect([losses, clock.now()]).toEqual([1, before]);
    stopListening();
    expect(endListeners.size).toBe(0);
  });
});
