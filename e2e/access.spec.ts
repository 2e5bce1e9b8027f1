import { expect, request as newRequest, test } from "@playwright/test";
import { io } from "socket.io-client";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import { callLinks, expectMode, openFirstCall, signIn } from "./pages";

/** Attacks: a supervisor reaches only their teams' calls, by page, API, socket, audio and export; the owner reaches them. */

const server = new EarshotProcess({
  SWITCH_SCENARIOS: "late-refund,outage,cancelling",
  SWITCH_CALLS: "3",
  STT_PROVIDER: "none",
});
test.beforeAll(() => server.start());
test.afterAll(() => server.dispose());

type Board = { callId: string; teamName: string };

/** What an admin sees: every live call with its team. */
async function boardOfAdmin(): Promise<Board[]> {
  const cookie = await server.signIn(server.user("admin"));
  const socket = io(server.url, { transports: ["websocket"], extraHeaders: { cookie, origin: server.url } });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("connect_error", reject);
    });
    const result = await socket.emitWithAck("board:subscribe", { version: 1 });
    return result.data.rows.map((row: { info: Board }) => row.info);
  } finally {
    socket.close();
  }
}

/** A live, connected call of the team. */
async function callOf(team: string): Promise<string> {
  let callId = "";
  await expect
    .poll(
      async () => {
        callId = (await boardOfAdmin()).find((call) => call.teamName === team)?.callId ?? "";
        return callId;
      },
      { timeout: 120_000 },
    )
    .not.toBe("");
  return callId;
}

test("someone who is not signed in gets nothing", async ({ page }) => {
  const anonymous = await newRequest.newContext({ baseURL: server.url });
  for (const path of [
    "/api/calls/x/audio",
    "/api/calls/x/recording",
    "/api/calls/x/export",
    `/api/clips/${"a".repeat(64)}`,
  ])
    expect((await anonymous.get(path)).status(), path).toBe(401);
  await anonymous.dispose();
  for (const path of ["/live", "/history", "/settings"]) {
    await page.goto(server.url + path);
    await expect(page, path).toHaveURL(/\/sign-in/);
  }
  const socket = io(server.url, {
    transports: ["websocket"],
    extraHeaders: { origin: server.url },
    reconnection: false,
  });
  const refused = await new Promise<string>((resolve) => {
    socket.on("connect", () => resolve("connected"));
    socket.on("connect_error", (error) => resolve(error.message));
  });
  socket.close();
  expect(refused).not.toBe("connected");
});

test("a supervisor cannot reach another team's call on any path; its own supervisor can", async ({ browser }) => {
  test.setTimeout(240_000);
  const owner = await browser.newPage();
  await signIn(owner, { server, user: server.user("supervisor", "eu") });
  const callId = await openFirstCall(owner, { timeout: 120_000 });
  await expectMode(owner, "Spy");

  const attacker = await browser.newPage();
  await signIn(attacker, { server, user: server.user("supervisor", "sales") });
  await expect(callLinks(attacker).and(attacker.locator(`[data-call-link="${callId}"]`))).toHaveCount(0);
  await attacker.goto(`${server.url}/live/${callId}`);
  await expect(attacker.getByText("This call is not live")).toBeVisible();
  await attacker.goto(`${server.url}/history/${callId}`);
  await expect(attacker.getByRole("region", { name: "Transcript" })).toHaveCount(0);
  for (const path of ["audio", "recording", "export"]) {
    const response = await attacker.request.get(`${server.url}/api/calls/${callId}/${path}`);
    expect(response.status(), path).toBe(404);
  }
  const own = await owner.request.get(`${server.url}/api/calls/${callId}/export`);
  expect(own.status()).toBe(200);

  const cookie = await server.signIn(server.user("supervisor", "sales"));
  const socket = io(server.url, { transports: ["websocket"], extraHeaders: { cookie, origin: server.url } });
  const asked = { version: 1, callId };
  for (const [command, payload] of [
    ["call:subscribe", asked],
    ["call:set-mode", { ...asked, mode: "barge" }],
    ["call:leave", asked],
    ["call:end", asked],
    ["call:add-note", { ...asked, text: "hello" }],
    ["suggestion:compose", { ...asked, text: "hello" }],
  ] as const) {
    const result = await socket.emitWithAck(command, payload);
    expect(result, command).toMatchObject({ ok: false, code: "NOT_FOUND" });
  }
  socket.close();
  await expectMode(owner, "Spy");
  await owner.close();
  await attacker.close();
});

test("only admins reach the settings", async ({ page }) => {
  await signIn(page, { server, user: server.user("supervisor", "eu") });
  await expect(page.getByRole("link", { name: "Settings" })).toHaveCount(0);
  await page.goto(`${server.url}/settings`);
  await expect(page).toHaveURL(/\/live$/);
});

test("a wrong password says so and lets nobody in", async ({ page }) => {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Email").fill(server.user("admin").email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a call of the other team stays unreachable for the first one's supervisor as well", async ({ page }) => {
  test.setTimeout(180_000);
  const callId = await callOf("Sales & Retention");
  await signIn(page, { server, user: server.user("supervisor", "eu") });
  const response = await page.request.get(`${server.url}/api/calls/${callId}/export`);
  expect(response.status()).toBe(404);
});
