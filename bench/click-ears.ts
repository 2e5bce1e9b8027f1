import type { Page } from "playwright";
import { bundleForBrowser } from "./browser-bundle";
import type {} from "./click-page";

const LIMIT_MS = 15_000;

/** Before the page is opened: everything of `click-page` in it. */
export async function listenAtLoudspeaker(page: Page): Promise<void> {
  await page.addInitScript({ content: bundleForBrowser("click-page.ts") });
}

/** Waits until both sides sound. @returns milliseconds from the press to the later side's first sample. @throws Error after 15 s of silence, with what the page says */
export async function waitForBothSides(page: Page): Promise<number> {
  const isHeard = () => window.clickToSound.left !== null && window.clickToSound.right !== null;
  await page.waitForFunction(isHeard, undefined, { timeout: LIMIT_MS }).catch(async () => {
    const heard = JSON.stringify(await page.evaluate(() => window.clickToSound));
    throw new Error(`no sound: ${heard}; ${await page.getByRole("region", { name: "Listen" }).textContent()}`);
  });
  const { askedAt, left, right } = await page.evaluate(() => window.clickToSound);
  if (askedAt === null || left === null || right === null) throw new Error("sound that nobody asked for");
  return Math.max(left, right) - askedAt;
}
