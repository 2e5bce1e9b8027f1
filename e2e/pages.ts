import { expect, type Locator, type Page } from "@playwright/test";
import type { DemonstrationUser, EarshotProcess } from "@/lib/server/testing/earshot-process";

/** What a person does on each page, by role and label. */

export async function signIn(page: Page, options: { server: EarshotProcess; user: DemonstrationUser }): Promise<void> {
  await page.goto(`${options.server.url}/sign-in`);
  await page.getByLabel("Email").fill(options.user.email);
  await page.getByLabel("Password", { exact: true }).fill(options.user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Live", level: 1 })).toBeVisible();
}

/** Links of the board to live calls. */
export const callLinks = (page: Page): Locator => page.locator("a[data-call-link]");

/** Opens the first call of the board. @returns its id */
export async function openFirstCall(page: Page, options: { timeout?: number } = {}): Promise<string> {
  const link = callLinks(page).first();
  await expect(link).toBeVisible({ timeout: options.timeout ?? 60_000 });
  const callId = (await link.getAttribute("data-call-link")) ?? "";
  await link.click();
  await expect(page).toHaveURL(new RegExp(`/live/${callId}$`));
  return callId;
}

/** Final lines of a party that stand in the transcript's log for screen readers: the newest four. */
export const transcript = (page: Page): Locator => page.getByRole("region", { name: "Transcript" });

type Rung = "Spy" | "Whisper" | "Barge";

/** A rung of the mode ladder. */
export const rung = (page: Page, mode: Rung): Locator =>
  page.getByRole("group", { name: /Mode, as confirmed/ }).getByRole("button", { name: mode });

/** Waits until the telephone system has confirmed the mode. */
export async function expectMode(page: Page, mode: Rung): Promise<void> {
  await expect(rung(page, mode)).toHaveAttribute("aria-pressed", "true");
}

/** The card of an open suggestion, the newest one. */
export const openSuggestions = (page: Page): Locator => page.getByRole("article", { name: /^Suggestion: / });

/** Suggestions that are over. */
export const earlierSuggestions = (page: Page): Locator =>
  page.getByRole("list", { name: "Earlier suggestions" }).getByRole("listitem");

/** A picture of the page as it is, for the README; only when asked for: `UPDATE_PICTURES=1 npm run test:e2e`. */
export async function takePicture(page: Page, options: { name: string }): Promise<void> {
  if (process.env.UPDATE_PICTURES !== "1") return;
  await page.screenshot({ path: `docs/pictures/${options.name}.png`, animations: "disabled" });
}
