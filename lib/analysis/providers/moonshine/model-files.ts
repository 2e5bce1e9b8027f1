import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ModelSize } from "./types";

/** Where `scripts/models.mjs` puts the weights, below the models' folder. */
export const modelPaths = {
  voiceActivity: (dir: string) => join(dir, "silero", "silero_vad.onnx"),
  encoder: (dir: string, size: ModelSize) => join(dir, "moonshine", size, "encoder_model.onnx"),
  decoder: (dir: string, size: ModelSize) => join(dir, "moonshine", size, "decoder_model_merged.onnx"),
};

/** @returns the files that are not there (or empty). Their hashes are checked where they are fetched. */
export async function missingModelFiles(dir: string): Promise<string[]> {
  const wanted = [
    modelPaths.voiceActivity(dir),
    ...(["tiny", "base"] as const).flatMap((size) => [modelPaths.encoder(dir, size), modelPaths.decoder(dir, size)]),
  ];
  const sizes = await Promise.all(
    wanted.map((path) =>
      stat(path)
        .then((found) => found.size)
        .catch(() => 0),
    ),
  );
  return wanted.filter((_, at) => sizes[at] === 0);
}
