import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeOneTimePassword } from "./password";
import { loadAuthSecret } from "./secret";

const newFolder = () => mkdtempSync(join(tmpdir(), "earshot-secret-"));

describe("loadAuthSecret", () => {
  it("makes one secret, keeps it, and shows it to nobody else", () => {
    const dataDir = newFolder();
    const secret = loadAuthSecret({ dataDir });
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(loadAuthSecret({ dataDir })).toBe(secret);
    expect(statSync(join(dataDir, "auth-secret")).mode & 0o777).toBe(0o600);
    expect(loadAuthSecret({ dataDir: newFolder() })).not.toBe(secret);
  });

  it("takes the given one and writes none", () => {
    const dataDir = newFolder();
    expect(loadAuthSecret({ dataDir, given: "g".repeat(40) })).toBe("g".repeat(40));
    expect(() => statSync(join(dataDir, "auth-secret"))).toThrow(/ENOENT/);
  });

  it("refuses a file that was emptied", () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, "auth-secret"), "");
    expect(() => loadAuthSecret({ dataDir })).toThrow(/Delete it/);
  });
});

describe("makeOneTimePassword", () => {
  it("has four groups without look-alikes and does not repeat", () => {
    const made = Array.from({ length: 200 }, makeOneTimePassword);
    for (const password of made) expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
    expect(new Set(made).size).toBe(200);
  });
});
