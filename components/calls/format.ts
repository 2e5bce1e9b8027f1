/** Words and figures of calls, the same on every screen. Milliseconds in. */

const two = (value: number) => String(value).padStart(2, "0");

/** @returns h:mm:ss, or m:ss under an hour. Never negative. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** @returns a position in the call as mm:ss (or h:mm:ss): fixed width, for columns. */
export function formatPosition(atMs: number): string {
  const text = formatDuration(atMs);
  return text.length < 5 ? `0${text}` : text;
}

/** @returns a sentiment score with its sign, U+2212 for minus: "+0.10", "−0.62", "0.00". */
export function formatScore(score: number): string {
  const text = Math.abs(score).toFixed(2);
  if (Number(text) === 0) return text;
  return `${score < 0 ? "−" : "+"}${text}`;
}

/** @returns "0.4 s", "8 s", "3 min", "2 h". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** @returns the first three and last three figures, "+44 … 812"; short numbers and extensions whole. */
export function shortNumber(number: string): string {
  return number.length <= 7 ? number : `${number.slice(0, 3)} … ${number.slice(-3)}`;
}

/** @returns "1 line", "3 lines". */
export function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}
