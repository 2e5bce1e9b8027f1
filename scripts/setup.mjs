/** `npm run setup`: installs and builds everything, starts nothing. */
import { buildWeb, checkNode, ensureBrowser, fetchModels, generateClient, installPackages, say } from "./steps.mjs";

try {
  checkNode();
  await installPackages();
  await fetchModels();
  await generateClient();
  await buildWeb();
  await ensureBrowser();
} catch (error) {
  say(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
