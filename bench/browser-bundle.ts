import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname, "..");

/** @param entry a TypeScript file in bench/ @returns the one script that a browser can run it by */
export function bundleForBrowser(entry: string): string {
  const [script] = buildSync({
    entryPoints: [join(root, "bench", entry)],
    bundle: true,
    write: false,
    format: "iife",
    absWorkingDir: root,
  }).outputFiles;
  if (!script) throw new Error(`esbuild made nothing of ${entry}`);
  return script.text;
}
