/** `npm run check:scenarios -- FILE…`: whether scripted calls are written as they should be; each fault with its line. */
import { resolve } from "node:path";
import { loadScenario } from "@/lib/switch/scenario";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("Usage: npm run check:scenarios -- FILE.json … (see docs/scenarios.md)");
  process.exit(2);
}

let faulty = 0;
for (const file of files) {
  try {
    const { id, title, steps } = await loadScenario(resolve(process.env.INIT_CWD ?? process.cwd(), file));
    const moments = steps.filter((step) => "moment" in step).length;
    console.log(`✓ ${file}: ${id}, “${title}”, ${steps.length} steps, ${moments} of them moments`);
  } catch (error) {
    faulty += 1;
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exit(faulty === 0 ? 0 : 1);
