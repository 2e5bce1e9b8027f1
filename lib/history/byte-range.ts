/** Both ends inclusive, as HTTP counts them. */
export type ByteRange = { start: number; end: number; partial: boolean };

/**
 * A single `Range: bytes=…` of RFC 9110 §14.2. Several ranges, or another unit, are answered with the whole, as the RFC
 * allows. @returns the bytes to send, or "unsatisfiable" (416)
 */
export function byteRange(options: { header: string | null; size: number }): ByteRange | "unsatisfiable" {
  const { size } = options;
  const whole = { start: 0, end: size - 1, partial: false };
  const match = /^bytes=(\d*)-(\d*)$/.exec(options.header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return whole;
  if (match[1] === "") {
    const length = Math.min(size, Number(match[2]));
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1, partial: true };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? size - 1 : Math.min(size - 1, Number(match[2]));
  return start >= size || end < start ? "unsatisfiable" : { start, end, partial: true };
}
