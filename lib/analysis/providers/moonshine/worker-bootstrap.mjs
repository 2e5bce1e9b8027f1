// Entry of every worker thread: teaches it TypeScript (the process may run under another loader, as in the tests), then
// runs the module that `workerData.entry` names. A thread ends itself when told to: terminating it from outside while it
// is inside onnxruntime aborts the whole process.
import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

parentPort.on("message", (message) => {
  if (message.type === "stop") process.exit(0);
});
register();
await import(workerData.entry);
