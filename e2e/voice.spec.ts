import { expect, test } from "@playwright/test";
import { actorName } from "@/lib/contract/actor-name";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { expectAccessible } from "./accessible";
import { allowMicrophone, barge, holdToSpeak, letGo, listenBar, speakButton, storedCall } from "./headset";
import { expectMode, rung } from "./pages";
import { decibels, loudestByMode } from "./voice-legs";
import { TONES, VoiceStage } from "./voice-stage";

/** Three real browsers: a call between two softphones, and a supervisor who hears it and speaks into it. */

const LIMIT_DB = -60;
/** Heard with some processing of the browser's on the way. */
const AUDIBLE = 0.05;

// Three browsers and a server on two cores: a trace films every page all the time.
test.use({ trace: "off" });
// The second story goes on where the first one ends.
test.describe.configure({ mode: "serial" });
const server = new EarshotProcess({ SWITCH_CALLS: "0", STT_PROVIDER: "none" });
const stage = new VoiceStage(server);
test.beforeAll(async () => {
  await server.start();
  await stage.setUp();
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status === info.expectedStatus) return;
  for (const { person, page } of stage.pages()) await page.screenshot({ path: info.outputPath(`${person}.png`) });
});
test.afterAll(async () => {
  await stage.close();
  await server.dispose();
});

test("a supervisor hears a call of two people, whispers to one, speaks to both, and steps back", async () => {
  test.setTimeout(240_000);
  const page = stage.page("supervisor");
  await stage.placeCall(server.user("agent", "maya"));
  const callId = await stage.openCall(server.user("supervisor", "eu"));
  await expectMode(page, "Spy");
  await stage.expectHeard("caller", { agent: "both", supervisor: "none" });
  await stage.expectHeard("agent", { caller: "both", supervisor: "none" });

  await page.keyboard.press("l");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  await expect(page.getByText(/buffer \d+ ms/)).toBeVisible();

  await allowMicrophone(page);
  await holdToSpeak(page, "Whispering");
  await expectMode(page, "Whisper");
  await stage.expectHeard("agent", { supervisor: "both", caller: "both" });
  await stage.expectHeard("caller", { supervisor: "none", agent: "both" });
  await expect(
    stage
      .page("agent")
      .getByText(/Nora Keller/)
      .first(),
  ).toBeVisible();
  await letGo(page);
  await expectMode(page, "Spy");
  await stage.expectHeard("agent", { supervisor: "none", caller: "both" });

  await barge(page);
  await holdToSpeak(page, "Speaking to both");
  await stage.expectHeard("agent", { supervisor: "both" });
  await stage.expectHeard("caller", { supervisor: "both" });
  await letGo(page);
  await rung(page, "Spy").click();
  await expectMode(page, "Spy");
  await stage.expectHeard("caller", { supervisor: "none", agent: "both" });

  await expectAccessible(page, "live call while listening");
  await expectAccessible(stage.page("agent"), "agent's phone and desk");
  await expectAccessible(stage.page("caller"), "customer's phone");
  await page.keyboard.press("l");
  await stage.page("caller").getByRole("button", { name: "Hang up" }).click();
  await expect(page.getByText("Ended", { exact: true }).first()).toBeVisible();

  const legs = await loudestByMode({ dir: server.legsDir, callId, frequency: TONES.supervisor });
  expect(legs.whisper.agent).toBeGreaterThan(AUDIBLE);
  expect(decibels(legs.whisper.caller, legs.whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  expect(decibels(legs.spy.caller, legs.whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  expect(decibels(legs.spy.agent, legs.whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  expect(legs.barge.caller).toBeGreaterThan(AUDIBLE);
  expect(legs.barge.agent).toBeGreaterThan(AUDIBLE);

  const { speakings } = await storedCall(page, { url: stage.seat("supervisor").url, callId });
  const spoken = speakings.map(({ mode, reason, spokenMs, by }) => {
    return { mode, reason, isHeard: spokenMs > 100, name: actorName(by) };
  });
  expect(spoken).toEqual([
    { mode: "whisper", reason: "released", isHeard: true, name: "Nora Keller" },
    { mode: "barge", reason: "released", isHeard: true, name: "Nora Keller" },
  ]);
});

test("a network that is cut and restored in each phase costs no call, opens no microphone, and leaks nothing", async () => {
  test.setTimeout(300_000);
  const page = stage.page("supervisor");
  await stage.callAgain();
  const callId = await stage.openNextCall();
  await expectMode(page, "Spy");

  for (const person of ["caller", "agent"] as const) {
    stage.cut(person);
    await expect(stage.page(person).getByText("The connection is away.")).toBeVisible();
    stage.restore(person);
    await stage.expectHeard(person, { [person === "caller" ? "agent" : "caller"]: "both" });
  }

  await page.keyboard.press("l");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });
  stage.cut("supervisor");
  await expect(listenBar(page).getByText("Connection lost: silence until it is back.")).toBeVisible();
  await stage.expectHeard("supervisor", { caller: "none", agent: "none" });
  stage.restore("supervisor");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });

  for (const [mode, as] of [
    ["Whisper", "Whispering"],
    ["Barge", "Speaking to both"],
  ] as const) {
    if (mode === "Barge") await barge(page);
    await holdToSpeak(page, as);
    await stage.expectHeard("agent", { supervisor: "both" });
    await stage.expectHeard("caller", { supervisor: mode === "Barge" ? "both" : "none" });
    stage.cut("supervisor");
    await expect(page.getByRole("button", { name: new RegExp(`^${as}`) })).toBeHidden();
    await stage.expectHeard("agent", { supervisor: "none", caller: "both" });
    await stage.expectHeard("caller", { supervisor: "none", agent: "both" });
    stage.restore("supervisor");
    // The key is still held: what the network closed stays closed until it is pressed anew.
    await expect(speakButton(page)).toHaveAccessibleName(/^Hold to/);
    await stage.expectHeard("agent", { supervisor: "none", caller: "both" });
    await page.keyboard.up("Space");
  }
  await rung(page, "Spy").click();
  await expectMode(page, "Spy");
  await stage.expectHeard("supervisor", { caller: "left", agent: "right" });

  await page.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("Earshot has left this call.")).toBeVisible();
  await stage.expectHeard("supervisor", { caller: "none", agent: "none" });
  stage.cut("supervisor");
  await stage.expectHeard("caller", { agent: "both", supervisor: "none" });
  await stage.expectHeard("agent", { caller: "both", supervisor: "none" });
  stage.restore("supervisor");
  await stage.page("agent").getByRole("button", { name: "Hang up" }).click();
  await expect(stage.page("caller").getByRole("timer")).toBeHidden();

  const legs = () => loudestByMode({ dir: server.legsDir, callId, frequency: TONES.supervisor });
  await expect.poll(async () => (await legs().catch(() => null)) !== null).toBe(true);
  const { spy, whisper, barge: both } = await legs();
  expect(whisper.agent).toBeGreaterThan(AUDIBLE);
  expect(decibels(whisper.caller, whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  expect(decibels(spy.caller, whisper.agent)).toBeLessThanOrEqual(LIMIT_DB);
  expect(both.caller).toBeGreaterThan(AUDIBLE);
  const { speakings } = await storedCall(page, { url: stage.seat("supervisor").url, callId });
  expect(speakings.map(({ mode, reason }) => [mode, reason])).toEqual([
    ["whisper", "disconnected"],
    ["barge", "disconnected"],
  ]);
});
