import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { modelPaths } from "./model-files";
import { SpeechStream } from "./speech-stream";
import type { IngestReply, IngestRequest } from "./types";
import { SileroModel } from "./voice-activity";

/** Thread of its own for all streams: voice activity and endpointing never wait for decoding. */
const port = parentPort;
if (!port) throw new Error("the ingest worker runs in a worker thread only");
const { modelsDir } = z.object({ modelsDir: z.string() }).parse(workerData);

const silero = await SileroModel.load(modelPaths.voiceActivity(modelsDir));
const streams = new Map<number, SpeechStream>();
let partialsEveryMs: number | null = null;

const emit = (reply: IngestReply) =>
  port.postMessage(reply, reply.type === "piece" ? [reply.piece.samples.buffer as ArrayBuffer] : []);

async function handle(request: IngestRequest): Promise<void> {
  if (request.type === "partials") partialsEveryMs = request.everyMs;
  else if (request.type === "open") {
    streams.set(request.stream, new SpeechStream({ ...request, detect: silero.detector(), emit }));
  } else if (request.type === "frame") {
    await streams.get(request.stream)?.accept({ ...request, partialsEveryMs });
  } else {
    streams.get(request.stream)?.finish();
    streams.delete(request.stream);
    emit({ type: "closed", stream: request.stream });
  }
}

// One after the other, in the order of arrival: the detector's state depends on it.
let queue = Promise.resolve();
port.on("message", (request: IngestRequest) => {
  queue = queue.then(() => handle(request));
});
emit({ type: "ready" });
