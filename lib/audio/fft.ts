/** A complex signal in two arrays of the same length, a power of two. */
export type Complex = { re: Float64Array; im: Float64Array };

/**
 * Discrete Fourier transform in place (iterative radix 2, Cooley and Tukey 1965). `inverse` also divides by the length.
 * @throws RangeError where the length is not a power of two.
 */
export function transform(signal: Complex, options: { inverse?: boolean } = {}): void {
  const { re, im } = signal;
  const size = re.length;
  if (size < 1 || (size & (size - 1)) !== 0 || im.length !== size)
    throw new RangeError(`a Fourier transform of ${size} points is not a power of two`);
  reorder(signal);
  const sign = options.inverse ? 1 : -1;
  for (let span = 2; span <= size; span *= 2) butterflies(signal, { span, angle: (sign * 2 * Math.PI) / span });
  if (!options.inverse) return;
  for (let at = 0; at < size; at++) {
    re[at] = (re[at] ?? 0) / size;
    im[at] = (im[at] ?? 0) / size;
  }
}

function reorder({ re, im }: Complex): void {
  const size = re.length;
  for (let at = 1, mirrored = 0; at < size; at++) {
    let bit = size >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (at >= mirrored) continue;
    [re[at], re[mirrored]] = [re[mirrored] ?? 0, re[at] ?? 0];
    [im[at], im[mirrored]] = [im[mirrored] ?? 0, im[at] ?? 0];
  }
}

function butterflies({ re, im }: Complex, { span, angle }: { span: number; angle: number }): void {
  const half = span / 2;
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos(angle * k));
  const sines = Float64Array.from({ length: half }, (_, k) => Math.sin(angle * k));
  for (let block = 0; block < re.length; block += span) {
    for (let k = 0; k < half; k++) {
      const low = block + k;
      const high = low + half;
      const cosine = cosines[k] ?? 0;
      const sine = sines[k] ?? 0;
      const turnedRe = (re[high] ?? 0) * cosine - (im[high] ?? 0) * sine;
      const turnedIm = (re[high] ?? 0) * sine + (im[high] ?? 0) * cosine;
      re[high] = (re[low] ?? 0) - turnedRe;
      im[high] = (im[low] ?? 0) - turnedIm;
      re[low] = (re[low] ?? 0) + turnedRe;
      im[low] = (im[low] ?? 0) + turnedIm;
    }
  }
}
