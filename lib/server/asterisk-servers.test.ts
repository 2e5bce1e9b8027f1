import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEnv } from "@/lib/platform/env";
import { asteriskServers } from "./asterisk-servers";

const dir = mkdtempSync(join(tmpdir(), "earshot-asterisk-"));
const login = { url: "http://127.0.0.1:8088", username: "earshot", password: "secret" };
const single = { ASTERISK_URL: login.url, ASTERISK_USERNAME: login.username, ASTERISK_PASSWORD: login.password };

function serversOf(list: unknown, env: Record<string, string> = {}) {
  const path = join(dir, "servers.json");
  writeFileSync(path, typeof list === "string" ? list : JSON.stringify(list));
  return asteriskServers(parseEnv({ ...env, ASTERISK_SERVERS_FILE: path }));
}

describe("asteriskServers", () => {
  it("is empty where nothing names one", () => {
    expect(asteriskServers(parseEnv({}))).toEqual([]);
  });

  it("takes one from the environment, with the driver's defaults", () => {
    const [server] = asteriskServers(parseEnv({ ...single, ASTERISK_ENDPOINTS: "PJSIP/2*,PJSIP/3*" }));
    expect(server).toMatchObject({ ...login, name: "asterisk", app: "earshot", dial: "PJSIP/{extension}" });
    expect(server?.endpoints).toEqual(["PJSIP/2*", "PJSIP/3*"]);
  });

  it("names the variable that is wrong", () => {
    const read = () => asteriskServers(parseEnv({ ...single, ASTERISK_DIAL: "PJSIP/201", ASTERISK_APP: "a b" }));
    for (const words of ["2 fault(s)", "  ASTERISK_APP: ", "  ASTERISK_DIAL: "]) expect(read).toThrow(words);
  });

  it("takes several from a file, with certificates beside it, and the single one before them", () => {
    writeFileSync(join(dir, "ca.pem"), "PEM");
    const servers = serversOf(
      [
        { ...login, name: "berlin", caPath: "ca.pem" },
        { ...login, name: "paris" },
      ],
      single,
    );
    expect(servers.map(({ name, ca }) => [name, ca?.toString()])).toEqual([
      ["asterisk", undefined],
      ["berlin", "PEM"],
      ["paris", undefined],
    ]);
  });

  it.each([
    [
      "a wrong field",
      [
        { ...login, name: "berlin" },
        { ...login, name: "paris", url: "ftp://x" },
      ],
      /\[1\]\.url: /,
    ],
    ["a misspelt field", [{ ...login, context: ["a"] }], /\[0\]: .*context/],
    ["a missing field", [{ name: "berlin" }], /\[0\]\.password: /],
    ["a wrong entry of a list", [{ ...login, contexts: [""] }], /\[0\]\.contexts\[0\]: /],
    ["an empty list", [], /no server in it/],
    ["no list", login, /servers\.json named by ASTERISK_SERVERS_FILE has 1 fault/],
    ["no JSON", "[{", /servers\.json named by ASTERISK_SERVERS_FILE is no JSON/],
    ["a name twice", [login, { ...login, url: "http://x" }], /\[1\]\.name: the name "asterisk" is taken/],
    ["another gateway's name", [{ ...login, name: "built-in" }], /\[0\]\.name: the name "built-in" is taken/],
    ["a certificate that is not there", [{ ...login, caPath: "none.pem" }], /none\.pem/],
  ])("refuses %s and says where", (_, list, message) => {
    expect(() => serversOf(list)).toThrow(message);
  });

  it("refuses a file's server that has the name of the single one, and a file that is not there", () => {
    expect(() => serversOf([login], single)).toThrow(/\[0\]\.name: the name "asterisk" is taken/);
    const path = join(dir, "nowhere.json");
    expect(() => asteriskServers(parseEnv({ ASTERISK_SERVERS_FILE: path }))).toThrow(path);
  });
});
