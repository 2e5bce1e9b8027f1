import { beforeEach, describe, expect, test } from "vitest";
import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { callIdSchema } from "@/lib/contract/ids";
import type { FromSwitch } from "@/lib/contract/switch-control";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { CallEnd, CallSpec, PlacedCall } from "./call-spec";
import type { LegFrame } from "./conversation";
import { Rehearsals } from "./rehearsals";
import { scenarioSchema } from "./scenario";

const CALL = callIdSchema.parse("rehearsal-1");
/** Frames of each spoken turn. */
const TURN_FRAMES = 100;
const scenario = scenarioSchema.parse({
  id: "a-call",
  title: "A call",
  teaches: "Something",
  caller: { name: "A", number: "1", voice: "alto" },
  agent: { extension: "1001", voice: "bass" },
  steps: [
    { party: "agent", text: "Hello.", pauseMs: 0 },
    { party: "caller", text: "I am angry.", pauseMs: 0 },
    {
      moment: "sorry",
      advice: "Say sorry.",
      coached: [{ party: "agent", text: "Sorry.", pauseMs: 1000 }],
      uncoached: [{ party: "agent", text: "So what.", pauseMs: 1000 }],
    },
    {
      moment: "recap",
      advice: "Sum it up.",
      coached: [{ party: "agent", text: "Good.", pauseMs: 1000 }],
      uncoached: [{ party: "agent", text: "Well.", pauseMs: 1000 }],
    },
  ],
});

let clock: FakeClock;
let sent: FromSwitch[];
let placed: { spec: CallSpec; tap: (frame: LegFrame) => void; end: (end: CallEnd) => void } | null;
let busy: boolean;
let rehearsals: Rehearsals;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  placed = null;
  busy = false;
  const place = (spec: CallSpec): PlacedCall => {
    const listeners: ((frame: LegFrame) => void)[] = [];
    let end: (end: CallEnd) => void = () => undefined;
    const ended = new Promise<CallEnd>((resolve) => {
      end = resolve;
    });
    placed = { spec, tap: (frame) => tell(listeners, frame), end };
    const tap = (listener: (frame: LegFrame) => void) => {
      listeners.push(listener);
      return () => undefined;
    };
    return { callId: callIdSchema.parse(spec.callId), wire: {} as never, tap, hangUp: () => undefined, ended };
  };
  rehearsals = new Rehearsals({
    scenarios: [scenario],
    agents: [{ name: "Maya", extension: "1001", team: "Support" }],
    narrator: {
      voices: ["alto", "bass"],
      clipFor: async () => ({ samples: new Int16Array(TURN_FRAMES * FRAME_SAMPLES) }),
    },
    place,
    reserve: () => {
      if (busy) return null;
      busy = true;
      return () => {
        busy = false;
      };
    },
    send: (message) => sent.push(message),
    clock,
    logger: silentLogger,
  });
});

function tell(listeners: ((frame: LegFrame) => void)[], frame: LegFrame): void {
  for (const listener of listeners) listener(frame);
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !what(); tries++) await clock.advance(50);
  expect(what()).toBe(true);
}

const ask = (scenarioId = "a-call") =>
  rehearsals.receive({ type: "rehearsal.place", requestId: "r1", scenarioId, callId: CALL });

/** Runs the talk to frame `to`; the coach whispers 600 ms from frame `whisperAt`. Audio began 50 frames before the talk. */
function talk({ to, whisperAt }: { to: number; whisperAt: number | null }): void {
  const silence = new Int16Array(FRAME_SAMPLES);
  const loud = new Int16Array(FRAME_SAMPLES).fill(8000);
  placed?.tap({ index: 49, mode: null } as LegFrame);
  for (let frame = 0; frame < to; frame++) {
    placed?.tap({ index: 50 + frame, mode: "spy" } as LegFrame);
    placed?.spec.caller.speak(new Int16Array(FRAME_SAMPLES), { frame });
    placed?.spec.callee.speak(new Int16Array(FRAME_SAMPLES), { frame });
    const isWhisper = whisperAt !== null && frame >= whisperAt && frame < whisperAt + 30;
    placed?.spec.callee.hear?.({ mixed: silence, ours: isWhisper ? loud : null, mode: "whisper" }, { frame });
  }
}

describe("rehearsals", () => {
  test("lists what can be rehearsed", () => {
    rehearsals.receive({ type: "scenarios.list", requestId: "r0" });
    expect(sent).toEqual([
      {
        type: "scenarios",
        requestId: "r0",
        scenarios: [{ scenarioId: "a-call", title: "A call", teaches: "Something", extension: "1001", moments: 2 }],
      },
    ]);
  });

  test("tell how each moment went, on the call's audio clock, and which were never reached", async () => {
    ask();
    await until(() => placed !== null);
    expect(sent).toEqual([{ type: "rehearsal.placed", requestId: "r1" }]);
    expect(placed?.spec).toMatchObject({ callId: CALL, calleeNumber: "1001", calleeName: "Maya", origin: "a-call" });
    talk({ to: 260, whisperAt: 150 });
    placed?.end({ reason: "caller-hung-up", frames: 310 });
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({
      type: "rehearsal.over",
      callId: CALL,
      // The caller's turn is frames 100 to 200; enough of the whisper was heard 20 frames after its first.
      moments: [
        {
          moment: "sorry",
          advice: "Say sorry.",
          isCoached: true,
          cueMs: (50 + 100) * FRAME_MS,
          coachedMs: (50 + 169) * FRAME_MS,
          decidedMs: (50 + 250) * FRAME_MS,
        },
      ],
      unreached: [{ moment: "recap", advice: "Sum it up." }],
    });
    expect(busy).toBe(false);
  });

  test("a moment that nobody coached says so", async () => {
    ask();
    await until(() => placed !== null);
    talk({ to: 260, whisperAt: null });
    placed?.end({ reason: "caller-hung-up", frames: 310 });
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({ moments: [{ moment: "sorry", isCoached: false, coachedMs: null }] });
  });

  test("wait for an agent who is in a call, and give up in the end", async () => {
    busy = true;
    ask();
    await clock.advance(5000);
    expect(placed).toBeNull();
    busy = false;
    await until(() => placed !== null);
    ask();
    await clock.advance(200_000);
    await until(() => sent.length === 2);
    expect(sent[1]).toMatchObject({ type: "rehearsal.refused", requestId: "r1" });
  });

  test("refuse what does not exist, and outlive what is no message", async () => {
    ask("no-such");
    await until(() => sent.length === 1);
    expect(sent[0]).toMatchObject({ type: "rehearsal.refused", message: "There is no scenario no-such." });
    for (const message of [null, 1, {}, { type: "rehearsal.place" }]) rehearsals.receive(message);
    expect(sent).toHaveLength(1);
  });
});
