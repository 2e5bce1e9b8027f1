import { expect, type Locator, type Page, test } from "@playwright/test";
import type { DemonstrationUser } from "@/lib/server/testing/earshot-process";
import type { SipPhone } from "@/lib/telephony/testing/sip-phone";
import { expectAccessible } from "./accessible";
import { AsteriskStage } from "./asterisk-stage";
import { callLinks, expectMode, openFirstCall, rung, signIn } from "./pages";
import { addAgent } from "./settings";

/** What the dashboard shows while a real Asterisk, its phones or the line to it are in trouble. One after another, on one server. */

const EU = { name: "Michelle Ortega", extension: 201, team: "Support EU" };
const SALES = { name: "Jonas Weber", extension: 202, team: "Sales & Retention" };
/** From when the telephone system is back until the screen is right, ms. */
const RIGHT_WITHIN = { timeout: 5_000 };
const CUT_MS = 10_000;

let stage: AsteriskStage;
test.describe.configure({ mode: "serial" });
test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  stage = await AsteriskStage.start({
    env: { DEMONSTRATION: "1", STT_PROVIDER: "none" },
    // A phone that vanishes is missed by Asterisk itself only where it is told to.
    asterisk: { rtpTimeoutSeconds: 3 },
  });
  const admin = await browser.newPage();
  await signIn(admin, { server: stage.server, user: stage.server.user("admin") });
  for (const { name, extension, team } of [EU, SALES])
    await addAgent(admin, { server: stage.server, name, extension: String(extension), team });
  await admin.close();
});
test.afterEach(() => stage.stopPhones());
test.afterAll(() => stage.stop());

async function open(page: Page, user: DemonstrationUser): Promise<Page> {
  await signIn(page, { server: stage.server, user });
  return page;
}

/** The board's rows of calls that are not over. */
const liveRows = (page: Page): Locator =>
  page
    .getByRole("row")
    .filter({ has: callLinks(page) })
    .filter({ hasNotText: "Ended" });

async function place(): Promise<Record<"caller" | "agent", SipPhone>> {
  const [caller, agent] = await Promise.all([
    stage.phone({ extension: 100, says: { toneHz: 440 } }),
    stage.phone({ extension: EU.extension, says: { toneHz: 1_000 } }),
  ]);
  await caller.dial(String(EU.extension));
  return { caller, agent };
}

/** The call is on the board and opened in a page of its own. */
async function watch(board: Page): Promise<{ call: Page; callId: string }> {
  await expect(liveRows(board)).toContainText("Spy");
  const call = await board.context().newPage();
  await call.goto(`${stage.server.url}/live`);
  const callId = await openFirstCall(call);
  await expectMode(call, "Spy");
  return { call, callId };
}

async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => stage.asterisk.channels()).toEqual([]);
  await expect.poll(() => stage.asterisk.bridges()).toEqual([]);
}

test("hold is shown while it lasts", async ({ page }) => {
  const board = await open(page, stage.server.user("supervisor", "eu"));
  const { agent } = await place();
  const { call } = await watch(board);
  await agent.hold();
  await expect(liveRows(board)).toContainText("On hold");
  await expect(call.getByTitle(`On hold by ${EU.name}`)).toBeVisible();
  await agent.resume();
  await expect(liveRows(board)).not.toContainText("On hold");
  await expect(call.getByTitle(/^On hold/)).toHaveCount(0);
  await expectMode(call, "Spy");
  await agent.hangUp();
  await expect(liveRows(board)).toHaveCount(0);
  await expectNothingLeft();
});

test("after a blind transfer the call is the other team's, and theirs only", async ({ page, browser }) => {
  const eu = await open(page, stage.server.user("supervisor", "eu"));
  const sales = await open(await browser.newPage(), stage.server.user("supervisor", "sales"));
  const { caller, agent } = await place();
  await stage.phone({ extension: SALES.extension, says: { toneHz: 1_500 } });
  const { call } = await watch(eu);
  await expect(liveRows(sales)).toHaveCount(0);
  await agent.blindTransfer(String(SALES.extension));
  await expect(call.getByText("it was transferred")).toBeVisible();
  await expect(liveRows(sales)).toContainText(SALES.name);
  const moved = await callLinks(sales).first().getAttribute("data-call-link");
  await expect(liveRows(eu)).toHaveCount(0);
  await expect(callLinks(eu).and(eu.locator(`[data-call-link="${moved}"]`))).toHaveCount(0);
  expect((await eu.request.get(`${stage.server.url}/api/calls/${moved}/export`)).status()).toBe(404);
  expect((await sales.request.get(`${stage.server.url}/api/calls/${moved}/export`)).status()).toBe(200);
  await caller.hangUp();
  await expect(liveRows(sales)).toHaveCount(0);
  await expectNothingLeft();
  await sales.close();
});

test("a phone that vanishes takes its call off the board", async ({ page }) => {
  const board = await open(page, stage.server.user("supervisor", "eu"));
  const { caller, agent } = await place();
  await expect(liveRows(board)).toContainText("Spy");
  await caller.kill();
  await agent.until("idle");
  await expect(liveRows(board)).toHaveCount(0);
  await expectNothingLeft();
});

test("with the line cut for ten seconds, one call goes on and one that ended meanwhile is no ghost", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const board = await open(page, stage.server.user("admin"));
  const { agent } = await place();
  const others = await Promise.all([102, SALES.extension].map((extension) => stage.phone({ extension })));
  await others[0]?.dial(String(SALES.extension));
  await expect(liveRows(board)).toHaveCount(2);
  await expect(liveRows(board).filter({ hasText: "Spy" })).toHaveCount(2);
  stage.line.takeDown();
  const backAt = Date.now() + CUT_MS;
  await expect(board.getByRole("button", { name: /the telephone system is away/ })).toBeVisible();
  await expect(liveRows(board).filter({ hasText: "Lost" })).toHaveCount(2);
  await others[0]?.hangUp();
  await expect.poll(() => Date.now(), { timeout: CUT_MS }).toBeGreaterThan(backAt);
  stage.line.restore();
  await expect(liveRows(board)).toHaveCount(1, RIGHT_WITHIN);
  await expect(liveRows(board)).toContainText(EU.name);
  await expect(liveRows(board)).toContainText("Spy", RIGHT_WITHIN);
  await agent.hangUp();
  await expect(liveRows(board)).toHaveCount(0);
  await expectNothingLeft();
});

test("Asterisk killed in mid-call is said, and once it is back no ghost is left", async ({ page }) => {
  test.setTimeout(120_000);
  const board = await open(page, stage.server.user("supervisor", "eu"));
  await place();
  const { call } = await watch(board);
  await stage.asterisk.kill();
  await expect(board.getByRole("button", { name: /the telephone system is away/ })).toBeVisible();
  await expect(liveRows(board)).toContainText("Lost");
  await expect(call.getByText("The telephone system is out of reach.")).toBeVisible();
  await expect(rung(call, "Whisper")).toBeDisabled();
  await stage.asterisk.restart();
  const backAt = Date.now();
  await expect(liveRows(board)).toHaveCount(0, RIGHT_WITHIN);
  await expect(board.getByRole("button", { name: /telephone system up/ })).toBeVisible(RIGHT_WITHIN);
  await expect(call.getByText("the telephone system ended it")).toBeVisible(RIGHT_WITHIN);
  const rightMs = Date.now() - backAt;
  test.info().annotations.push({ type: "right after the restart, ms", description: String(rightMs) });
  expect(rightMs).toBeLessThan(RIGHT_WITHIN.timeout);
  await stage.stopPhones();
  await place();
  await expect(liveRows(board)).toContainText("Spy");
  await stage.stopPhones();
  await expect(liveRows(board)).toHaveCount(0);
  await expectNothingLeft();
});

// Last: Earshot is started anew for it.
test("a wrong password is explained on the screen, with what to change", async ({ page }) => {
  test.setTimeout(120_000);
  await stage.server.restart({ ASTERISK_PASSWORD: "not the password" });
  await open(page, stage.server.user("admin"));
  await expect(page.getByRole("button", { name: /the telephone system is away/ })).toBeVisible();
  await expect(page.getByText("No telephone system is up")).toBeVisible();
  await page.goto(`${stage.server.url}/settings/telephony`);
  const system = page.getByRole("main").getByRole("list", { name: "Telephone systems" }).getByRole("listitem");
  await expect(system).toContainText(/Away\s*asterisk/);
  await expect(system).toContainText('Asterisk does not accept the user "earshot" with this password');
  await expect(system).toContainText("In ari.conf give section [earshot]");
  await expect(system).toContainText("npm run check:asterisk");
  await expectAccessible(page, "telephony settings, wrong password");
});
