import { type ChildProcess, fork } from "node:child_process";
import { type ClickToSound, measureClickToSound, NOTHING_HEARD } from "./click-to-sound";
import { type ListenersReport, type ListenersTask, listenersReportSchema } from "./listen-browsers";
import { measureGlassToGlass } from "./listen-glass";
import { startListenServer } from "./listen-server";
import { ListenSource } from "./listen-source";
import { percentile, wholeNumber } from "./statistics";

/** The first packets pay for connections, compilation and the network stack's own learning. */
const WARM_UP_MS = 2000;
const LISTENERS_PER_CALL = 10;

type Shape = { listeners: number; calls: number; seconds: number };
type Measured = ListenersReport & { cores: number };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Listeners live in another process, so that the measured processor time is the server's (and the source's) alone. */
function startListeners(task: ListenersTask): Promise<ChildProcess> {
  const child = fork(new URL("./listen-browsers.ts", import.meta.url).pathname, { execArgv: ["--import", "tsx"] });
  child.send(task);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`listeners ended with ${code}`)));
    child.once("message", () => resolve(child));
  });
}

async function measure({ listeners, calls, seconds }: Shape): Promise<Measured> {
  const server = await startListenServer({ calls });
  const { callIds, url } = server;
  const source = await ListenSource.make({ callIds, hear: server.sockets.hear });
  const child = await startListeners({ url, callIds, listeners });
  source.start();
  await pause(WARM_UP_MS);
  child.send({ type: "begin" });
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await pause(seconds * 1000);
  const used = process.cpuUsage(before);
  const elapsedMs = performance.now() - startedAt;
  const answer = new Promise((resolve) => child.once("message", resolve));
  child.send({ type: "report" });
  const report = listenersReportSchema.parse(await answer);
  source.stop();
  child.removeAllListeners("exit");
  child.kill();
  await server.close();
  return { ...report, cores: (used.user + used.system) / 1000 / elapsedMs };
}

function summary({ latencies, bytes, seconds, cores }: Measured, { listeners }: Shape) {
  return {
    serverP50Ms: percentile(latencies, 0.5),
    serverP95Ms: percentile(latencies, 0.95),
    serverP99Ms: percentile(latencies, 0.99),
    kbitPerListener: Math.round((bytes * 80) / 1000 / seconds / listeners) / 10,
    coresPerListener: Math.round((cores / listeners) * 100_000) / 100_000,
  };
}

/** It needs the built pages, a database and a switch, the others do not: their figures are told also where it fails. */
function clickToSound(): Promise<ClickToSound> {
  return measureClickToSound({ pages: 5, listens: 12 }).catch((error: unknown) => {
    console.error("click to sound was not measured:", error);
    return NOTHING_HEARD;
  });
}

/**
 * A call's sound on its way to browsers: a gateway's frame in at the server → packet in the listener's process, all on one call
 * and then ten a call (the figures of the last line). kbit/s are what the WebSockets carried, framing included. Then one real
 * Chromium hears through the product's own headset: frame in → loudspeaker; and one opens call pages of a whole Earshot and presses
 * Listen (also by itself: `click-to-sound`).
 */
export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const listeners = wholeNumber(options.listeners, { name: "listeners", fallback: 100 });
  const seconds = wholeNumber(options.seconds, { name: "seconds", fallback: 15 });
  const spread = { listeners, seconds, calls: Math.ceil(listeners / LISTENERS_PER_CALL) };
  if (spread.calls > 1) {
    const together = { ...spread, calls: 1 };
    const measured = await measure(together);
    console.error("all on one call:", JSON.stringify({ ...summary(measured, together), lost: measured.lost }));
  }
  const measured = await measure(spread);
  console.error(`${spread.calls} calls: ${measured.latencies.length} packets, ${measured.lost} left out`);
  const { serverP50Ms, serverP95Ms, serverP99Ms, kbitPerListener, coresPerListener } = summary(measured, spread);
  const hasBrowser = options["no-browser"] === undefined;
  const glass = hasBrowser ? await measureGlassToGlass({ seconds }) : [];
  const click = hasBrowser ? await clickToSound() : NOTHING_HEARD;
  return {
    listeners,
    ...{ serverP50Ms, serverP95Ms, serverP99Ms },
    glassToGlassP50Ms: percentile(glass, 0.5),
    glassToGlassP95Ms: percentile(glass, 0.95),
    ...{ kbitPerListener, coresPerListener },
    ...click,
  };
}
