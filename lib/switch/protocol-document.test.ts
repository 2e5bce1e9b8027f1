import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  controlClientMessageSchema,
  controlServerMessageSchema,
  decodeFrame,
  errorCodeSchema,
  MAX_BINARY_BYTES,
  MAX_TEXT_BYTES,
  mediaClientMessageSchema,
  mediaServerMessageSchema,
  wireCommandSchema,
} from "@/lib/contract/call-control";

const document = await readFile(join(import.meta.dirname, "../../docs/call-control-protocol.md"), "utf8");
const examples = [...document.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].map(([, side = "", json = ""]) => ({
  side,
  json: json.trim(),
}));
const schemas: Record<string, z.ZodDiscriminatedUnion> = {
  "control-server": controlServerMessageSchema,
  "control-client": controlClientMessageSchema,
  "media-server": mediaServerMessageSchema,
  "media-client": mediaClientMessageSchema,
};

describe("docs/call-control-protocol.md", () => {
  test.each(examples)("$side: $json", ({ side, json }) => {
    const schema = schemas[side];
    expect(schema, side).toBeDefined();
    const value: unknown = JSON.parse(json);
    expect(schema?.parse(value)).toEqual(value);
  });

  test("has no JSON example that is not marked with its side", () => {
    expect(document.match(/^```json/gm)).toHaveLength(examples.length);
  });

  test("shows every message there is", () => {
    const shown = new Set(examples.map(({ json }) => JSON.parse(json).type));
    const known = Object.values(schemas).flatMap((schema) => [...(schema._zod.propValues.type ?? [])]);
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((type) => !shown.has(type))).toEqual([]);
  });

  test("explains every command, error code and limit", () => {
    const wanted = [...wireCommandSchema.options, ...errorCodeSchema.options].map((name) => `\`${name}\``);
    const limits = [MAX_TEXT_BYTES, MAX_BINARY_BYTES].map((bytes) => bytes.toLocaleString("en-US"));
    expect([...wanted, ...limits].filter((name) => !document.includes(name))).toEqual([]);
  });

  test("gives the bytes of a frame's header as they are", () => {
    const [hex = ""] = /`((?:[0-9a-f]{2} ){15}[0-9a-f]{2})`/.exec(document)?.slice(1) ?? [];
    const bytes = Buffer.concat([Buffer.from(hex.replaceAll(" ", ""), "hex"), Buffer.alloc(320)]);
    expect(decodeFrame(bytes)).toMatchObject({
      ok: true,
      frame: { track: "caller", mode: "spy", sequence: 7, playId: 0, position: 1120 },
    });
  });

  test("claims no compatibility on the wire", () => {
    const claims = document.match(/wire[- ]compatib\w*/gi) ?? [];
    expect(claims).toEqual(["wire-compatible"]);
    expect(document).toContain("not wire-compatible with Telcoflow");
  });
});
