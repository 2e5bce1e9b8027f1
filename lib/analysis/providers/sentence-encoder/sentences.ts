/** Up to so many words a text is read as one: irony ("Oh great. Another transfer.") needs its neighbour. */
const WHOLE_WORDS = 14;
/** A fragment shorter than this is read with the sentence after it. */
const FRAGMENT_WORDS = 4;
const MAX_SENTENCES = 16;

/** Cuts an utterance into pieces that are read one by one. @returns none for a text without any letter or digit. */
export function piecesOf(text: string): string[] {
  const whole = text.replace(/\s+/g, " ").trim();
  if (!/[\p{L}\p{N}]/u.test(whole)) return [];
  if (wordsIn(whole) <= WHOLE_WORDS) return [whole];
  const pieces: string[] = [];
  let open = "";
  for (const sentence of whole.split(/(?<=[.!?…])\s+/)) {
    open = open ? `${open} ${sentence}` : sentence;
    if (wordsIn(open) < FRAGMENT_WORDS) continue;
    pieces.push(open);
    open = "";
  }
  if (open) pieces.push(pieces.length > 0 ? `${pieces.pop()} ${open}` : open);
  // The end of a long turn weighs more than its beginning.
  return pieces.slice(-MAX_SENTENCES);
}

export function wordsIn(text: string): number {
  return text.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
