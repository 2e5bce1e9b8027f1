/** @returns the value below which `share` (0…1) of the values lie, nearest rank, to a hundredth; null without values. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return Math.round(value * 100) / 100;
}

/** @returns a whole number from an option. @throws RangeError that names it */
export function wholeNumber(value: string | undefined, options: { name: string; fallback: number }): number {
  if (value === undefined) return options.fallback;
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 1) throw new RangeError(`--${options.name} must be a whole number above 0`);
  return parsed;
}
