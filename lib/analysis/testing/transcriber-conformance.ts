import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { toFrames } from "@/lib/audio/frame";
import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import { type Utterance, utteranceSchema } from "@/lib/contract/transcript";
import type { Transcriber } from "../transcriber";

export type TranscriberUnderTest = {
  create: () => Transcriber;
  /** One sentence of at least 1.5 s at 16 kHz, without pauses of half a second, and a word that its final must have. */
  speech: () => Promise<{ samples: Int16Array; word: string }>;
  startTimeoutMs?: number;
};

type Heard = {
  utterances: { callId: CallId; utterance: Utterance }[];
  voices: { callId: CallId; party: Party; speaking: boolean; atMs: number }[];
};

const silence = (ms: number) => new Int16Array((ms * SAMPLE_RATE) / 1000);
const call = (name: string) => callIdSchema.parse(name);

/** What every transcriber must do; each provider's test calls this with its own. */
export function describeTranscriber(name: string, subject: TranscriberUnderTest): void {
  describe(`${name} as a Transcriber`, { timeout: 60_000 }, () => {
    let transcriber: Transcriber;
    let speech: Int16Array;
    let word: string;
    const endings: (() => void)[] = [];

    beforeAll(async () => {
      ({ samples: speech, word } = await subject.speech());
      transcriber = subject.create();
      await transcriber.start();
    }, subject.startTimeoutMs ?? 120_000);
    afterAll(() => transcriber.stop());
    afterEach(() => {
      for (const end of endings.splice(0)) end();
    });

    function listen(): Heard {
      const heard: Heard = { utterances: [], voices: [] };
      endings.push(
        transcriber.on("utterance", (event) => heard.utterances.push(event)),
        transcriber.on("voice", (event) => heard.voices.push(event)),
      );
      return heard;
    }

    /** Pushes the parts one after the other, as fast as they are taken. @returns their length in ms. */
    function pushAll(options: { callId: CallId; party: Party; parts: Int16Array[] }): number {
      const { callId, party, parts } = options;
      const frames = parts.flatMap((part) => toFrames(part));
      frames.forEach((samples, sequence) => {
        transcriber.push(callId, { party, sequence, atMs: sequence * FRAME_MS, samples });
      });
      return frames.length * FRAME_MS;
    }

    const finals = (heard: Heard, callId: CallId) =>
      heard.utterances.filter((event) => event.callId === callId && event.utterance.final).map((e) => e.utterance);

    test("is at work after start, and says how well", () => {
      expect(transcriber.level).toBe("full");
      expect(transcriber.levelDetail).not.toBe("");
    });

    test("a sentence becomes one final with its words and times, and voice goes on and off around it", async () => {
      const heard = listen();
      const leg = { callId: call("one-sentence"), party: "caller" } as const;
      transcriber.open(leg);
      const totalMs = pushAll({ ...leg, parts: [silence(1000), speech, silence(1200)] });
      await transcriber.close(leg);
      const [final, ...others] = finals(heard, leg.callId);
      expect(others).toEqual([]);
      expect(utteranceSchema.parse(final)).toEqual(final);
      expect(final?.text.toLowerCase()).toContain(word);
      expect(final?.party).toBe("caller");
      expect(final?.startMs).toBeGreaterThan(700);
      expect(final?.startMs).toBeLessThan(1500);
      expect(final?.endMs).toBeGreaterThan((final?.startMs ?? 0) + 1000);
      expect(final?.endMs).toBeLessThanOrEqual(totalMs - 700);
      const speaking = heard.voices.map((voice) => voice.speaking);
      expect(speaking.at(0)).toBe(true);
      expect(speaking.at(-1)).toBe(false);
      for (const [at, on] of speaking.entries()) expect(on).toBe(at % 2 === 0);
      const offAt = heard.voices.at(-1)?.atMs ?? 0;
      expect(Math.abs(offAt - (final?.endMs ?? 0))).toBeLessThan(100);
    });

    test("partials carry the id of their final and come before it", async () => {
      const heard = listen();
      const leg = { callId: call("partials"), party: "agent" } as const;
      transcriber.open(leg);
      pushAll({ ...leg, parts: [silence(500), speech] });
      // Let the partials be decoded before the end is known.
      await expect.poll(() => heard.utterances.length, { timeout: 10_000 }).toBeGreaterThan(0);
      await transcriber.close(leg);
      const lines = heard.utterances.map((event) => event.utterance);
      expect(new Set(lines.map((line) => line.utteranceId)).size).toBe(1);
      expect(lines.map((line) => line.final)).toEqual([...Array(lines.length - 1).fill(false), true]);
      expect(lines.length).toBeGreaterThan(1);
    });

    test("closing in the middle of a sentence gives its final before it resolves", async () => {
      const heard = listen();
      const leg = { callId: call("cut-off"), party: "agent" } as const;
      transcriber.open(leg);
      pushAll({ ...leg, parts: [silence(300), speech] });
      await transcriber.close(leg);
      const before = finals(heard, leg.callId);
      expect(before).toHaveLength(1);
      expect(heard.voices.at(-1)?.speaking).toBe(false);
      transcriber.push(leg.callId, { party: "agent", sequence: 999, atMs: 60_000, samples: speech.slice() });
      await transcriber.close(leg);
      expect(finals(heard, leg.callId)).toEqual(before);
    });

    test("parties and calls are kept apart, with ids of their own", async () => {
      const heard = listen();
      const legs = ["call-a", "call-b"].flatMap((id) =>
        (["caller", "agent"] as const).map((party) => ({ callId: call(id), party })),
      );
      for (const leg of legs) transcriber.open(leg);
      for (const leg of legs) pushAll({ ...leg, parts: [silence(300), speech, silence(800), speech, silence(800)] });
      await Promise.all(legs.map((leg) => transcriber.close(leg)));
      for (const id of ["call-a", "call-b"].map(call)) {
        const lines = finals(heard, id);
        expect(lines.map((line) => line.party).sort()).toEqual(["agent", "agent", "caller", "caller"]);
        expect(new Set(lines.map((line) => line.utteranceId)).size).toBe(4);
        for (const party of ["caller", "agent"] as const) {
          const [first, second] = lines.filter((line) => line.party === party);
          expect(first?.endMs).toBeLessThanOrEqual(second?.startMs ?? 0);
        }
      }
    });

    test("silence says nothing; unknown streams are ignored; opening twice is opening once", async () => {
      const heard = listen();
      const leg = { callId: call("silent"), party: "caller" } as const;
      transcriber.open(leg);
      transcriber.open(leg);
      pushAll({ ...leg, parts: [silence(2000)] });
      pushAll({ callId: call("nobody"), party: "agent", parts: [speech.slice()] });
      transcriber.push(leg.callId, { party: "mixed", sequence: 0, atMs: 0, samples: speech.slice() });
      await transcriber.close(leg);
      await transcriber.close({ callId: call("nobody"), party: "agent" });
      expect(heard).toEqual({ utterances: [], voices: [] });
    });

    test("a stream opened again after its end does not reuse ids", async () => {
      const heard = listen();
      const leg = { callId: call("again"), party: "caller" } as const;
      for (let round = 0; round < 2; round++) {
        transcriber.open(leg);
        pushAll({ ...leg, parts: [silence(300), speech] });
        await transcriber.close(leg);
      }
      expect(new Set(finals(heard, leg.callId).map((line) => line.utteranceId)).size).toBe(2);
    });

    test("who no longer listens hears nothing; who throws disturbs nobody", async () => {
      const heard = listen();
      for (const end of endings.splice(0)) end();
      const others = listen();
      endings.push(
        transcriber.on("utterance", () => {
          throw new Error("a listener's fault");
        }),
      );
      const leg = { callId: call("listeners"), party: "caller" } as const;
      transcriber.open(leg);
      pushAll({ ...leg, parts: [silence(300), speech] });
      await transcriber.close(leg);
      expect(heard.utterances).toEqual([]);
      expect(finals(others, leg.callId)).toHaveLength(1);
    });

    test("stopping settles what is open, is said as a level, and what comes later is ignored", async () => {
      const stopped = subject.create();
      const levels: string[] = [];
      stopped.on("level", (event) => levels.push(event.level));
      await stopped.start();
      const leg = { callId: call("stopped"), party: "caller" } as const;
      stopped.open(leg);
      const closing = stopped.close(leg);
      await stopped.stop();
      await closing;
      stopped.push(leg.callId, { party: "caller", sequence: 0, atMs: 0, samples: speech.slice(0, 320) });
      await stopped.close(leg);
      expect(levels).toEqual(["full", "unavailable"]);
      expect(stopped.level).toBe("unavailable");
    });
  });
}
