import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { envSchema, parseEnv } from "./env";

describe("parseEnv", () => {
  it("needs nothing", () => {
    expect(parseEnv({})).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", STT_PROVIDER: "moonshine" });
  });

  it("takes an empty variable as not set", () => {
    expect(parseEnv({ PORT: "", GATEWAY_URL: "" }).PORT).toBe(3000);
  });

  it("lists every fault at once, by name", () => {
    const parse = () =>
      parseEnv({ PORT: "many", LOG_LEVEL: "loud", DATABASE_URL: "mysql://x/y", GATEWAY_SAMPLE_RATE: "11025" });
    expect(parse).toThrow(/4 fault\(s\)/);
    for (const name of ["PORT", "LOG_LEVEL", "DATABASE_URL", "GATEWAY_SAMPLE_RATE"]) expect(parse).toThrow(name);
  });

  it.each([
    [{ GATEWAY_URL: "ws://127.0.0.1:1" }, "GATEWAY_API_KEY"],
    [{ ASTERISK_URL: "http://127.0.0.1:8088", ASTERISK_USERNAME: "earshot" }, "ASTERISK_PASSWORD"],
    [{ ASTERISK_URL: "http://127.0.0.1:8088", ASTERISK_PASSWORD: "x" }, "ASTERISK_USERNAME"],
    [{ ASTERISK_CONTEXTS: "a" }, "ASTERISK_CONTEXTS needs ASTERISK_URL"],
    [{ GATEWAY_CERT_PATH: "/a.pem" }, "GATEWAY_KEY_PATH"],
    [{ TTS_PROVIDER: "openai" }, "TTS_BASE_URL"],
    [{ LLM_BASE_URL: "http://127.0.0.1:1" }, "LLM_MODEL"],
  ])("asks for what %o needs", (source, missing) => {
    expect(() => parseEnv(source)).toThrow(missing);
  });

  it("reads lists with commas", () => {
    const asterisk = { ASTERISK_URL: "http://127.0.0.1:8088", ASTERISK_USERNAME: "u", ASTERISK_PASSWORD: "p" };
    expect(parseEnv({ ...asterisk, ASTERISK_CONTEXTS: " from-trunk, ,queues," }).ASTERISK_CONTEXTS).toEqual([
      "from-trunk",
      "queues",
    ]);
  });

  it("is documented, every variable of it and nothing else, in .env.example", () => {
    const example = readFileSync(join(import.meta.dirname, "../../.env.example"), "utf8");
    const documented = [...example.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
    expect([...documented].sort()).toEqual(Object.keys(envSchema.shape).sort());
  });
});
