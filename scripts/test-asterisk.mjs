/**
 * `npm run test:asterisk`: the tests that need a real Asterisk and real SIP phones, and the stories in a browser. With vitest's
 * arguments (`-- transfers`) only those of vitest that they select.
 */
import { asteriskLabRefusal } from "./asterisk-root.mjs";
import { preparePages, runAsteriskStories, runAsteriskVitest } from "./asterisk-tests.mjs";
import { say } from "./steps.mjs";

const refusal = asteriskLabRefusal();
const args = process.argv.slice(2);
try {
  if (refusal) {
    say(`${process.env.CI ? "✗" : "–"} Asterisk tests: ${refusal}`);
    process.exitCode = process.env.CI ? 1 : 0;
  } else {
    const isAll = args.length === 0;
    if (isAll) await preparePages();
    const passed = [await runAsteriskVitest(args)];
    if (isAll) passed.push(await runAsteriskStories());
    process.exitCode = passed.every(Boolean) ? 0 : 1;
  }
} catch (error) {
  say(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
