import { describe, expect, test } from "vitest";
import { parseOptions } from "./options";

const parse = (env: Record<string, string>, argv: string[] = []) => parseOptions({ argv, env });

describe("parseOptions", () => {
  test("needs no more than a key", () => {
    expect(parse({ SWITCH_API_KEY: "k" })).toMatchObject({
      port: 0,
      host: "127.0.0.1",
      sampleRate: 16_000,
      calls: 3,
      recordingsTimes: 0,
      logLevel: "info",
    });
  });

  test("flags go before the environment, an empty variable is none", () => {
    const env = {
      SWITCH_API_KEY: "k",
      SWITCH_PORT: "4000",
      SWITCH_CALLS: "",
      LOG_LEVEL: "debug",
      SWITCH_SAMPLE_RATE: "8000",
    };
    const argv = ["--port", "5000", "--scenarios", "outage, upgrade", "--record-legs-dir", "/legs"];
    expect(parse(env, argv)).toMatchObject({
      port: 5000,
      calls: 3,
      logLevel: "debug",
      sampleRate: 8000,
      scenarios: ["outage", "upgrade"],
      recordLegsDir: "/legs",
    });
  });

  test("lists every fault by the name of its variable", () => {
    const faults = () => parse({ SWITCH_PORT: "70000", SWITCH_SAMPLE_RATE: "44100", SWITCH_CALLS: "many" });
    for (const name of ["3 fault", "SWITCH_PORT", "SWITCH_SAMPLE_RATE", "SWITCH_CALLS"]) expect(faults).toThrow(name);
  });

  test.each([
    [{}, "SWITCH_API_KEY"],
    [{ SWITCH_API_KEY: "k", SWITCH_TLS_CERT_PATH: "a.pem" }, "SWITCH_TLS_KEY_PATH"],
    [{ SWITCH_TLS_CA_PATH: "ca.pem" }, "SWITCH_TLS_CERT_PATH"],
  ])("%o lacks %s", (env, name) => {
    expect(() => parse(env)).toThrow(name);
  });

  test("a CA will do instead of a key; the key is no flag", () => {
    const tls = { SWITCH_TLS_CERT_PATH: "a.pem", SWITCH_TLS_KEY_PATH: "a.key", SWITCH_TLS_CA_PATH: "ca.pem" };
    expect(parse(tls).apiKey).toBeUndefined();
    expect(() => parse({}, ["--api-key", "k"])).toThrow(/api-key/);
  });
});
