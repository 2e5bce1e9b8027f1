/** Path of a Chromium on this machine. */
export function findBrowser(): string | undefined;
