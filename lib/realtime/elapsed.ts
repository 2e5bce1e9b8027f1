type Span = { since: number; ms: number; now: number };

/**
 * @returns how much of a span is left, milliseconds. The wall clock measures it, which may be set back (NTP): that ends the span,
 * which would otherwise be so much longer.
 */
export function leftOf({ since, ms, now }: Span): number {
  return now < since ? 0 : Math.max(0, since + ms - now);
}

export function isOver(span: Span): boolean {
  return leftOf(span) === 0;
}
