import type { ChildProcess } from "node:child_process";

/** @returns whether it has been started and not yet ended */
export function isAlive(child: ChildProcess | null): child is ChildProcess {
  return child !== null && child.exitCode === null && child.signalCode === null;
}

/** Waits for its end, which `signal`, where given, asks for; SIGKILL after `limitMs`. */
export async function endProcess(
  child: ChildProcess | null,
  options: { signal?: NodeJS.Signals; limitMs: number },
): Promise<void> {
  if (!isAlive(child)) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  if (options.signal) child.kill(options.signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.limitMs);
  await closed;
  clearTimeout(timer);
}
