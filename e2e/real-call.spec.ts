import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { measureLeak } from "./legs";
import { earlierSuggestions, expectMode, openFirstCall, openSuggestions, signIn, transcript } from "./pages";

/**
 * The whole story on a real recorded telephone call, in real time: on the board, understood, coached through the gate, proven
 * private at the switch, and still all there after a restart.
 */

const RECORDINGS = resolve(import.meta.dirname, "../../shared/calls");
const EDITED = "Say sorry, and tell him the repair is free.";
const CALL_LIMIT_MS = 320_000;

test.skip(!existsSync(RECORDINGS), `the recorded call is missing: ${RECORDINGS}`);

const server = new EarshotProcess({
  SWITCH_RECORDINGS_DIR: RECORDINGS,
  SWITCH_RECORDINGS_TIMES: "1",
  SWITCH_CALLS: "1",
});
test.beforeAll(() => server.start());
test.afterAll(() => server.dispose());

test("a real call is heard, understood, coached, recorded, and kept", async ({ page }) => {
  test.setTimeout(600_000);
  await signIn(page, { server, user: server.user("admin") });
  const callId = await openFirstCall(page);

  // Both parties' lines firm up while they speak.
  const lines = transcript(page);
  await expect(lines.getByText("Customer", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await expect(lines.getByText("Agent", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await expectMode(page, "Spy");

  // The gate: edited, then approved, then spoken to the agent alone.
  await expect(openSuggestions(page).first()).toBeVisible({ timeout: 180_000 });
  const card = openSuggestions(page).first();
  await card.getByRole("button", { name: /^Edit/ }).click();
  await card.getByLabel("Words to whisper").fill(EDITED);
  await card.getByRole("button", { name: /^Approve these words/ }).click();
  const spoken = earlierSuggestions(page).filter({ hasText: EDITED });
  await expect(spoken).toContainText("Spoken, edited", { timeout: 30_000 });
  await expect(spoken).toContainText("caller heard none: confirmed");
  await expectMode(page, "Spy");

  // The chart has the customer's points; the table beside it has the same facts.
  const mood = page.getByRole("region", { name: "Customer mood" });
  await mood.getByRole("radio", { name: "Table" }).click();
  await expect.poll(() => mood.getByRole("row").count(), { timeout: 120_000 }).toBeGreaterThan(5);

  await expect(page.getByRole("link", { name: /history/i }).last()).toBeVisible();
  await expect(page.getByText("Ended", { exact: true }).first()).toBeVisible({ timeout: CALL_LIMIT_MS });

  // At the switch: the agent's leg got the clip, the caller's got none of it.
  await expect
    .poll(
      async () => (await measureLeak({ dir: server.legsDir, callId, words: EDITED }).catch(() => null))?.seconds ?? 0,
    )
    .toBeGreaterThan(240);
  const leak = await measureLeak({ dir: server.legsDir, callId, words: EDITED });
  test.info().annotations.push({ type: "leak", description: JSON.stringify(leak) });
  expect(leak.agent.correlation).toBeGreaterThanOrEqual(0.9);
  expect(Math.abs(leak.caller.correlation)).toBeLessThan(0.02);

  // Nothing of it is lost by a restart.
  await server.restart({ SWITCH_RECORDINGS_DIR: "", SWITCH_CALLS: "0" });
  await page.goto(`${server.url}/history`);
  await page.getByRole("search").getByRole("searchbox").fill("service light");
  await page.keyboard.press("Enter");
  const table = page.getByRole("table", { name: "Calls" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await table.getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/history/${callId}`));
  const stored = await page.request.get(`${server.url}/api/calls/${callId}/export`);
  const call = await stored.json();
  const text = call.utterances.map((utterance: { text: string }) => utterance.text).join(" ");
  test.info().annotations.push({ type: "lines", description: String(call.utterances.length) });
  expect(call.utterances.length).toBeGreaterThanOrEqual(35);
  for (const words of ["Platinum Motors", "service light", "no charge"])
    expect(text.toLowerCase()).toContain(words.toLowerCase());
  expect(text).toMatch(/\beight\b|\b8\b/i);

  const shown = page.getByRole("region", { name: "Transcript" });
  expect(await shown.getByRole("button", { name: /^Play from/ }).count()).toBeGreaterThanOrEqual(35);
  await expect(shown).toContainText(/service light/i);
  const storedMood = page.getByRole("region", { name: "Customer mood" });
  await storedMood.getByRole("radio", { name: "Table" }).click();
  expect(await storedMood.getByRole("row").count()).toBeGreaterThan(5);

  const suggestions = page.getByRole("region", { name: "Suggestions" });
  await expect(suggestions.getByText(EDITED).first()).toBeVisible();
  await expect(suggestions).toContainText("caller heard none: confirmed");
  await expect(page.getByRole("region", { name: "Interventions" })).toContainText("Whisper confirmed");
  const recording = await page.request.get(`${server.url}/api/calls/${callId}/recording`, {
    headers: { range: "bytes=0-43" },
  });
  expect(recording.status()).toBe(206);
  expect((await recording.body()).subarray(0, 4).toString()).toBe("RIFF");
});
