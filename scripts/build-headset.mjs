/** Bundles the browser's audio worklets and audio worker into public/headset. */
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

await build({
  absWorkingDir: root,
  entryPoints: [
    "lib/headset/audio-worker.ts",
    "lib/headset/worklets/playback-worklet.ts",
    "lib/headset/worklets/microphone-worklet.ts",
  ],
  outdir: join(root, "public", "headset"),
  entryNames: "[name]",
  bundle: true,
  // A worklet is a module that is evaluated once; `iife` keeps its names to itself.
  format: "iife",
  platform: "browser",
  target: ["chrome110", "firefox115", "safari16.4"],
  minify: true,
  legalComments: "none",
  logLevel: "warning",
});
