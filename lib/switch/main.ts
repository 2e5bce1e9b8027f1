import { fstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createLogger, type Logger } from "@/lib/platform/logger";
import { ClipCache } from "@/lib/speech/clip-cache";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";
import { type DirectoryAgent, loadDirectory, scenariosDir } from "./directory";
import { type ProcessOptions, parseOptions } from "./options";
import { type Random, seededRandom } from "./random";
import { findRecordings, RecordingPool } from "./recordings";
import { Rehearsals } from "./rehearsals";
import { loadScenarios, type Scenario } from "./scenario";
import { type CallPool, Scheduler } from "./scheduler";
import { type Narrator, ScenarioPool } from "./scripted-calls";
import { createSwitch, type Switch } from "./switch";
import { monotonicClock } from "./ticker";
import type { TlsFiles } from "./wire-server";

/** Entry of the switch's own process: `node --import tsx lib/switch/main.ts`. stdout carries one JSON line, logs go to stderr. */
async function main(): Promise<void> {
  const options = parseOptions({ argv: process.argv.slice(2), env: process.env });
  const logger = createLogger({ name: "switch", level: options.logLevel, toStderr: true, redactPii: true });
  const { port, host, sampleRate } = options;
  const exchange = createSwitch(
    {
      port,
      host,
      sampleRate,
      apiKey: options.apiKey ?? null,
      tls: await readTls(options),
      legsDir: options.recordLegsDir ?? null,
    },
    { logger },
  );
  const parts = await createParts(options, { logger });
  const pool = await createPool(options, { parts, logger });
  const scheduler = createScheduler(options, { exchange, logger, parts, pool });
  takeRehearsals({ exchange, scheduler, parts, logger });
  const { url } = await exchange.start();
  const message = { type: "listening", url };
  process.stdout.write(`${JSON.stringify(message)}\n`);
  process.send?.(message);
  endWith(logger, async () => {
    scheduler.stop();
    await exchange.stop();
  });
  void scheduler.run().then(() => logger.info("no more calls to place"));
}

type Parts = { agents: DirectoryAgent[]; scenarios: Scenario[]; narrator: Narrator; random: Random };

async function createParts(options: ProcessOptions, { logger }: { logger: Logger }): Promise<Parts> {
  const { agents } = await loadDirectory();
  const dirs = [scenariosDir, ...(options.scenariosDir ? [options.scenariosDir] : [])];
  const synthesizer = new FliteSynthesizer({ logger, background: true });
  const clips = new ClipCache({ synthesizer, dir: options.cacheDir, logger });
  const narrator: Narrator = {
    voices: synthesizer.voices,
    clipFor: (text, { voice }) => clips.clipFor(text, { voice }),
  };
  const scenarios = await loadScenarios({ dirs, only: options.scenarios });
  return { agents, scenarios, narrator, random: seededRandom(options.seed ?? Date.now()) };
}

function createScheduler(
  options: ProcessOptions,
  deps: { exchange: Switch; logger: Logger; parts: Parts; pool: CallPool },
): Scheduler {
  const { exchange, logger, parts, pool } = deps;
  return new Scheduler(
    { calls: options.calls },
    {
      pool,
      place: (spec) => exchange.placeCall(spec),
      hasClients: () => exchange.hasClients,
      isStaffed: (extension) => exchange.phones.isStaffed(extension),
      random: parts.random,
      clock: monotonicClock,
      logger,
    },
  );
}

async function createPool(options: ProcessOptions, deps: { parts: Parts; logger: Logger }): Promise<CallPool> {
  const { agents, scenarios, narrator, random } = deps.parts;
  if (!options.recordingsDir) return new ScenarioPool({ scenarios, agents }, { narrator, random, logger: deps.logger });
  const recordings = await findRecordings(options.recordingsDir);
  return new RecordingPool({ recordings, agents, times: options.recordingsTimes });
}

/** The server, our parent, may ask for a call of a scenario. */
function takeRehearsals(deps: { exchange: Switch; scheduler: Scheduler; parts: Parts; logger: Logger }): void {
  const { exchange, scheduler, parts, logger } = deps;
  const rehearsals = new Rehearsals({
    ...parts,
    place: (spec) => exchange.placeCall(spec),
    reserve: (extension) => scheduler.reserve(extension),
    send: (message) => process.send?.(message),
    clock: monotonicClock,
    logger,
  });
  process.on("message", (message) => rehearsals.receive(message));
}

async function readTls(options: ProcessOptions): Promise<TlsFiles | null> {
  const { tlsCertPath, tlsKeyPath, tlsCaPath } = options;
  if (!tlsCertPath || !tlsKeyPath) return null;
  const [cert, key] = await Promise.all([readFile(tlsCertPath), readFile(tlsKeyPath)]);
  return { cert, key, ca: tlsCaPath ? await readFile(tlsCaPath) : undefined };
}

/** Ends once on a signal, or when the parent is gone: its channel closes, or the pipe it held as our standard input. */
function endWith(logger: Logger, stop: () => Promise<void>): void {
  let ending = false;
  const end = (why: string) => {
    if (ending) return;
    ending = true;
    logger.info({ why }, "switch stops");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, "switch did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", () => end("SIGTERM"));
  process.once("SIGINT", () => end("SIGINT"));
  process.once("disconnect", () => end("parent disconnected"));
  if (fstatSync(0).isFIFO() || fstatSync(0).isSocket()) process.stdin.resume().once("end", () => end("stdin closed"));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
