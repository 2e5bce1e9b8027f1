import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peakDbfs } from "@/lib/audio/level";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { SynthesisError, type Synthesizer } from "../synthesizer";

/** What every synthesis provider must do; each provider's test calls this with its own. */
export function describeSynthesizer(name: string, create: () => Synthesizer | Promise<Synthesizer>): void {
  describe(`${name} as a Synthesizer`, () => {
    let synthesizer: Synthesizer;
    const refusal = (work: Promise<unknown>) => expect(work).rejects.toBeInstanceOf(SynthesisError);

    beforeAll(async () => {
      synthesizer = await create();
    });
    afterAll(() => synthesizer.close());

    test("speaks with its first voice where none is asked for", async () => {
      const { samples, voice } = await synthesizer.synthesize({ text: "Please hold the line." });
      expect(voice).toBe(synthesizer.voices[0]);
      expect(samples.length).toBeGreaterThan(SAMPLE_RATE / 5);
      expect(peakDbfs(samples)).toBeGreaterThan(-30);
      expect(peakDbfs(samples)).toBeLessThanOrEqual(0);
    });

    test("every voice it names speaks, each in its own way", async () => {
      const spoken = await Promise.all(
        synthesizer.voices.map((voice) => synthesizer.synthesize({ text: "Good morning.", voice })),
      );
      expect(spoken.map(({ voice }) => voice)).toEqual([...synthesizer.voices]);
      expect(new Set(spoken.map(({ samples }) => samples.join())).size).toBe(synthesizer.voices.length);
    });

    test("more words take longer", async () => {
      const short = await synthesizer.synthesize({ text: "Thank you." });
      const long = await synthesizer.synthesize({ text: "Thank you very much for calling us about it this morning." });
      expect(long.samples.length).toBeGreaterThan(short.samples.length * 2);
    });

    test("gives samples nobody else holds, and many at once", async () => {
      const texts = ["one", "two", "three", "four", "one"];
      const clips = await Promise.all(texts.map((text) => synthesizer.synthesize({ text })));
      expect(new Set(clips.map(({ samples }) => samples.buffer)).size).toBe(texts.length);
      expect([...(clips[0]?.samples ?? [])]).toEqual([...(clips[4]?.samples ?? [])]);
      expect(clips[0]?.samples.join()).not.toBe(clips[1]?.samples.join());
    });

    test("refuses a voice it does not have and a text without words", async () => {
      await refusal(synthesizer.synthesize({ text: "Hello.", voice: "nobody" }));
      await refusal(synthesizer.synthesize({ text: "" }));
      await refusal(synthesizer.synthesize({ text: " \n " }));
    });

    test("can be cancelled before it begins", async () => {
      await refusal(synthesizer.synthesize({ text: "Hello.", signal: AbortSignal.abort() }));
      expect((await synthesizer.synthesize({ text: "Hello." })).samples.length).toBeGreaterThan(0);
    });

    test("refuses work once closed", async () => {
      const closed = await create();
      await closed.close();
      await refusal(closed.synthesize({ text: "Hello." }));
    });
  });
}
