import { expect, type Page } from "@playwright/test";
import type { EarshotProcess } from "@/lib/server/testing/earshot-process";

/** What an admin does in the settings, and a new user at the first sign-in, by role and label. */

type Options = { server: EarshotProcess };

async function openNew(page: Page, options: Options & { part: string; button: string }) {
  await page.goto(`${options.server.url}/settings/${options.part}`);
  await page.getByRole("button", { name: options.button }).click();
  return page.getByRole("dialog");
}

export async function addTeam(page: Page, options: Options & { name: string }): Promise<void> {
  const dialog = await openNew(page, { ...options, part: "teams", button: "New team" });
  await dialog.getByLabel("Name").fill(options.name);
  await dialog.getByRole("button", { name: "Create team" }).click();
  await expect(page.getByRole("row", { name: options.name })).toBeVisible();
}

export async function addAgent(
  page: Page,
  options: Options & { name: string; extension: string; team: string },
): Promise<void> {
  const dialog = await openNew(page, { ...options, part: "agents", button: "New agent" });
  await dialog.getByLabel("Name").fill(options.name);
  await dialog.getByLabel("Extension").fill(options.extension);
  await dialog.getByLabel("Team").click();
  await page.getByRole("option", { name: options.team }).click();
  await dialog.getByRole("button", { name: "Add agent" }).click();
  await expect(page.getByRole("row", { name: options.name })).toContainText(options.extension);
}

/** @returns the one-time password */
export async function addSupervisor(
  page: Page,
  options: Options & { name: string; email: string; team: string },
): Promise<string> {
  const dialog = await openNew(page, { ...options, part: "users", button: "New user" });
  await dialog.getByLabel("Name").fill(options.name);
  await dialog.getByLabel("Email").fill(options.email);
  await dialog.getByLabel(options.team).check();
  await dialog.getByRole("button", { name: "Create user" }).click();
  const password = page.getByRole("dialog").getByLabel("One-time password", { exact: true });
  await expect(password).not.toHaveValue("");
  return password.inputValue();
}

/** Signs in with a one-time password and chooses another one; then the live board is there. */
export async function signInFirst(
  page: Page,
  options: Options & { email: string; oneTime: string; next: string },
): Promise<void> {
  await page.goto(`${options.server.url}/sign-in`);
  await page.getByLabel("Email").fill(options.email);
  await page.getByLabel("Password", { exact: true }).fill(options.oneTime);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("One-time password").fill(options.oneTime);
  await page.getByLabel("New password", { exact: true }).fill(options.next);
  await page.getByLabel("New password again").fill(options.next);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("heading", { name: "Live", level: 1 })).toBeVisible();
}
