import { createHash } from "node:crypto";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { clipRefOf, type Entry, type SuggestionBook } from "./suggestion-book";
import type { ClipPort, PlayableClip } from "./types";

const CLIP_ERROR = "These words could not be turned into speech.";

/** Makes clips and vouches for them: in time, not empty, and hashing to what they claim. */
export class ClipMaker {
  constructor(private readonly deps: { clips: ClipPort; clock: Clock; timeLimitMs: number }) {}

  /** @throws AppError UNAVAILABLE (retryable) */
  async make(text: string): Promise<PlayableClip> {
    try {
      return checked(await this.#withinTime(text));
    } catch (cause) {
      throw new AppError("UNAVAILABLE", {
        message: "clip could not be made",
        userMessage: `${CLIP_ERROR} Nothing was spoken; try again or change them.`,
        retryable: true,
        cause,
      });
    }
  }

  /** Makes an entry's clip and writes it (or that it cannot be had) into the book. @throws AppError UNAVAILABLE */
  prepare({ entry, book }: { entry: Entry; book: SuggestionBook }): Promise<PlayableClip> {
    const text = entry.suggestion.text;
    const making = this.make(text).then(
      (clip) => {
        entry.making = null;
        if (entry.suggestion.text !== text) return clip;
        entry.clip = clip;
        book.patch(entry, { clip: clipRefOf(clip), clipError: null });
        return clip;
      },
      (error: unknown) => {
        entry.making = null;
        if (entry.suggestion.text === text) book.patch(entry, { clipError: CLIP_ERROR });
        throw error;
      },
    );
    entry.making = making;
    return making;
  }

  #withinTime(text: string): Promise<PlayableClip> {
    return new Promise((resolve, reject) => {
      const cancel = this.deps.clock.after(this.deps.timeLimitMs, () => reject(new Error("synthesis took too long")));
      this.deps.clips.clipFor(text).then(resolve, reject).finally(cancel);
    });
  }
}

function checked(clip: PlayableClip): PlayableClip {
  const { samples } = clip;
  if (samples.length === 0) throw new Error("the clip is empty");
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (createHash("sha256").update(bytes).digest("hex") !== clip.hash)
    throw new Error("the clip does not match its hash");
  return clip;
}
