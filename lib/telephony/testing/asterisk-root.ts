import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @returns the folder of the unpacked Asterisk and phones. @throws Error outside the lab */
export function asteriskRoot(): string {
  const root = process.env.EARSHOT_ASTERISK_ROOT;
  if (root && existsSync(join(root, "usr", "sbin", "asterisk"))) return root;
  throw new Error(
    "this needs the Asterisk lab: run it by `npm run test:asterisk`, or by `node scripts/asterisk-lab.mjs COMMAND`",
  );
}

/** @returns the folder of libraries for this machine's architecture, as in `/usr/lib/x86_64-linux-gnu`, inside the tree. */
export function libraryFolder(root: string): string {
  const name = readdirSync(join(root, "usr", "lib")).find((entry) =>
    existsSync(join(root, "usr", "lib", entry, "asterisk", "modules")),
  );
  if (!name) throw new Error(`no Asterisk modules in ${root}/usr/lib`);
  return `/usr/lib/${name}`;
}
