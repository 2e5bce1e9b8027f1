// tsx leaves worker threads alone, even with --import: this registers it in ours and then runs the TypeScript worker.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
await import(workerData.program);
