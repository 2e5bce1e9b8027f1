import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { MoonshineModel } from "./moonshine-model";
import type { DecodeReply, DecodeRequest } from "./types";

const port = parentPort;
if (!port) throw new Error("the decode worker runs in a worker thread only");
const { modelsDir } = z.object({ modelsDir: z.string() }).parse(workerData);

const models = {
  tiny: await MoonshineModel.load({ dir: modelsDir, size: "tiny" }),
  base: await MoonshineModel.load({ dir: modelsDir, size: "base" }),
};
const reply = (message: DecodeReply) => port.postMessage(message);

/** Voice was detected: where the small model hears nothing, the larger one is asked. */
async function decode({ model, samples }: DecodeRequest): Promise<string> {
  const text = await models[model].transcribe(samples);
  return text === "" && model === "tiny" ? models.base.transcribe(samples) : text;
}

port.on("message", async (request: DecodeRequest) => {
  const started = performance.now();
  try {
    const text = await decode(request);
    reply({ type: "decoded", job: request.job, text, decodeMs: performance.now() - started });
  } catch (error) {
    reply({ type: "failed", job: request.job, message: error instanceof Error ? error.message : String(error) });
  }
});
reply({ type: "ready" });
