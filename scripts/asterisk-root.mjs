/**
 * A real Asterisk and real SIP phones for the tests: Debian's own packages, unpacked into a cache folder and run by chroot.
 * Plain Node, no packages, like steps.mjs. Debian 12 has no Asterisk; Debian's "sid" has the one that was tried.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cache, once, run, StepFailed, say } from "./steps.mjs";

const TRIED_VERSION = /^22\.10\./;
const SUITE = "sid";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PACKAGES = [
  "asterisk",
  "asterisk-modules",
  "asterisk-core-sounds-en-gsm",
  "baresip-core",
  "sip-tester",
  "iproute2",
];
/** Followed by the process id: what a broken run left behind is known by it. */
const DRAFT = "unpacking-";
/** Part of the stamp: raise it where the tree is made in another way. */
const RECIPE = 1;
const ADVICE =
  "The Asterisk tests need Debian's package mirror of this machine (apt-get update must work) and 400 MB of disk.";

/** @returns {string | null} one line that says why this machine cannot run the Asterisk tests, or null where it can */
export function asteriskLabRefusal() {
  if (process.platform !== "linux") return `they need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "they need root (chroot and a network namespace of their own)";
  for (const tool of ["apt-get", "unshare", "chroot", "setpriv"])
    if (spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `the command ${tool} is missing`;
  if (!existsSync(KEYRING)) return `Debian's archive keyring is missing (${KEYRING}): this is not a Debian`;
  const isolated = spawnSync("unshare", ["--net", "--mount", "--pid", "--fork", "--mount-proc", "true"]);
  if (isolated.status !== 0)
    return `a network namespace is not permitted here (${String(isolated.stderr ?? "").trim() || "unshare failed"})`;
  return null;
}

/** @returns {Promise<string>} the folder of the unpacked tree. @throws StepFailed */
export async function ensureAsteriskRoot() {
  const dir = join(cache, "asterisk");
  const root = join(dir, "root");
  await once({
    name: "Asterisk for the tests",
    stamp: createHash("sha256")
      .update(JSON.stringify([RECIPE, SUITE, PACKAGES, process.arch]))
      .digest("hex"),
    done: () => existsSync(join(root, "usr", "sbin", "asterisk")),
    work: async () => {
      say("• Asterisk for the tests: unpacking Debian's packages (about 320 MB, half a minute) …");
      await ensureMmdebstrap();
      await unpack({ dir, root });
    },
  });
  const version = asteriskVersion(root);
  if (!TRIED_VERSION.test(version))
    say(`! Asterisk ${version}: the version that was tried is 22.10. What fails below may be its doing.`);
  return root;
}

/** @param {string} root @returns {string} as in "22.10.1" */
function asteriskVersion(root) {
  const words = spawnSync("chroot", [root, "/usr/sbin/asterisk", "-V"], { encoding: "utf8" });
  const version = /Asterisk (\d[\d.]*)/.exec(words.stdout ?? "")?.[1];
  if (!version)
    throw new StepFailed("Starting Asterisk", `It does not run in ${root}: ${words.stderr || words.error?.message}`);
  return version;
}

async function ensureMmdebstrap() {
  if (existsSync("/usr/bin/mmdebstrap")) return;
  await run("apt-get", ["update", "-qq"], { name: "apt-get update", advice: ADVICE });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"], {
    name: "Installing mmdebstrap",
    advice: ADVICE,
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
}

async function unpack({ dir, root }) {
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(dir))
    if (name.startsWith(DRAFT) && !isRunning(Number(name.slice(DRAFT.length))))
      rmSync(join(dir, name), { recursive: true, force: true });
  const draft = join(dir, `${DRAFT}${process.pid}`);
  const options = [
    "--quiet",
    "--variant=extract",
    "--mode=root",
    "--components=main",
    `--include=${PACKAGES.join(",")}`,
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=Acquire::Check-Date "false"',
    `--keyring=${KEYRING}`,
  ];
  const advice = `See the lines above. ${ADVICE}`;
  await run("mmdebstrap", [...options, SUITE, draft, debianMirror()], { name: "Unpacking Asterisk", advice });
  // "extract" runs no package script: what they would have linked and made is done here.
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    const isThere = lstatSync(join(draft, name), { throwIfNoEntry: false }) !== undefined;
    if (!isThere && existsSync(join(draft, "usr", name))) symlinkSync(`usr/${name}`, join(draft, name));
  }
  for (const name of ["proc", "tmp", "run"]) mkdirSync(join(draft, name), { recursive: true });
  rmSync(join(draft, "var", "cache", "apt"), { recursive: true, force: true });
  rmSync(join(draft, "var", "lib", "apt"), { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
  renameSync(draft, root);
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @returns {string} the mirror that this machine's apt uses for Debian itself (not its security archive) */
function debianMirror() {
  const targets = execFileSync("apt-get", ["indextargets", "--format", "$(REPO_URI)|$(LABEL)|$(ORIGIN)"], {
    encoding: "utf8",
  });
  // Label and origin are known only after an apt-get update.
  const mirror = targets
    .split("\n")
    .map((line) => line.split("|"))
    .find(([uri = "", label, origin]) =>
      origin ? origin === "Debian" && label === "Debian" : uri.includes("debian") && !uri.includes("security"),
    )?.[0];
  if (mirror) return mirror;
  throw new StepFailed("Finding Debian's mirror", "No Debian archive is among this machine's apt sources.");
}
