/** Bundles the browser's audio worklets and audio worker into public/headset. */
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

/** zod brings its messages in fifty languages, which no bundler sees to be unused: two thirds of the worker. */
const withoutLocales = {
  name: "without-locales",
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]zod[\\/].*[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

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
  plugins: [withoutLocales],
  legalComments: "none",
  logLevel: "warning",
});
