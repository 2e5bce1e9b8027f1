/** Path of a Chromium on this machine. */
export function findBrowser(): string | undefined;
/** Builds the headset and the pages for production, where they are not up to date. @throws StepFailed */
export function buildWeb(): Promise<void>;
