/** What runs in the Asterisk lab: vitest's project "asterisk", and after it the stories in a browser (e2e/asterisk*.spec.ts). */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runInAsteriskLab } from "./asterisk-lab.mjs";
import { ensureAsteriskRoot } from "./asterisk-root.mjs";
import { buildWeb, cache, ensureBrowser, root } from "./steps.mjs";

/** Where each story's process starts a whole Earshot, which serves the pages as they were built. */
export async function preparePages() {
  await buildWeb();
  await ensureBrowser();
  if (!existsSync(join(root, ".next", "BUILD_ID"))) throw new Error("the web pages were not built");
}

/**
 * @param {string[]} args vitest's own
 * @returns {Promise<boolean>} whether all passed
 */
export async function runAsteriskVitest(args) {
  return runInLab({ command: ["vitest", "run", "--project", "asterisk", ...args] });
}

/**
 * The pages must have been prepared.
 * @param {{ report?: string }} options the JSON report's file
 * @returns {Promise<boolean>} whether all passed
 */
export async function runAsteriskStories({ report = join(cache, "reports", "asterisk-stories.json") } = {}) {
  return runInLab({
    command: ["playwright", "test", "--project=asterisk"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
}

async function runInLab({ command, env }) {
  const asteriskRoot = await ensureAsteriskRoot();
  return (await runInAsteriskLab({ asteriskRoot, command: ["npx", "--no-install", ...command], env })) === 0;
}
