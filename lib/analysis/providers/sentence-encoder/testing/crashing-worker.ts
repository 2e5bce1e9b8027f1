import { parentPort } from "node:worker_threads";
import { requestSchema } from "../messages";

/** Reads like a worker of ours, but dies of "crash", answers nonsense to "nonsense" and fails at "fail". */
parentPort?.on("message", (message: unknown) => {
  const { batch, texts } = requestSchema.parse(message);
  if (texts.includes("crash")) throw new Error("scripted crash");
  if (texts.includes("nonsense")) parentPort?.postMessage({ type: "read", batch, readings: [{ score: 9 }] });
  else if (texts.includes("fail")) parentPort?.postMessage({ type: "failed", batch, detail: "scripted failure" });
  else if (!texts.includes("hang"))
    parentPort?.postMessage({
      type: "read",
      batch,
      readings: texts.map((text) => ({ score: text.length / 100, confidence: 1, topics: [] })),
    });
});
parentPort?.postMessage({ type: "ready" });
