import { expect, test } from "vitest";
import { FakeClock } from "@/lib/platform/clock";
import { describeSynthesizer } from "./conformance";
import { FakeSynthesizer } from "./fake-synthesizer";

describeSynthesizer("the fake", () => new FakeSynthesizer());

test("takes the time it is told to, and fails when it is told to", async () => {
  const clock = new FakeClock();
  const fake = new FakeSynthesizer({ clock, delayMs: 300 });
  let done = false;
  const work = fake.synthesize({ text: "Hello." }).then(() => {
    done = true;
  });
  await clock.advance(299);
  expect(done).toBe(false);
  await clock.advance(1);
  await work;
  fake.failNext();
  const failing = expect(fake.synthesize({ text: "Hello." })).rejects.toThrow("scripted failure");
  await clock.advance(300);
  await failing;
  expect(fake.requests).toHaveLength(2);
});
