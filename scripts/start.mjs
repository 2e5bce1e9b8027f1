/** `npm start`: everything from a fresh clone to a running server. */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  buildHeadset,
  buildWeb,
  checkNode,
  fetchModels,
  generateClient,
  installPackages,
  root,
  StepFailed,
  say,
  seconds,
} from "./steps.mjs";

const HELP = `Usage: npm start -- [options]

  --calls DIR   replay your own recordings instead of the scripted calls: pairs NAME-caller.wav and NAME-agent.wav
  --port N      web server port (default 3000, or PORT)
  --help        this text

Everything else is configured by the environment: see .env.example.`;

/** @returns {Record<string, string>} environment for the server */
function readArguments() {
  const { values } = parseArgs({
    options: {
      calls: { type: "string" },
      port: { type: "string" },
      dev: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    say(HELP);
    process.exit(0);
  }
  const env = { NODE_ENV: values.dev ? "development" : "production" };
  if (values.port) env.PORT = values.port;
  if (values.calls) {
    const folder = resolve(process.env.INIT_CWD ?? process.cwd(), values.calls);
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new StepFailed(
        "--calls",
        `${folder} is not a folder. It must hold pairs NAME-caller.wav and NAME-agent.wav.`,
      );
    env.SWITCH_RECORDINGS_DIR = folder;
  }
  return env;
}

/**
 * The server gets a process group of its own, so that Ctrl-C reaches it once, through us, and it can end its children in
 * order (calls, recordings, database). Should we be killed, the closed IPC channel tells it to end.
 */
function startServer(env) {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/server/main.ts"], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: process.platform !== "win32",
  });
  let asked = 0;
  const stop = () => {
    asked += 1;
    if (asked > 1) return child.kill("SIGKILL");
    say("\nStopping (again to force) …");
    child.kill("SIGTERM");
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGTERM" ? 0 : 1)));
}

try {
  const started = Date.now();
  const env = readArguments();
  if (existsSync(resolve(root, ".env"))) process.loadEnvFile(resolve(root, ".env"));
  checkNode();
  await installPackages();
  await fetchModels();
  await generateClient();
  if (env.NODE_ENV === "production") await buildWeb();
  else await buildHeadset();
  say(`✓ ready to start: ${seconds(started)}`);
  startServer(env);
} catch (error) {
  say(`\n✗ ${error instanceof StepFailed ? error.message : error instanceof Error ? error.stack : error}`);
  process.exit(1);
}
