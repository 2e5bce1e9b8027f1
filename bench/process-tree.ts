import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = () => Number(execFileSync("getconf", ["CLK_TCK"]).toString());

type Usage = { cpuSeconds: number; rssMb: number };
type Entry = { pid: number; parent: number; ticks: number; rssPages: number };

/** Fields of /proc/PID/stat (proc(5)); the name in brackets may hold spaces. */
function readEntry(pid: number): Entry | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (index: number) => Number(fields[index - 3]);
    // 14, 15: own time; 16, 17: time of children that have ended and were waited for.
    return { pid, parent: at(4), ticks: at(14) + at(15) + at(16) + at(17), rssPages: at(24) };
  } catch {
    return null;
  }
}

/** @returns processor time and memory of a process with all that it started; Linux only. */
export function measureTree(root: number): Usage {
  const entries = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readEntry(Number(name)))
    .filter((entry) => entry !== null);
  const inTree = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of entries) {
      if (inTree.has(pid) || !inTree.has(parent)) continue;
      inTree.add(pid);
      grown = true;
    }
  }
  const tree = entries.filter(({ pid }) => inTree.has(pid));
  const ticks = tree.reduce((sum, entry) => sum + entry.ticks, 0);
  const pages = tree.reduce((sum, entry) => sum + entry.rssPages, 0);
  return { cpuSeconds: ticks / ticksPerSecond(), rssMb: (pages * 4096) / 1e6 };
}
