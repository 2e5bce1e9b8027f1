import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seedVectors } from "./seed-vectors";

let folder: string;
let embedded: string[];
const encoder = {
  embed: async (texts: readonly string[]) => {
    embedded.push(...texts);
    return texts.map((text) => [text.length, -0.5]);
  },
};
const vectorsOf = (texts: string[], cacheDir = join(folder, "vectors")) =>
  seedVectors({ texts, encoder, vectorSize: 2, cacheDir });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "seeds-"));
  embedded = [];
});
afterEach(() => rm(folder, { recursive: true }));

it("embeds the same sentences once", async () => {
  const first = await vectorsOf(["a", "bcd"]);
  expect(first).toEqual([
    [1, -0.5],
    [3, -0.5],
  ]);
  expect(await vectorsOf(["a", "bcd"])).toEqual(first);
  expect(embedded).toEqual(["a", "bcd"]);
  await vectorsOf(["a", "bcde"]);
  expect(embedded).toHaveLength(4);
});

it("does not trust a file of the wrong size, and needs no writable folder", async () => {
  await vectorsOf(["a"]);
  const [name] = await readdir(join(folder, "vectors"));
  await writeFile(join(folder, "vectors", name ?? ""), "half");
  expect(await vectorsOf(["a"])).toEqual([[1, -0.5]]);
  expect(embedded).toEqual(["a", "a"]);
  await writeFile(join(folder, "file"), "");
  expect(await vectorsOf(["a"], join(folder, "file"))).toEqual([[1, -0.5]]);
});
