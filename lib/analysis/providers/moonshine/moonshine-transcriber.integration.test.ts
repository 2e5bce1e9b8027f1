import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { toFrames } from "@/lib/audio/frame";
import { resample } from "@/lib/audio/resample";
import { parseWav } from "@/lib/audio/wav";
import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { callIdSchema } from "@/lib/contract/ids";
import type { Utterance } from "@/lib/contract/transcript";
import { silentLogger } from "@/lib/platform/logger";
import { cacheDir, projectRoot } from "@/lib/platform/paths";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";
import { describeTranscriber } from "../../testing/transcriber-conformance";
import { missingModelFiles } from "./model-files";
import { MoonshineTranscriber } from "./moonshine-transcriber";

const modelsDir = process.env.MODELS_DIR ?? join(cacheDir, "models");
const callsDir = process.env.EARSHOT_CALLS_DIR ?? resolve(projectRoot, "../shared/calls");
const hasModels = (await missingModelFiles(modelsDir)).length === 0;
const hasCall = existsSync(join(callsDir, "auto-repair-agent.wav"));
if (!hasModels) process.stderr.write("skipped: Moonshine on real models (run node scripts/models.mjs)\n");
if (!hasCall) process.stderr.write("skipped: Moonshine on the real call (set EARSHOT_CALLS_DIR)\n");

const create = () => new MoonshineTranscriber({ modelsDir, logger: silentLogger, roughFinalsAfterMs: Infinity });

if (hasModels)
  describeTranscriber("Moonshine", {
    create,
    speech: async () => {
      const flite = new FliteSynthesizer({ logger: silentLogger });
      const { samples } = await flite.synthesize({ text: "My internet has been down since yesterday morning." });
      await flite.close();
      return { samples, word: "internet" };
    },
  });

/** The first `seconds` of both parties, frame by frame in turn, as fast as they are taken. @returns the finals in order. */
async function transcribeCall({ seconds }: { seconds: number }): Promise<Utterance[]> {
  const transcriber = create();
  const finals: Utterance[] = [];
  transcriber.on("utterance", ({ utterance }) => utterance.final && finals.push(utterance));
  await transcriber.start();
  const callId = callIdSchema.parse("auto-repair");
  const legs = (["agent", "caller"] as const).map((party) => {
    const { channels, sampleRate } = parseWav(readFileSync(join(callsDir, `auto-repair-${party}.wav`)));
    const samples = resample(channels[0] ?? new Int16Array(0), { from: sampleRate, to: SAMPLE_RATE });
    transcriber.open({ callId, party });
    return { party, frames: toFrames(samples.slice(0, seconds * SAMPLE_RATE)) };
  });
  for (let sequence = 0; sequence < (legs[0]?.frames.length ?? 0); sequence++)
    for (const { party, frames } of legs) {
      const samples = frames[sequence] ?? new Int16Array(320);
      transcriber.push(callId, { party, sequence, atMs: sequence * FRAME_MS, samples });
    }
  await Promise.all(legs.map(({ party }) => transcriber.close({ callId, party })));
  await transcriber.stop();
  return finals.sort((a, b) => a.startMs - b.startMs);
}

const words = (lines: Utterance[]) =>
  lines
    .map((line) => line.text)
    .join(" ")
    .toLowerCase();

test.skipIf(!hasModels || !hasCall)("understands the first minute of a real call", { timeout: 120_000 }, async () => {
  const lines = await transcribeCall({ seconds: 60 });
  const said = words(lines);
  for (const phrase of ["platinum motors", "michelle", "service light", "two weeks ago", "baffled", "last name"])
    expect(said).toContain(phrase);
  expect(lines.length).toBeGreaterThanOrEqual(10);
  expect(lines.find((line) => line.text.includes("Platinum Motors"))).toMatchObject({ party: "agent" });
  expect(lines.find((line) => line.text.includes("baffled"))).toMatchObject({ party: "caller" });
});
