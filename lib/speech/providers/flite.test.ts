import { expect, test } from "vitest";
import { silentLogger } from "@/lib/platform/logger";
import { describeSynthesizer } from "../testing/conformance";
import { FliteSynthesizer, isFliteInstalled } from "./flite";

describeSynthesizer("flite from npm", () => new FliteSynthesizer({ logger: silentLogger, program: "wasm" }));

if (await isFliteInstalled())
  describeSynthesizer("flite on PATH", () => new FliteSynthesizer({ logger: silentLogger, program: "native" }));
else process.stderr.write("skipped: flite on PATH (it is not installed)\n");

const wasm = () => new FliteSynthesizer({ logger: silentLogger, program: "wasm" });

test("typographic signs and accents sound like their plain forms", async () => {
  const flite = wasm();
  const typed = await flite.synthesize({ text: "It’s the café – you’re “right”…" });
  const plain = await flite.synthesize({ text: "It's the cafe - you're \"right\"..." });
  expect(typed.samples.join()).toBe(plain.samples.join());
  await flite.close();
});

test("a text of signs only has no words; a text without end is refused", async () => {
  const flite = wasm();
  await expect(flite.synthesize({ text: "…!?" })).rejects.toThrow("no words");
  await expect(flite.synthesize({ text: "no ".repeat(1000) })).rejects.toThrow("2000 characters");
  await flite.close();
});

test("a sentence that takes too long is given up, and may be tried again", async () => {
  const flite = new FliteSynthesizer({ logger: silentLogger, program: "wasm", timeLimitMs: 1 });
  await expect(flite.synthesize({ text: "Hello." })).rejects.toMatchObject({
    name: "SynthesisError",
    retryable: true,
    message: "flite took longer than 1 ms",
  });
  await flite.close();
});

test("cancelling and closing end the work under way", async () => {
  const flite = wasm();
  const stop = new AbortController();
  const cancelled = flite.synthesize({ text: "Hello.", signal: stop.signal });
  stop.abort();
  await expect(cancelled).rejects.toThrow("cancelled");
  const closed = flite.synthesize({ text: "Hello." });
  const outcome = expect(closed).rejects.toThrow("cancelled");
  await flite.close();
  await outcome;
});
