/** `npm test`: installs what is needed, then types, lint, unit, integration, asterisk, end-to-end. Prints what passed at the end. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runInAsteriskLab } from "./asterisk-lab.mjs";
import { asteriskLabRefusal, ensureAsteriskRoot } from "./asterisk-root.mjs";
import {
  buildWeb,
  checkNode,
  ensureBrowser,
  fetchModels,
  generateClient,
  installPackages,
  root,
  say,
  seconds,
} from "./steps.mjs";

const reports = join(root, ".cache", "reports");

/** @returns {Promise<boolean>} whether the command succeeded */
function runShown(args, env = {}) {
  return new Promise((resolveRun) => {
    const child = spawn("npx", ["--no-install", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    child.on("error", () => resolveRun(false));
    child.on("close", (code) => resolveRun(code === 0));
  });
}

function vitest(project) {
  const file = join(reports, `${project}.json`);
  return {
    name: project,
    args: ["vitest", "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    count: () => {
      const report = JSON.parse(readFileSync(file, "utf8"));
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests + (report.numFailedTestSuites > 0 && report.numFailedTests === 0 ? 1 : 0),
        skipped: report.numPendingTests,
      };
    },
  };
}

const e2eFile = join(reports, "e2e.json");
const stages = [
  { name: "types", args: ["tsc", "--noEmit"] },
  { name: "lint", args: ["biome", "check", "."] },
  { name: "unused code", args: ["knip"] },
  vitest("unit"),
  vitest("integration"),
  {
    ...vitest("asterisk"),
    refusal: asteriskLabRefusal,
    run: async (args) => {
      const command = ["npx", "--no-install", ...args];
      return (await runInAsteriskLab({ asteriskRoot: await ensureAsteriskRoot(), command })) === 0;
    },
  },
  {
    name: "end-to-end",
    args: ["playwright", "test"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: e2eFile },
    count: () => {
      const { stats } = JSON.parse(readFileSync(e2eFile, "utf8"));
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
    },
  },
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
  const ok = await (stage.run ?? runShown)(stage.args, stage.env);
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

async function main() {
  checkNode();
  await installPackages();
  await fetchModels();
  await generateClient();
  const only = process.argv.slice(2);
  const wanted = stages.filter((stage) => only.length === 0 || only.includes(stage.name));
  const results = [];
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  for (const stage of wanted) {
    if (stage.name === "end-to-end") {
      await buildWeb();
      await ensureBrowser();
      if (!existsSync(join(root, ".next", "BUILD_ID"))) throw new Error("the web pages were not built");
    }
    results.push(await runStage(stage));
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
