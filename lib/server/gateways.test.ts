import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEnv } from "@/lib/platform/env";
import { silentLogger } from "@/lib/platform/logger";
import { createGateways, needsBuiltInSwitch } from "./gateways";

const callControl = { GATEWAY_URL: "ws://127.0.0.1:1", GATEWAY_API_KEY: "key" };
const asterisk = { ASTERISK_URL: "http://127.0.0.1:1", ASTERISK_USERNAME: "u", ASTERISK_PASSWORD: "p" };
const file = join(mkdtempSync(join(tmpdir(), "earshot-gateways-")), "servers.json");
writeFileSync(file, JSON.stringify([{ name: "berlin", url: "http://127.0.0.1:1", username: "u", password: "p" }]));

function gatewaysOf(source: Record<string, string>) {
  const env = parseEnv(source);
  const builtIn = needsBuiltInSwitch(env) ? { url: "ws://127.0.0.1:1", apiKey: "key" } : null;
  const gateways = createGateways({ env, builtIn, agents: { byExtension: async () => null }, logger: silentLogger });
  return gateways.map(({ name, status }) => `${name}/${status.driver}`);
}

describe("createGateways", () => {
  it.each([
    [{}, ["built-in/call-control"]],
    [callControl, ["call-control/call-control"]],
    [asterisk, ["asterisk/asterisk"]],
    [{ ASTERISK_SERVERS_FILE: file }, ["berlin/asterisk"]],
    [
      { ...callControl, ...asterisk, ASTERISK_SERVERS_FILE: file },
      ["call-control/call-control", "asterisk/asterisk", "berlin/asterisk"],
    ],
  ])("of %o", (source, names) => {
    expect(gatewaysOf(source)).toEqual(names);
  });
});
