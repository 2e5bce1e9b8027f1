import { expect, test } from "@playwright/test";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { expectAccessible } from "./accessible";
import { callLinks, expectMode, openFirstCall, rung, signIn, transcript } from "./pages";

/** Supervising scripted calls: modes by hand, losing the connection, keys, small screens, and accessibility. */

const server = new EarshotProcess({ SWITCH_CALLS: "3" });
test.beforeAll(() => server.start());
test.afterAll(() => server.dispose());

test("modes are climbed and stepped down by hand; the lit one is the confirmed one", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, { server, user: server.user("admin") });
  await openFirstCall(page);
  await expectMode(page, "Spy");
  await rung(page, "Whisper").click();
  await expectMode(page, "Whisper");
  await rung(page, "Barge").click();
  const asks = page.getByRole("alertdialog");
  await expect(asks).toContainText("Barge into this call?");
  await asks.getByRole("button", { name: "Cancel" }).click();
  await expectMode(page, "Whisper");
  await page.keyboard.press("b");
  await asks.getByRole("button", { name: "Barge" }).click();
  await expectMode(page, "Barge");
  await page.keyboard.press("s");
  await expectMode(page, "Spy");
});

test("after the connection was lost no line is missing and none is there twice", async ({ page, context }) => {
  test.setTimeout(240_000);
  await signIn(page, { server, user: server.user("admin") });
  const links = callLinks(page);
  await expect(links.first()).toBeVisible({ timeout: 90_000 });
  const callId = await openFirstCall(page);
  await expect(transcript(page).getByText("Customer", { exact: true }).first()).toBeVisible({ timeout: 90_000 });
  await context.setOffline(true);
  await expect(page.getByText(/offline – reconnecting/)).toBeVisible({ timeout: 30_000 });
  await context.setOffline(false);
  await expect(page.getByText(/^connected/).first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "End call" }).click({ timeout: 30_000 });
  await page.getByRole("alertdialog").getByRole("button", { name: "End call" }).click();
  await expect(page.getByText("Ended", { exact: true }).first()).toBeVisible();
  const shown = transcript(page).getByRole("list").first().getByRole("listitem");
  const kept = async () => {
    const { utterances } = await (await page.request.get(`${server.url}/api/calls/${callId}/export`)).json();
    return utterances.length;
  };
  await expect.poll(kept).toBeGreaterThan(0);
  await expect.poll(async () => (await shown.count()) - (await kept())).toBe(0);
});

for (const theme of ["light", "dark"] as const)
  test(`nothing serious for accessibility on board, call, history and settings (${theme})`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.goto(`${server.url}/sign-in`);
    await expectAccessible(page, "sign-in");
    await signIn(page, { server, user: server.user("admin") });
    await expect(callLinks(page).first()).toBeVisible({ timeout: 90_000 });
    await expectAccessible(page, "board");
    await openFirstCall(page);
    await expect(transcript(page).getByText("Customer", { exact: true }).first()).toBeVisible({ timeout: 90_000 });
    await expectAccessible(page, "call");
    await page.goto(`${server.url}/history`);
    await expect(page.getByRole("table", { name: "Calls" })).toBeVisible();
    await expectAccessible(page, "history");
    await page.getByRole("table", { name: "Calls" }).getByRole("link").first().click();
    await expect(page).toHaveURL(/\/(history|live)\/./);
    await expectAccessible(page, "stored call");
    await page.goto(`${server.url}/settings/teams`);
    await expectAccessible(page, "settings");
  });

test("at the width of a phone everything is within reach and nothing is cut off", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, { server, user: server.user("admin") });
  await expect(callLinks(page).first()).toBeVisible({ timeout: 90_000 });
  const noSideways = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  expect(await noSideways()).toBe(true);
  await openFirstCall(page);
  await expect(rung(page, "Whisper")).toBeVisible();
  expect(await noSideways()).toBe(true);
  await page.goto(`${server.url}/history`);
  expect(await noSideways()).toBe(true);
});

// Last: the call that was left stays on the board for a while.
test("leaving lets the call go on, and the board shows it as left", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, { server, user: server.user("admin") });
  let callId = "";
  // The call on top may be just ending: then the next one is left.
  await expect(async () => {
    await page.goto(`${server.url}/live`);
    callId = await openFirstCall(page);
    await page.getByRole("button", { name: "Leave", exact: true }).click({ timeout: 5_000 });
    await expect(page.getByText("Earshot has left this call.")).toBeVisible();
  }).toPass({ timeout: 120_000 });
  await page.goto(`${server.url}/live`);
  await expect(page.getByRole("row").filter({ has: page.locator(`[data-call-link="${callId}"]`) })).toContainText(
    "Left",
  );
});
