import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";

const script = fileURLToPath(new URL("../../../../scripts/check-asterisk.ts", import.meta.url));
const failureSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

let server: AsteriskServer;
beforeAll(async () => {
  server = await AsteriskServer.start();
});
afterAll(() => server.stop());

async function check(password: string) {
  const args = ["--import", "tsx", script, "--url", server.ari.url, "--username", server.ari.username];
  const env = { ...process.env, ASTERISK_PASSWORD: password };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { env })) };
  } catch (error) {
    return failureSchema.parse(error);
  }
}

describe("npm run check:asterisk", () => {
  it("says what is well, places nothing, and ends well", async () => {
    const { code, stdout } = await check(server.ari.password);
    expect(stdout).toContain("Earshot can work with it.");
    expect(stdout).not.toContain("✗");
    expect(code).toBe(0);
    expect(await server.channels()).toEqual([]);
  });

  it("says what to change, and never the password", async () => {
    const { code, stdout, stderr } = await check("not-the-password");
    expect(stdout).toContain("✗ user");
    expect(stdout).toContain("ari.conf");
    expect(stdout + stderr).not.toContain("not-the-password");
    expect(code).toBe(1);
  });
});
