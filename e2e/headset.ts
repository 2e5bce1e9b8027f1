import { expect, type Locator, type Page } from "@playwright/test";
import { type CallView, callViewSchema } from "@/lib/contract/call-view";
import { expectMode, rung } from "./pages";

/** What a supervisor does with the headset on a live call, by role and label. */

/** While one may speak or does; who may not has `/^Speak\b/`. */
export const speakButton = (page: Page): Locator =>
  page.getByRole("button", { name: /^(Hold to|Whispering|Speaking to both|Waiting)/ });

/** Of the microphone: pressed while it stays open without a key. */
export const latch = (page: Page): Locator => page.getByRole("button", { name: "Keep the microphone open" });

/** Mute, volume and level of one party. */
export const channel = (page: Page, party: "Customer" | "Agent"): Locator =>
  page.getByRole("group", { name: new RegExp(`^${party}, `) });

export const listenBar = (page: Page): Locator => page.getByRole("region", { name: "Listen" });

type Open = "Whispering" | "Speaking to both";

/** Holds the space bar once the microphone may open; it is open when this returns. */
export async function holdToSpeak(page: Page, as: Open): Promise<void> {
  await expect(speakButton(page)).toHaveAccessibleName(/^Hold to/);
  await page.keyboard.down("Space");
  await expect(speakButton(page)).toHaveAccessibleName(new RegExp(`^${as}`));
}

export async function letGo(page: Page): Promise<void> {
  await page.keyboard.up("Space");
  await expect(speakButton(page)).toHaveAccessibleName(/^Hold to/);
}

/** The microphone is open when this returns, and no key is held. */
export async function latchOpen(page: Page, as: Open): Promise<void> {
  await expect(speakButton(page)).toHaveAccessibleName(/^Hold to/);
  await latch(page).click();
  await expect(latch(page)).toHaveAttribute("aria-pressed", "true");
  await expect(speakButton(page)).toHaveAccessibleName(new RegExp(`^${as}`));
}

export async function unlatch(page: Page): Promise<void> {
  await latch(page).click();
  await expect(speakButton(page)).toHaveAccessibleName(/^Hold to/);
}

export async function allowMicrophone(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Headset settings" }).click();
  const sheet = page.getByRole("dialog", { name: "Headset" });
  await sheet.getByRole("button", { name: "Allow the microphone" }).click();
  await expect(sheet.getByText("Say something")).toBeVisible();
  await sheet.getByRole("button", { name: "Done" }).click();
  await expect(sheet).toBeHidden();
}

export async function barge(page: Page): Promise<void> {
  await rung(page, "Barge").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Barge" }).click();
  await expectMode(page, "Barge");
}

/** @returns what is stored of a call, as whoever is signed in on `page` may have it. */
export async function storedCall(page: Page, options: { url: string; callId: string }): Promise<CallView> {
  const answer = await page.request.get(`${options.url}/api/calls/${options.callId}/export`);
  return callViewSchema.parse(await answer.json());
}
