/** J and K move real focus over the calls in the page, so that Enter, outlines and screen readers follow by themselves. */
export function moveFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-call-link]")];
  const current = links.findIndex((link) => link.dataset.callLink === focusedCall());
  const next = current === -1 ? 0 : Math.min(links.length - 1, Math.max(0, current + step));
  const link = links[next];
  link?.focus({ preventScroll: true });
  link?.closest("tr,article")?.scrollIntoView({ block: "nearest" });
}

/** @returns the id of the call whose row or card holds the focus. */
export function focusedCall(): string | null {
  const around = document.activeElement?.closest("tr,article");
  return around?.querySelector<HTMLElement>("[data-call-link]")?.dataset.callLink ?? null;
}
