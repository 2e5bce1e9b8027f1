import { expect, test } from "vitest";
import { toFrames } from "@/lib/audio/frame";
import { sine } from "@/lib/audio/goertzel";
import { callIdSchema } from "@/lib/contract/ids";
import { FakeTranscriber } from "./fake-transcriber";
import { describeTranscriber } from "./transcriber-conformance";

const tone = () => sine({ frequency: 440, sampleRate: 16_000, durationMs: 2000 });

describeTranscriber("the fake", {
  create: () => new FakeTranscriber(),
  speech: async () => ({ samples: tone(), word: "line" }),
});

test("turns take their lines from the script, and an empty line comes to nothing", async () => {
  const fake = new FakeTranscriber({ script: { caller: ["I want to cancel.", ""] } });
  const lines: string[] = [];
  const dropped: string[] = [];
  fake.on("utterance", ({ utterance }) => lines.push(`${utterance.final ? "final" : "partial"}: ${utterance.text}`));
  fake.on("dropped", ({ utteranceId }) => dropped.push(utteranceId));
  await fake.start();
  const leg = { callId: callIdSchema.parse("c1"), party: "caller" } as const;
  for (let turn = 0; turn < 2; turn++) {
    fake.open(leg);
    toFrames(tone().subarray(0, 8000)).forEach((samples, sequence) => {
      fake.push(leg.callId, { party: "caller", sequence, atMs: sequence * 20, samples });
    });
    await fake.close(leg);
  }
  expect(lines).toEqual(["partial: I want to", "final: I want to cancel.", "partial: …"]);
  expect(dropped).toEqual(["caller-2"]);
  fake.say({ ...leg, text: "Hello.", startMs: 0, endMs: 500 });
  expect(lines.at(-1)).toBe("final: Hello.");
});
