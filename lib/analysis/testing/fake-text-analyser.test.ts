import { expect, it } from "vitest";
import { FakeTextAnalyser } from "./fake-text-analyser";
import { describeTextAnalyser } from "./text-analyser-conformance";

const topics = [{ key: "refund", label: "Refund", kind: "intent" as const, confidence: 0.9 }];

describeTextAnalyser({
  name: "fake",
  make: () =>
    new FakeTextAnalyser({
      readings: { bad: { score: -1, confidence: 1 }, good: { score: 1, confidence: 1, topics } },
    }),
  negative: "bad",
  neutral: "plain",
  positive: "good",
  about: { text: "good", key: "refund" },
});

it("drops what it holds back when it is stopped", async () => {
  const analyser = new FakeTextAnalyser();
  await analyser.start();
  analyser.hold();
  const reading = analyser.read("held");
  await analyser.stop();
  await expect(reading).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
