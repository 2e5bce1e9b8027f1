import { expect, type Page, test } from "@playwright/test";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { measureLeak } from "./legs";
import { callLinks, earlierSuggestions, expectMode, openSuggestions, signIn, takePicture } from "./pages";

/** The human gate on scripted calls: automatic, rejected, expired. One call after another, each begun under its policy. */

const server = new EarshotProcess({ SWITCH_SCENARIOS: "late-refund", SWITCH_CALLS: "1" });
test.beforeAll(() => server.start());
test.afterAll(() => server.dispose());

type Policy = "Approve" | "Automatic";

async function setPolicy(page: Page, options: { team: string; policy: Policy; expirySeconds?: number }): Promise<void> {
  await page.goto(`${server.url}/settings/teams`);
  await page.getByRole("button", { name: `Edit ${options.team}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Whispers by the AI").click();
  await page.getByRole("option", { name: new RegExp(options.policy) }).click();
  if (options.expirySeconds) await dialog.getByLabel(/Expire after/).fill(String(options.expirySeconds));
  await dialog.getByRole("button", { name: "Save" }).click();
  if (options.policy === "Automatic") await page.getByRole("button", { name: "Speak automatically" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row", { name: options.team })).toContainText(options.policy);
}

/** Opens the next call that is not one of `known`, once it is on the board. */
async function openNextCall(page: Page, known: string[]): Promise<string> {
  await page.goto(`${server.url}/live`);
  let found = "";
  await expect
    .poll(
      async () => {
        const ids = await callLinks(page).evaluateAll((links) =>
          links.map((link) => link.getAttribute("data-call-link")),
        );
        found = ids.find((id) => id && !known.includes(id)) ?? "";
        return found;
      },
      { timeout: 240_000 },
    )
    .not.toBe("");
  await page.goto(`${server.url}/live/${found}`);
  return found;
}

const allTeams = ["Support EU", "Sales & Retention"];

test("a team on automatic has suggestions spoken, to the agent alone, without a hand", async ({ page }) => {
  test.setTimeout(420_000);
  await signIn(page, { server, user: server.user("admin") });
  for (const team of allTeams) await setPolicy(page, { team, policy: "Automatic" });
  const callId = await openNextCall(page, []);
  const spoken = earlierSuggestions(page).filter({ hasText: "Spoken" }).first();
  await expect(spoken).toBeVisible({ timeout: 200_000 });
  await expect(spoken).toContainText("automatically");
  await expect(spoken).toContainText("caller heard none: confirmed");
  await expectMode(page, "Spy");
  const words = ((await spoken.getByText(/^“.*”$/).textContent()) ?? "").slice(1, -1);
  await page.getByRole("button", { name: "End call" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End call" }).click();
  await expect(page.getByText("Ended", { exact: true }).first()).toBeVisible();
  await expect
    .poll(
      async () => (await measureLeak({ dir: server.legsDir, callId, words }).catch(() => null))?.agent.correlation ?? 0,
    )
    .toBeGreaterThanOrEqual(0.9);
  const leak = await measureLeak({ dir: server.legsDir, callId, words });
  await server.restart();
  await page.goto(`${server.url}/history/${callId}`);
  const stored = page.getByRole("region", { name: "Suggestions" });
  await expect(stored).toContainText(words);
  await expect(stored).toContainText("caller heard none: confirmed");
  await expect(page.getByRole("region", { name: "Customer mood" })).toBeVisible();
  expect(Math.abs(leak.caller.correlation)).toBeLessThan(0.02);
});

test("a suggestion can be rejected with a reason, and one left alone expires; neither is spoken", async ({ page }) => {
  test.setTimeout(600_000);
  await signIn(page, { server, user: server.user("admin") });
  for (const team of allTeams) await setPolicy(page, { team, policy: "Approve", expirySeconds: 10 });
  const known = await callLinks(page).evaluateAll((links) =>
    links.flatMap((link) => link.getAttribute("data-call-link") ?? []),
  );
  const callId = await openNextCall(page, known);
  await expect(openSuggestions(page).first()).toBeVisible({ timeout: 200_000 });
  await takePicture(page, { name: "live-call" });
  await openSuggestions(page)
    .first()
    .getByRole("button", { name: /^Reject/ })
    .click();
  await page.getByLabel(/reason/i).fill("not the right moment");
  await page
    .getByRole("button", { name: /^Reject/ })
    .last()
    .click();
  const rejected = earlierSuggestions(page).filter({ hasText: "Rejected" }).first();
  await expect(rejected).toContainText("not the right moment");

  await expect(earlierSuggestions(page).filter({ hasText: "Expired" }).first()).toBeVisible({ timeout: 200_000 });
  const states = async () => {
    const stored = await (await page.request.get(`${server.url}/api/calls/${callId}/export`)).json();
    return stored.suggestions.map((suggestion: { state: string }) => suggestion.state);
  };
  await expect.poll(states).toEqual(expect.arrayContaining(["rejected", "expired"]));
  expect(await states()).not.toContain("spoken");
});
