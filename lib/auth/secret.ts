import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The key that signs session cookies: `given` (AUTH_SECRET), or one made on the first start and kept in `dataDir`, readable
 * by its owner only. Deleting the file signs everybody out.
 */
export function loadAuthSecret(options: { dataDir: string; given?: string | undefined }): string {
  if (options.given) return options.given;
  const file = join(options.dataDir, "auth-secret");
  if (!existsSync(file)) {
    mkdirSync(options.dataDir, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600 });
    try {
      // A link does not replace: of two first starts at once, both use the secret of the one that was faster.
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32)
    throw new Error(`${file} holds no secret of at least 32 characters. Delete it and start again.`);
  return secret;
}
