/**
 * `node scripts/asterisk-lab.mjs COMMAND ARGS…`: runs a command where the Asterisk tests run, in a network of its own that
 * holds only `lo`, with EARSHOT_ASTERISK_ROOT naming the tree. Processes, mounts and the tree's /tmp end with the command.
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { asteriskLabRefusal, ensureAsteriskRoot } from "./asterisk-root.mjs";
import { root as projectRoot, say } from "./steps.mjs";

/** `sh` stays as the first process of the namespace: it collects what others leave behind. */
const INSIDE = `
  mount -t proc proc "$EARSHOT_ASTERISK_ROOT/proc" &&
  mount -t tmpfs tmpfs "$EARSHOT_ASTERISK_ROOT/tmp" &&
  chroot "$EARSHOT_ASTERISK_ROOT" /usr/sbin/ip link set lo up || exit 125
  "$@"
  exit $?`;

/**
 * @param {{ asteriskRoot: string, command: string[], env?: Record<string, string> }} options
 * @returns {Promise<number>} the command's exit code
 */
export function runInAsteriskLab({ asteriskRoot, command, env }) {
  const isolate = ["--net", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
  return new Promise((done, failed) => {
    // setpriv: where this process is killed, the lab ends too.
    const child = spawn(
      "setpriv",
      ["--pdeathsig", "KILL", "unshare", ...isolate, "sh", "-c", INSIDE, "sh", ...command],
      {
        cwd: projectRoot,
        env: { ...process.env, ...env, EARSHOT_ASTERISK_ROOT: asteriskRoot },
        stdio: "inherit",
      },
    );
    const stop = () => child.kill("SIGKILL");
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    child.on("error", failed);
    child.on("close", (code) => {
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
      done(code ?? 1);
    });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const command = process.argv.slice(2);
  const refusal = command.length === 0 ? "name a command to run" : asteriskLabRefusal();
  try {
    if (refusal) throw new Error(`The Asterisk lab cannot start: ${refusal}`);
    process.exitCode = await runInAsteriskLab({ asteriskRoot: await ensureAsteriskRoot(), command });
  } catch (error) {
    say(`✗ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
