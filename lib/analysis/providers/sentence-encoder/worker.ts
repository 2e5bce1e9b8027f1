import { parentPort, workerData } from "node:worker_threads";
import { requestSchema, type WorkerAnswer, workerDataSchema } from "./messages";
import { Reader } from "./reader";

const words = (error: unknown) => (error instanceof Error ? error.message : String(error));
const answer = (message: WorkerAnswer) => parentPort?.postMessage(message);

async function work(): Promise<void> {
  let reader: Reader;
  try {
    reader = await Reader.load(workerDataSchema.parse(workerData));
  } catch (error) {
    answer({ type: "unavailable", detail: words(error) });
    return;
  }
  parentPort?.on("message", async (message: unknown) => {
    const { batch, texts } = requestSchema.parse(message);
    try {
      answer({ type: "read", batch, readings: await reader.read(texts) });
    } catch (error) {
      answer({ type: "failed", batch, detail: words(error) });
    }
  });
  answer({ type: "ready" });
}

void work();
