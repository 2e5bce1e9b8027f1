import { expect, type Page, test } from "@playwright/test";
import { actorName } from "@/lib/contract/actor-name";
import type { Speaking } from "@/lib/contract/speaking";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { expectAccessible } from "./accessible";
import {
  allowMicrophone,
  channel,
  holdToSpeak,
  latch,
  latchOpen,
  letGo,
  listenBar,
  speakButton,
  storedCall,
  unlatch,
} from "./headset";
import { earlierSuggestions, expectMode } from "./pages";
import { decibels, loudestByMode } from "./voice-legs";
import { TONES, VoiceStage } from "./voice-stage";

/**
 * What two supervisors do with their headsets on one call between two people: what they set for their own ears, what they hear
 * again, and whose word it is.
 */

const LIMIT_DB = -60;
/** Heard with some processing of the browser's on the way, of full scale. */
const AUDIBLE = 0.05;
/** At a loudspeaker, dBFS. */
const NOT_HEARD_DB = -40;
const WORDS = "Offer a refund.";

// A browser for each of three people and a server on two cores: a trace films every page all the time.
test.use({ trace: "off" });
// Each story goes on where the one before ends: one call.
test.describe.configure({ mode: "serial", timeout: 120_000 });
// Nobody says words here: without recognition more of the two cores is left to the voices.
const server = new EarshotProcess({ SWITCH_CALLS: "0", STT_PROVIDER: "none" });
const stage = new VoiceStage(server);
let callId = "";
test.beforeAll(async () => {
  await server.start();
  await stage.setUp({ hasTabs: true });
  await stage.placeCall(server.user("agent", "maya"));
  callId = await stage.openCall(server.user("supervisor", "eu"));
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status === info.expectedStatus) return;
  for (const { person, page } of stage.pages())
    await page.screenshot({ path: info.outputPath(`${person}.png`) }).catch(() => undefined);
});
test.afterAll(async () => {
  await stage.close();
  await server.dispose();
});

/** As the screen says it; 0: live. */
async function secondsBehind(page: Page): Promise<number> {
  const said = await listenBar(page).getByRole("status").first().textContent();
  return Number(said?.match(/^(\d+) s behind/)?.[1] ?? 0);
}

const onItsWay = (page: Page) => page.getByRole("article", { name: `On its way: ${WORDS}` });

const visibility = (page: Page) => page.evaluate(() => document.visibilityState);

test("each party is muted and turned down for oneself alone", async () => {
  const page = stage.page("supervisor");
  await page.keyboard.press("l");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });

  const mute = channel(page, "Customer").getByRole("button", { name: "Mute customer" });
  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "true");
  await stage.expectHeard("supervisor", { caller: "none", agent: "right" });
  await stage.expectHeard("agent", { caller: "both" });
  await mute.click();
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });

  const volume = channel(page, "Agent").getByRole("slider", { name: "Volume of the agent" });
  await volume.fill("0");
  await stage.expectHeard("supervisor", { caller: "left", agent: "none" });
  await volume.fill("1");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
});

test("a tab that is hidden behind another one plays on, live", async () => {
  const { context, page } = stage.seat("supervisor");
  const customer = stage.page("caller");
  // A tab that is opened is in front, and hides the one that was.
  const inFront = await context.newPage();
  await expect.poll(() => visibility(page)).toBe("hidden");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  await customer.getByRole("button", { name: "Mute", exact: true }).click();
  await stage.expectHeard("supervisor", { caller: "none", agent: "right" });
  await customer.getByRole("button", { name: "Muted", exact: true }).click();
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  expect(await visibility(page)).toBe("hidden");
  await inFront.close();
  await page.bringToFront();
  await expect.poll(() => visibility(page)).toBe("visible");
});

test("what was said is heard again, faster and at its own pitch, and live is one click away", async () => {
  const page = stage.page("supervisor");
  const agent = stage.page("agent");
  // Live and before can be told apart now: before, the agent spoke.
  await agent.getByRole("button", { name: "Mute", exact: true }).click();
  await stage.expectHeard("supervisor", { caller: "left", agent: "none" });

  await listenBar(page)
    .getByRole("button", { name: /^Hear the last 30 seconds again/ })
    .click();
  await expect.poll(() => secondsBehind(page)).toBeGreaterThan(0);
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  await listenBar(page).getByRole("radio", { name: "1.5×" }).click();
  await expect(listenBar(page).getByRole("radio", { name: "1.5×" })).toBeChecked();
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  const [sharp] = await stage.loudness("supervisor", [TONES.agent * 1.5]);
  expect(Math.max(sharp?.left ?? 0, sharp?.right ?? 0)).toBeLessThan(NOT_HEARD_DB);
  const behind = await secondsBehind(page);
  await expectAccessible(page, "hearing again");
  // At the pace of the call it would stay as far behind as it is.
  await expect.poll(() => secondsBehind(page)).toBeLessThanOrEqual(behind - 3);

  await listenBar(page).getByRole("button", { name: "Back to live" }).click();
  await expect(listenBar(page).getByText("Live", { exact: true }).first()).toBeVisible();
  await stage.expectHeard("supervisor", { caller: "left", agent: "none" });
  await agent.getByRole("button", { name: "Muted", exact: true }).click();
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
});

test("a latched microphone speaks without a key, and an AI whisper waits meanwhile", async () => {
  const page = stage.page("supervisor");
  await allowMicrophone(page);
  await latchOpen(page, "Whispering");
  await expectMode(page, "Whisper");
  await stage.expectHeard("agent", { supervisor: "both", caller: "both" });
  await stage.expectHeard("caller", { supervisor: "none", agent: "both" });
  await unlatch(page);
  await stage.expectHeard("agent", { supervisor: "none", caller: "both" });

  await latchOpen(page, "Whispering");
  await page.getByRole("button", { name: "Write your own whisper" }).click();
  await page.getByLabel("Your words to the agent").fill(WORDS);
  await page.keyboard.press("Control+Enter");
  await expect(onItsWay(page)).toContainText("Waiting: a supervisor is speaking");
  await expect(stage.page("agent").getByText("comes in a moment")).toBeVisible();
});

test("another supervisor sees whose word it is, asks for it, and is given it; what waited is spoken between", async () => {
  const page = stage.page("supervisor");
  await stage.join(server.user("admin"), { callId });
  const colleague = stage.page("colleague");
  await allowMicrophone(colleague);
  await expect(colleague.getByText("Nora Keller whispers to the agent. AI whispers wait.")).toBeVisible();
  const speak = colleague.getByRole("button", { name: /^Speak\b/ });
  await expect(speak).toHaveAttribute("aria-disabled", "true");
  await expect(latch(colleague)).toBeDisabled();
  await colleague.keyboard.down("Space");
  await stage.expectHeard("agent", { colleague: "none", supervisor: "both" });
  await expect(speak).toHaveAttribute("aria-disabled", "true");
  await colleague.keyboard.up("Space");

  await colleague.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(colleague.getByRole("button", { name: "Asked" })).toBeDisabled();
  await expect(page.getByText("Ines Carvalho asks to speak.")).toBeVisible();
  await expectAccessible(colleague, "waiting for the floor");
  // Whoever is asked speaks on until they hand over.
  await stage.expectHeard("agent", { colleague: "none", supervisor: "both" });
  await expect(onItsWay(page)).toContainText("Waiting: a supervisor is speaking");
  await page.getByRole("button", { name: "Hand over" }).click();
  await expect(page.getByRole("button", { name: /^Speak\b/ })).toHaveAttribute("aria-disabled", "true");
  await expect(earlierSuggestions(page).filter({ hasText: WORDS })).toContainText("Spoken");
  await expect(stage.page("agent").getByText("spoken to you")).toBeVisible();
  await stage.expectHeard("agent", { colleague: "none", supervisor: "none", caller: "both" });

  await holdToSpeak(colleague, "Whispering");
  await stage.expectHeard("agent", { colleague: "both", supervisor: "none", caller: "both" });
  await stage.expectHeard("caller", { colleague: "none", supervisor: "none", agent: "both" });
  await expect(page.getByText("Ines Carvalho whispers to the agent. AI whispers wait.")).toBeVisible();
  await letGo(colleague);
  await colleague.getByRole("button", { name: "Release" }).click();
});

test("closing the tab closes a latched microphone, and the record tells each stretch", async () => {
  const page = stage.page("supervisor");
  await latchOpen(page, "Whispering");
  await stage.expectHeard("agent", { supervisor: "both" });
  await page.close();
  await stage.expectHeard("agent", { supervisor: "none", caller: "both" });
  await stage.expectHeard("caller", { supervisor: "none", agent: "both" });
  const colleague = stage.page("colleague");
  await expect(speakButton(colleague)).toHaveAccessibleName(/^Hold to/);
  await expectMode(colleague, "Spy");

  await stage.page("caller").getByRole("button", { name: "Hang up" }).click();
  await expect(colleague.getByText("Ended", { exact: true }).first()).toBeVisible();
  const { speakings, suggestions } = await storedCall(colleague, { url: stage.seat("colleague").url, callId });
  const spoken = ({ by, mode, reason }: Speaking) => `${actorName(by)}, ${mode}, ${reason}`;
  expect(speakings.map(spoken)).toEqual([
    "Nora Keller, whisper, released",
    "Nora Keller, whisper, handed-over",
    "Ines Carvalho, whisper, released",
    // A page that is closed lets go on its way out, where its connection is not gone before.
    expect.stringMatching(/^Nora Keller, whisper, (released|disconnected)$/),
  ]);
  expect(Math.min(...speakings.map(({ spokenMs }) => spokenMs))).toBeGreaterThan(100);
  // Rules may have found something to say as well.
  const whispers = suggestions.filter(({ rule }) => rule === "supervisor");
  expect(whispers.map(({ text, state, proof }) => [text, state, proof?.callerClear])).toEqual([
    [WORDS, "spoken", true],
  ]);
  const spokenFrom = whispers[0]?.steps.find(({ state }) => state === "speaking")?.at ?? 0;
  expect(spokenFrom).toBeGreaterThanOrEqual(speakings[1]?.endedAt ?? Number.POSITIVE_INFINITY);
  expect(spokenFrom).toBeLessThan(speakings[2]?.startedAt ?? 0);
  for (const frequency of [TONES.supervisor, TONES.colleague]) {
    const { whisper, spy } = await loudestByMode({ dir: server.legsDir, callId, frequency });
    expect(whisper.agent).toBeGreaterThan(AUDIBLE);
    expect(decibels(Math.max(whisper.caller, spy.caller), whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  }
});
