/** `npm run test:asterisk [-- vitest's arguments]`: the tests that need a real Asterisk and real SIP phones. */
import { runInAsteriskLab } from "./asterisk-lab.mjs";
import { asteriskLabRefusal, ensureAsteriskRoot } from "./asterisk-root.mjs";
import { say } from "./steps.mjs";

const refusal = asteriskLabRefusal();
try {
  if (refusal) {
    say(`${process.env.CI ? "✗" : "–"} Asterisk tests: ${refusal}`);
    process.exitCode = process.env.CI ? 1 : 0;
  } else {
    const vitest = ["npx", "--no-install", "vitest", "run", "--project", "asterisk", ...process.argv.slice(2)];
    process.exitCode = await runInAsteriskLab({ asteriskRoot: await ensureAsteriskRoot(), command: vitest });
  }
} catch (error) {
  say(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
