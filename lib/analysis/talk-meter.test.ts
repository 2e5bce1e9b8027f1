import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Party } from "@/lib/contract/call";
import { utteranceSchema } from "@/lib/contract/transcript";
import { TalkMeter } from "./talk-meter";

type Turn = [party: Party, startMs: number, endMs: number];

function meterOf(...turns: Turn[]): TalkMeter {
  const meter = new TalkMeter();
  for (const [party, startMs, endMs] of turns) {
    meter.voiceStarted({ party, atMs: startMs });
    meter.voiceEnded({ party, atMs: endMs });
  }
  return meter;
}

const final = (party: Party, text: string, startMs: number, endMs: number) =>
  utteranceSchema.parse({ utteranceId: "u1", party, text, startMs, endMs, final: true });

describe("TalkMeter", () => {
  it("counts nothing but silence before anyone speaks", () => {
    expect(new TalkMeter().measure(3000)).toEqual({
      callerTalkMs: 0,
      agentTalkMs: 0,
      overlapMs: 0,
      silenceMs: 3000,
      currentSilenceMs: 3000,
      agentTurnMs: 0,
      agentInterruptions: 0,
      callerWordsPerMinute: null,
      agentWordsPerMinute: null,
      elapsedMs: 3000,
    });
  });

  it("adds up talk, overlap and silence", () => {
    const meter = meterOf(["agent", 1000, 4000], ["caller", 3500, 6000], ["agent", 8000, 9000]);
    expect(meter.measure(10_000)).toMatchObject({
      agentTalkMs: 4000,
      callerTalkMs: 2500,
      overlapMs: 500,
      silenceMs: 10_000 - 6000,
      currentSilenceMs: 1000,
    });
  });

  it("is exact while someone speaks, and whatever the order of arrival", () => {
    const meter = new TalkMeter();
    meter.voiceStarted({ party: "caller", atMs: 2000 });
    meter.voiceStarted({ party: "agent", atMs: 5000 });
    // The end of the caller's voice is known only after the pause that proves it.
    meter.voiceEnded({ party: "caller", atMs: 4800 });
    expect(meter.measure(7000)).toMatchObject({
      callerTalkMs: 2800,
      agentTalkMs: 2000,
      overlapMs: 0,
      currentSilenceMs: 0,
      agentInterruptions: 0,
    });
  });

  it("counts an interruption where the agent begins while the caller speaks, not the reverse", () => {
    const turns: Turn[] = [
      ["caller", 0, 4000],
      ["agent", 3000, 6000],
      ["caller", 5500, 9000],
      ["agent", 9000, 9500],
      ["caller", 10_000, 12_000],
      ["agent", 11_000, 11_200],
    ];
    expect(meterOf(...turns).measure(12_000).agentInterruptions).toBe(2);
  });

  it("keeps the agent's turn over pauses and backchannels, and ends it when the caller takes over", () => {
    const meter = meterOf(["caller", 0, 2000], ["agent", 3000, 8000], ["caller", 6000, 6400], ["agent", 9500, 20_000]);
    expect(meter.measure(20_000).agentTurnMs).toBe(17_000);
    expect(meter.measure(21_500).agentTurnMs).toBe(18_500);
    expect(meter.measure(22_100).agentTurnMs).toBe(0);
    meter.voiceStarted({ party: "caller", atMs: 20_500 });
    expect(meter.measure(21_600).agentTurnMs).toBe(0);
  });

  it("measures pace over the transcribed speech, and not before there is enough of it", () => {
    const meter = new TalkMeter();
    meter.addFinal(final("caller", "Well, I have — been waiting", 0, 2000));
    expect(meter.measure(2000).callerWordsPerMinute).toBeNull();
    meter.addFinal(final("caller", "for three weeks now", 5000, 8000));
    expect(meter.measure(9000)).toMatchObject({ callerWordsPerMinute: 108, agentWordsPerMinute: null });
  });

  it("ignores a second start and an end without a start, and dates no start back into the voice before", () => {
    const meter = new TalkMeter();
    meter.voiceEnded({ party: "caller", atMs: 500 });
    meter.voiceStarted({ party: "caller", atMs: 1000 });
    meter.voiceStarted({ party: "caller", atMs: 1500 });
    meter.voiceEnded({ party: "caller", atMs: 2000 });
    meter.voiceStarted({ party: "caller", atMs: 1800 });
    meter.voiceEnded({ party: "caller", atMs: 3000 });
    expect(meter.measure(4000).callerTalkMs).toBe(2000);
  });

  it("agrees with counting millisecond by millisecond", () => {
    const voice = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 30 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(voice, voice, (caller, agent) => {
        const heard = { caller: new Array(600).fill(false), agent: new Array(600).fill(false) };
        const meter = new TalkMeter();
        for (const [party, turns] of [["caller", caller] as const, ["agent", agent] as const]) {
          let at = 0;
          for (const [gap, length] of turns) {
            meter.voiceStarted({ party, atMs: at + gap });
            heard[party].fill(true, at + gap, at + gap + length);
            at += gap + length;
            meter.voiceEnded({ party, atMs: at });
          }
        }
        const count = (match: (c: boolean, a: boolean) => boolean) =>
          heard.caller.filter((speaking, i) => match(speaking, heard.agent[i])).length;
        expect(meter.measure(600)).toMatchObject({
          callerTalkMs: count((c) => c),
          agentTalkMs: count((_, a) => a),
          overlapMs: count((c, a) => c && a),
          silenceMs: count((c, a) => !c && !a),
        });
      }),
    );
  });
});
