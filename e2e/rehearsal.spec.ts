import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { expectAccessible } from "./accessible";
import { signIn } from "./pages";

/** A short call of one's own making, rehearsed: one moment is caught, the other one missed. */

const turn = (party: string, text: string, pauseMs = 400) => ({ party, text, pauseMs });
const scenario = {
  id: "short-heating",
  title: "The heating is out",
  teaches: "Own it before you explain it.",
  caller: { name: "Petra Lang", number: "+49 30 5550 1199", voice: "rms" },
  agent: { extension: "1001", voice: "slt" },
  ringMs: 500,
  hangsUp: "caller",
  steps: [
    turn("agent", "Good morning, this is Maya."),
    turn("caller", "My heating is out for the third time."),
    {
      moment: "own-it",
      advice: "Apologise for the third outage.",
      coached: [turn("agent", "I am sorry, that is not good enough.", 25_000)],
      uncoached: [turn("agent", "Have you turned it off and on?", 25_000)],
    },
    turn("caller", "When will somebody come?"),
    {
      moment: "recap",
      advice: "Say when, and sum it up.",
      coached: [turn("agent", "At noon, and I will call you.", 1500)],
      uncoached: [turn("agent", "Some time.", 1500)],
    },
    turn("caller", "Goodbye."),
  ],
};
const folder = mkdtempSync(join(tmpdir(), "earshot-scenarios-"));
writeFileSync(join(folder, "short-heating.json"), JSON.stringify(scenario));

const server = new EarshotProcess({ SWITCH_CALLS: "0", SWITCH_SCENARIOS_DIR: folder });
test.beforeAll(() => server.start());
test.afterAll(() => server.dispose());

test("a rehearsal is supervised like a call, scored when it is over, and each moment can be heard again", async ({
  page,
}) => {
  test.setTimeout(180_000);
  await signIn(page, { server, user: server.user("supervisor", "eu") });
  await page.getByRole("link", { name: "Rehearsal" }).click();
  await expectAccessible(page, "rehearsals");
  await page.getByRole("button", { name: /^Start.*The heating is out/ }).click();
  await page.getByRole("link", { name: "Open the call" }).click({ timeout: 60_000 });
  await expect(page.getByText("This is a rehearsal")).toBeVisible();
  await expect(page.getByText(/heating/i).first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Write your own whisper" }).click();
  await page.getByLabel("Your words to the agent").fill("Say that you are sorry for the third time.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Ended", { exact: true }).first()).toBeVisible({ timeout: 90_000 });

  await page.getByRole("link", { name: /Result/ }).click();
  const moments = page.getByRole("list", { name: "Moments" }).getByRole("listitem");
  await expect(moments).toHaveCount(2);
  await expect(moments.nth(0)).toContainText("Caught");
  await expect(moments.nth(0)).toContainText("Say that you are sorry for the third time.");
  await expect(moments.nth(1)).toContainText("Missed");
  const score = Number(((await page.getByRole("region", { name: "Score" }).textContent()) ?? "").match(/\d+/)?.[0]);
  expect(score).toBeGreaterThanOrEqual(30);
  expect(score).toBeLessThanOrEqual(50);
  await expectAccessible(page, "result of a rehearsal");
  const replay = moments.nth(0).getByRole("button", { name: /^Replay/ });
  await replay.click();
  await expect(moments.nth(0).getByRole("button", { name: /^Stop/ })).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.querySelector("audio")?.currentTime ?? 0)).toBeGreaterThan(1);
});
