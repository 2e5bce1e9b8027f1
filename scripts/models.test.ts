import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";

type Models = {
  missingModels(options: { dir: string }): Promise<string[]>;
  readTar(stream: Readable): AsyncIterable<{ name: string; body: AsyncIterable<Buffer> }>;
};
const { missingModels, readTar } = await vi.importActual<Models>("./models.mjs");

function entry(options: { name: string; content: string; kind?: string; prefix?: string }): Buffer {
  const header = Buffer.alloc(512);
  header.write(options.name, 0);
  header.write(Buffer.byteLength(options.content).toString(8).padStart(11, "0"), 124);
  header.write(options.kind ?? "0", 156);
  header.write(options.prefix ?? "", 345);
  const body = Buffer.alloc(Math.ceil(options.content.length / 512) * 512);
  body.write(options.content);
  return Buffer.concat([header, body]);
}

const long = `package/${"deep/".repeat(30)}file`;
const archive = Buffer.concat([
  entry({ name: "pax", kind: "x", content: `${long.length + 10} path=${long}\n` }),
  entry({ name: "cut", content: "long" }),
  entry({ name: "package/folder", kind: "5", content: "" }),
  entry({ name: "b.onnx", prefix: "package/dist", content: "y".repeat(1300) }),
  entry({ name: "package/skipped", content: "z".repeat(512) }),
  entry({ name: "package/last", content: "" }),
  Buffer.alloc(1024),
]);

test.each([1, 100, 512, 99_999])(
  "files come out of an archive whole, in pieces of %i bytes, skipped ones too",
  async (size) => {
    const pieces = Array.from({ length: Math.ceil(archive.length / size) }, (_, at) =>
      archive.subarray(at * size, (at + 1) * size),
    );
    const found: Record<string, string> = {};
    for await (const { name, body } of readTar(Readable.from(pieces))) {
      if (name.endsWith("skipped")) continue;
      let text = "";
      for await (const piece of body) text += piece;
      found[name] = text;
    }
    expect(found).toEqual({ [long]: "long", "package/dist/b.onnx": "y".repeat(1300), "package/last": "" });
  },
);

test("an archive that ends too early is an error, not an endless wait", async () => {
  const read = async () => {
    for await (const file of readTar(Readable.from([archive.subarray(0, 3000)]))) for await (const _ of file.body);
  };
  await expect(read()).rejects.toThrow("ends too early");
});

test("an empty or unknown folder lacks all five models", async () => {
  const dir = await mkdtemp(join(tmpdir(), "earshot-models-"));
  const missing = await missingModels({ dir });
  expect(missing).toHaveLength(5);
  expect(missing).toContain("moonshine/base/encoder_model.onnx");
  expect(await missingModels({ dir: join(dir, "nowhere") })).toEqual(missing);
  await rm(dir, { recursive: true });
});
