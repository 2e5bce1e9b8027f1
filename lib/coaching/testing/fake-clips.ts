import { createHash } from "node:crypto";
import type { Clock } from "@/lib/platform/clock";
import type { ClipPort, PlayableClip } from "../types";

/** Scripted clips: the samples are the text's own characters, 20 ms of them a letter; fails or dawdles on request. */
export class FakeClips implements ClipPort {
  readonly asked: string[] = [];
  /** Texts that cannot be spoken. */
  readonly failing = new Set<string>();
  failAll = false;
  delayMs = 0;
  /** Claims a hash that is not that of the samples. */
  lying = false;

  constructor(private readonly deps: { clock: Clock }) {}

  async clipFor(text: string): Promise<PlayableClip> {
    this.asked.push(text);
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.deps.clock.after(this.delayMs, resolve));
    if (this.failAll || this.failing.has(text)) throw new Error("no voice");
    const clip = FakeClips.clip(text);
    return this.lying ? { ...clip, hash: "0".repeat(64) } : clip;
  }

  static clip(text: string): PlayableClip {
    const samples = Int16Array.from([...text].flatMap((letter) => Array<number>(320).fill(letter.charCodeAt(0))));
    const hash = createHash("sha256").update(new Uint8Array(samples.buffer)).digest("hex");
    return { hash, durationMs: samples.length / 16, samples };
  }
}
