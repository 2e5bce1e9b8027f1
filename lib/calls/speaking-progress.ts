import type { Clock } from "@/lib/platform/clock";
import { PROGRESS_MS, SETTLED_MS } from "./constants";

/**
 * Tells once a second how much of a voice the gateway took, where that is more than before, so that a crash loses no more than the
 * last of it. On a timer of its own: no frame waits for it. `takenMs`: milliseconds so far. @returns what ends it
 */
export function followProgress(options: {
  clock: Clock;
  isOpen: () => boolean;
  takenMs: () => number;
  tell: (spokenMs: number) => void;
}): () => void {
  const { clock, isOpen, takenMs, tell } = options;
  let told = 0;
  let cancel: () => void = () => {};
  const look = () => {
    const spokenMs = takenMs();
    cancel = clock.after(SETTLED_MS, () => {
      if (!isOpen()) return;
      if (spokenMs > told) tell(spokenMs);
      told = Math.max(told, spokenMs);
      cancel = clock.after(PROGRESS_MS - SETTLED_MS, look);
    });
  };
  cancel = clock.after(PROGRESS_MS - SETTLED_MS, look);
  return () => cancel();
}
