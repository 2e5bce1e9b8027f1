import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { missingModelFiles } from "./model-files";
import { MoonshineTranscriber } from "./moonshine-transcriber";

test("without its models it starts all the same and says what to do", async () => {
  const transcriber = new MoonshineTranscriber({ modelsDir: "/nowhere/at/all", logger: silentLogger });
  const levels: string[] = [];
  transcriber.on("level", ({ level, detail }) => levels.push(`${level}: ${detail}`));
  await transcriber.start();
  const leg = { callId: callIdSchema.parse("c1"), party: "caller" } as const;
  transcriber.open(leg);
  transcriber.push(leg.callId, { party: "caller", sequence: 0, atMs: 0, samples: new Int16Array(320) });
  await transcriber.close(leg);
  await transcriber.stop();
  expect(levels[0]).toMatch(/^unavailable: .*\/nowhere\/at\/all.*scripts\/models\.mjs/);
  expect(transcriber.level).toBe("unavailable");
});

const worker = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(
      `import { parentPort } from "node:worker_threads"; ${body}; parentPort.postMessage({ type: "ready" });`,
    )}`,
  );
/** Each frame of 1s is a partial of the utterance under way; a frame of 2s kills the worker; the end is a final. */
const ingest = worker(`
  const streams = new Map();
  const piece = ({ stream, utterancePrefix, firstOrdinal }, final) => parentPort.postMessage({ type: "piece", piece: {
    stream, utteranceId: utterancePrefix + "-" + firstOrdinal, ordinal: firstOrdinal, final, early: false,
    startMs: 0, endMs: 100, samples: new Int16Array(10) } });
  parentPort.on("message", (message) => {
    if (message.type === "open") streams.set(message.stream, message);
    if (message.type === "frame" && message.samples[0] === 2) throw new Error("as told");
    if (message.type === "frame") piece(streams.get(message.stream), false);
    if (message.type === "close") {
      piece(streams.get(message.stream), true);
      parentPort.postMessage({ type: "closed", stream: message.stream });
    }
  })`);
const decode = worker(`
  parentPort.on("message", ({ type, job, model }) => {
    if (type === "decode") parentPort.postMessage({ type: "decoded", job, text: model, decodeMs: 1 });
  })`);

test("when the ingest worker dies, its streams go on in the next one", { timeout: 60_000 }, async () => {
  const modelsDir = await mkdtemp(join(tmpdir(), "earshot-models-"));
  for (const file of await missingModelFiles(modelsDir)) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "not read by these workers");
  }
  const transcriber = new MoonshineTranscriber({ modelsDir, logger: silentLogger, entries: { ingest, decode } });
  const said: string[] = [];
  const ordinal = (utteranceId: string) => utteranceId.split("-").at(-1);
  transcriber.on("level", ({ level }) => said.push(level));
  transcriber.on("dropped", ({ utteranceId }) => said.push(`dropped ${ordinal(utteranceId)}`));
  transcriber.on("utterance", ({ utterance }) =>
    said.push(`${utterance.final ? "final" : "partial"} ${ordinal(utterance.utteranceId)} ${utterance.text}`),
  );
  await transcriber.start();
  const leg = { callId: callIdSchema.parse("c1"), party: "caller" } as const;
  transcriber.open(leg);
  const push = (value: number) =>
    transcriber.push(leg.callId, { party: "caller", sequence: 0, atMs: 0, samples: new Int16Array(320).fill(value) });
  const saying = (expected: string[]) => expect.poll(() => said, { timeout: 20_000 }).toEqual(expected);
  push(1);
  await saying(["full", "partial 1 tiny"]);
  push(2);
  await saying(["full", "partial 1 tiny", "dropped 1", "unavailable", "full"]);
  push(1);
  await expect.poll(() => said.at(-1), { timeout: 20_000 }).toBe("partial 2 tiny");
  await transcriber.close(leg);
  expect(said.at(-1)).toBe("final 2 base");
  await transcriber.stop();
});
