import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { DecoderPool } from "./decoder-pool";
import type { Piece } from "./types";

/**
 * Stands in for the models: answers "MODEL LENGTH" after LENGTH milliseconds; a length of 13 kills the worker, one of 14
 * kills it the first time.
 */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { existsSync, writeFileSync } from "node:fs";
    import { parentPort, workerData } from "node:worker_threads";
    parentPort.on("message", ({ type, job, model, samples }) => {
      if (type !== "decode") return;
      const length = samples.length;
      if (length === 13) throw new Error("killed by 13");
      const mark = workerData.modelsDir + "/killed-once";
      if (length === 14 && !existsSync(mark)) { writeFileSync(mark, ""); throw new Error("killed by 14"); }
      setTimeout(() => parentPort.postMessage({ type: "decoded", job, text: model + " " + length, decodeMs: length }), length);
    });
    parentPort.postMessage({ type: "ready" });
  `)}`,
);

const piece = (options: Partial<Piece> & { length: number }): Piece => {
  const { length, ...given } = options;
  const samples = new Int16Array(length);
  return {
    stream: 1,
    utteranceId: "u-1",
    ordinal: 1,
    final: false,
    early: false,
    startMs: 0,
    endMs: length,
    samples,
    ...given,
  };
};

const pools: DecoderPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.stop())));

async function createPool(options: { workers?: number; roughFinalsAfterMs?: number } = {}) {
  const texts: string[] = [];
  const pool = new DecoderPool({
    modelsDir: await mkdtemp(join(tmpdir(), "earshot-pool-")),
    workers: options.workers ?? 1,
    roughFinalsAfterMs: options.roughFinalsAfterMs ?? 60_000,
    clock: systemClock,
    logger: silentLogger,
    onText: ({ piece, text }) => texts.push(`${piece.utteranceId} ${piece.final ? "final" : "partial"}: ${text}`),
    onChange: () => {},
    entry,
  });
  pools.push(pool);
  await pool.start();
  const said = (expected: string[]) => expect.poll(() => texts, { timeout: 30_000 }).toEqual(expected);
  return { pool, texts, said };
}

test("partials by the small model, finals by the large one, finals first", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool();
  pool.add(piece({ length: 50, stream: 9, utteranceId: "busy" }));
  pool.add(piece({ length: 5, stream: 1, utteranceId: "a" }));
  pool.add(piece({ length: 6, stream: 2, utteranceId: "b", final: true }));
  expect(pool.has(2)).toBe(true);
  await said(["busy partial: tiny 50", "b final: base 6", "a partial: tiny 5"]);
  expect(pool.has(2)).toBe(false);
  expect(pool.measure()).toMatchObject({ finalMs: 0, partialMs: 0 });
});

test("finals that have waited too long are decoded roughly", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool({ roughFinalsAfterMs: 20 });
  pool.add(piece({ length: 80, stream: 1, utteranceId: "a", final: true }));
  pool.add(piece({ length: 5, stream: 2, utteranceId: "b", final: true }));
  await said(["a final: base 80", "b final: tiny 5"]);
});

test("a final that was decoded ahead is there at once and is not decoded again", { timeout: 60_000 }, async () => {
  const { pool, said, texts } = await createPool();
  pool.add(piece({ length: 20, early: true }));
  await said(["u-1 partial: base 20"]);
  pool.add(piece({ length: 20, final: true }));
  expect(texts.at(-1)).toBe("u-1 final: base 20");
  expect(pool.has(1)).toBe(false);
});

test("a final that is just being decoded ahead takes over that work", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool();
  pool.add(piece({ length: 100, early: true }));
  pool.add(piece({ length: 100, final: true }));
  expect(pool.has(1)).toBe(true);
  await said(["u-1 final: base 100"]);
});

test("where more was said after the pause, the final is decoded in full", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool();
  pool.add(piece({ length: 20, early: true }));
  pool.add(piece({ length: 40, final: true }));
  await said(["u-1 partial: base 20", "u-1 final: base 40"]);
});

test("a final whose decoder dies is decoded by the next one", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool();
  pool.add(piece({ length: 14, final: true }));
  pool.add(piece({ length: 7, stream: 2, utteranceId: "b", final: true }));
  await said(["u-1 final: base 14", "b final: base 7"]);
});

test("a piece that kills every decoder is given up, and the others get their turn", { timeout: 60_000 }, async () => {
  const { pool, said } = await createPool();
  pool.add(piece({ length: 13, final: true }));
  pool.add(piece({ length: 7, stream: 2, utteranceId: "b", final: true }));
  await said(["u-1 final: ", "b final: base 7"]);
});
