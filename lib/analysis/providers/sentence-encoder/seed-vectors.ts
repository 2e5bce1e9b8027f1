import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Encoder } from "./encoder";

type Request = { texts: readonly string[]; encoder: Encoder; vectorSize: number; cacheDir: string };

/**
 * The vectors of the seed sentences, from the cache if these very sentences were embedded before: 280 of them cost four
 * seconds of a start. A cache that cannot be read or written costs time, nothing else.
 */
export async function seedVectors({ texts, encoder, vectorSize, cacheDir }: Request): Promise<number[][]> {
  const key = createHash("sha256")
    .update(JSON.stringify([vectorSize, texts]))
    .digest("hex");
  const path = join(cacheDir, `${key}.f32`);
  const cached = await readFile(path).catch(() => null);
  if (cached?.length === texts.length * vectorSize * 4) return rowsOf({ bytes: cached, vectorSize });
  const vectors = await encoder.embed(texts);
  await store({ path, cacheDir, bytes: Buffer.from(Float32Array.from(vectors.flat()).buffer) }).catch(() => undefined);
  return vectors;
}

function rowsOf({ bytes, vectorSize }: { bytes: Buffer; vectorSize: number }): number[][] {
  const rowBytes = vectorSize * 4;
  return Array.from({ length: bytes.length / rowBytes }, (_, row) =>
    Array.from({ length: vectorSize }, (_, i) => bytes.readFloatLE(row * rowBytes + i * 4)),
  );
}

/** By way of a second name, so that a reader never sees half a file. */
async function store({ path, cacheDir, bytes }: { path: string; cacheDir: string; bytes: Buffer }): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
}
