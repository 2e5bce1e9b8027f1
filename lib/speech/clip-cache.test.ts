import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseWav } from "@/lib/audio/wav";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { ClipCache } from "./clip-cache";
import { FakeSynthesizer } from "./testing/fake-synthesizer";

let dir: string;
let synthesizer: FakeSynthesizer;
const open = (options: { memoryBytes?: number } = {}) =>
  new ClipCache({ synthesizer, dir, logger: silentLogger, ...options });
const made = () => synthesizer.requests.length;

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "earshot-clips-")), "clips");
  synthesizer = new FakeSynthesizer();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("the hash is that of the sample bytes, and the length is in milliseconds", async () => {
  const clip = await open().clipFor("two words");
  const bytes = Buffer.from(clip.samples.buffer, clip.samples.byteOffset, clip.samples.byteLength);
  expect(clip).toMatchObject({ text: "two words", voice: "alto", durationMs: 240 });
  expect(clip.hash).toBe(createHash("sha256").update(bytes).digest("hex"));
});

test("a text is made once, also when many ask at once; another voice or text is another clip", async () => {
  const cache = open();
  const clips = await Promise.all([1, 2, 3].map(() => cache.clipFor("hello there")));
  await cache.clipFor("hello there");
  expect(new Set(clips).size).toBe(1);
  expect(made()).toBe(1);
  const other = await cache.clipFor("hello there", { voice: "bass" });
  expect(other.hash).not.toBe(clips[0]?.hash);
  expect(made()).toBe(2);
});

test("a second process finds the clip on disk, by text and by hash", async () => {
  const clip = await open().clipFor("hello there");
  expect(await open().clipFor("hello there")).toEqual(clip);
  expect(await open().byHash(clip.hash)).toEqual(clip);
  const wav = parseWav((await open().wav(clip.hash)) ?? new Uint8Array());
  expect(wav).toEqual({ sampleRate: 16_000, channels: [clip.samples] });
  expect(made()).toBe(1);
});

test("a provider's clips are not taken for another's", async () => {
  await open().clipFor("hello");
  synthesizer = new (class extends FakeSynthesizer {
    override readonly name = "other";
  })();
  await open().clipFor("hello");
  expect(made()).toBe(1);
});

test.each([".wav", ".json"])("damaged %s files are made again and repaired", async (kind) => {
  const clip = await open().clipFor("hello there");
  for (const name of await readdir(dir)) {
    if (!name.endsWith(kind)) continue;
    const content = await readFile(join(dir, name));
    content[content.length - 9] = (content[content.length - 9] ?? 0) ^ 0xff;
    await writeFile(join(dir, name), content);
  }
  expect(await open().byHash(clip.hash)).toBeUndefined();
  expect(await open().clipFor("hello there")).toEqual(clip);
  expect(made()).toBe(2);
  expect(await open().clipFor("hello there")).toEqual(clip);
  expect(made()).toBe(2);
});

test("an unknown or impossible hash is nothing, and no path", async () => {
  const cache = open();
  expect(await cache.byHash("0".repeat(64))).toBeUndefined();
  expect(await cache.byHash("../../etc/passwd")).toBeUndefined();
  expect(await cache.wav("")).toBeUndefined();
});

test("a failure is passed on and not remembered", async () => {
  const cache = open();
  synthesizer.failNext();
  await expect(cache.clipFor("hello")).rejects.toThrow("scripted failure");
  expect((await cache.clipFor("hello")).durationMs).toBe(120);
});

test("who no longer wants it stops waiting; the others get it", async () => {
  const clock = new FakeClock();
  synthesizer = new FakeSynthesizer({ clock, delayMs: 100 });
  const cache = open();
  const stop = new AbortController();
  const impatient = cache.clipFor("hello", { signal: stop.signal });
  const patient = cache.clipFor("hello");
  stop.abort();
  await expect(impatient).rejects.toMatchObject({ name: "SynthesisError" });
  while (made() === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(100);
  expect((await patient).text).toBe("hello");
});

test("a folder that cannot be written costs nothing but the disk cache", async () => {
  await writeFile(dir, "a file where the folder should be");
  const cache = open();
  const clip = await cache.clipFor("hello");
  expect(await cache.byHash(clip.hash)).toEqual(clip);
  expect(await cache.clipFor("hello")).toBe(clip);
});

test("memory is bounded: the least recently used clip goes first, the disk still has it", async () => {
  const cache = open({ memoryBytes: 3840 * 2 });
  const first = await cache.clipFor("one");
  await cache.clipFor("two");
  await cache.clipFor("one");
  await cache.clipFor("three");
  expect(await cache.clipFor("one")).toBe(first);
  const reloaded = await cache.clipFor("two");
  expect(reloaded.text).toBe("two");
  expect(made()).toBe(3);
});

test("no drafts are left behind, and the files are private", async () => {
  await open().clipFor("hello");
  const names = await readdir(dir);
  expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(names).toHaveLength(3);
  for (const name of names) expect((await stat(join(dir, name))).mode & 0o077).toBe(0);
});
