/** `npm test`: installs what is needed, then types, lint, unit, integration, asterisk, end-to-end. Prints what passed at the end. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { asteriskLabRefusal } from "./asterisk-root.mjs";
import { preparePages, runAsteriskStories, runAsteriskVitest } from "./asterisk-tests.mjs";
import { checkNode, fetchModels, generateClient, installPackages, root, say, seconds } from "./steps.mjs";

const reports = join(root, ".cache", "reports");

/**
 * @param {string[]} args npx's own
 * @param {{ env?: Record<string, string>; makesRoom?: boolean }} options `makesRoom`: it gets the processor time that calls in
 *   real time, run beside it, leave
 * @returns {Promise<boolean>} whether the command succeeded
 */
function runShown(args, { env = {}, makesRoom = false } = {}) {
  return new Promise((resolveRun) => {
    const child = spawn("npx", ["--no-install", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    if (makesRoom && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.on("error", () => resolveRun(false));
    child.on("close", (code) => resolveRun(code === 0));
  });
}

const reportOf = (name) => join(reports, `${name}.json`);
const vitestReporters = (file) => ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];

function countVitest(file) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (report.numFailedTestSuites > 0 && report.numFailedTests === 0 ? 1 : 0),
    skipped: report.numPendingTests,
  };
}

function countStories(file) {
  const { stats } = JSON.parse(readFileSync(file, "utf8"));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

function vitest(project, more = []) {
  const file = reportOf(project);
  return {
    name: project,
    args: ["vitest", "run", "--project", project, ...more, ...vitestReporters(file)],
    count: () => countVitest(file),
  };
}

function stories(name, project, more = {}) {
  const file = reportOf(project);
  return {
    name,
    needsPages: true,
    args: ["playwright", "test", `--project=${project}`],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    count: () => countStories(file),
    ...more,
  };
}

const onAsterisk = {
  name: "asterisk",
  refusal: asteriskLabRefusal,
  run: () => runAsteriskVitest(vitestReporters(reportOf("asterisk"))),
  count: () => countVitest(reportOf("asterisk")),
};
const asteriskStories = stories("asterisk stories", "asterisk-stories", {
  refusal: asteriskLabRefusal,
  run: () => runAsteriskStories({ report: reportOf("asterisk-stories") }),
});

const checks = [
  { name: "types", args: ["tsc", "--noEmit"] },
  { name: "lint", args: ["biome", "check", "."] },
  { name: "unused code", args: ["knip"] },
  // One more than there are cores, for the files that wait for a switch in real time.
  vitest("unit", ["--maxWorkers=3"]),
  vitest("integration"),
];

/** One after the other; what is in lanes runs side by side, each lane in its order: people who talk take their time, not the processor's. */
const stages = [
  {
    lanes: [
      [stories("recorded call", "recording"), onAsterisk],
      checks.map((check) => ({ ...check, makesRoom: true })),
    ],
  },
  { lanes: [[asteriskStories], [stories("access, gate and rehearsal", "beside")]] },
  stories("end-to-end", "e2e"),
];

async function runStage(stage) {
  say(`\n── ${stage.name}`);
  const refusal = stage.refusal?.() ?? null;
  if (refusal) {
    // Where every change must pass, a stage that cannot run is a failure.
    const ok = !process.env.CI;
    say(`${ok ? "–" : "✗"} ${stage.name}: cannot run on this machine: ${refusal}`);
    return { name: stage.name, ok, passed: 0, failed: ok ? 0 : 1, skipped: ok ? 1 : 0 };
  }
  const started = Date.now();
  const ok = await (stage.run?.() ?? runShown(stage.args, stage));
  let counted = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (stage.count) {
    try {
      counted = stage.count();
      if (!ok && counted.failed === 0) counted.failed = 1;
    } catch {
      counted = { passed: 0, failed: 1, skipped: 0 };
    }
  }
  say(`${ok ? "✓" : "✗"} ${stage.name}: ${seconds(started)}`);
  return { name: stage.name, ok, ...counted };
}

async function runLane(lane) {
  const results = [];
  for (const stage of lane) results.push(await runStage(stage));
  return results;
}

async function main() {
  checkNode();
  await installPackages();
  await fetchModels();
  await generateClient();
  const only = process.argv.slice(2);
  const isWanted = ({ name }) => only.length === 0 || only.includes(name);
  const steps = stages
    .map(({ lanes, ...stage }) => (lanes ?? [[stage]]).map((lane) => lane.filter(isWanted)))
    .filter((lanes) => lanes.flat().length > 0);
  const results = [];
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  for (const lanes of steps) {
    if (lanes.flat().some(({ needsPages }) => needsPages)) await preparePages();
    results.push(...(await Promise.all(lanes.map(runLane))).flat());
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  say("");
  for (const result of results)
    say(
      `${result.ok ? "✓" : "✗"} ${result.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`,
    );
  process.stdout.write(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`);
  process.exit(results.every((result) => result.ok) ? 0 : 1);
}

main().catch((error) => {
  say(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.stdout.write("\n0 passed, 1 failed\n");
  process.exit(1);
});
