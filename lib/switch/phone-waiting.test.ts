import { expect, test } from "vitest";
import { RESUME_MS } from "@/lib/contract/softphone";
import { MAX_WAITING_CALLS } from "./phone-desk";
import { guest } from "./testing/phone-client";
import { standPhones } from "./testing/phone-stage";

/** Guards against guests who call, drop their line, and leave a call behind that waits for it. */

const stage = standPhones();

async function callAndDrop(extension: string): Promise<string> {
  const caller = await stage.phone(guest);
  const told = await caller.do({ type: "call", extension });
  stage.putAway(caller);
  return told;
}

test("no more than so many calls wait for a lost line; the next caller learns why, and when to try again", async () => {
  for (let at = 0; at < MAX_WAITING_CALLS; at++) expect(await callAndDrop(`${5000 + at}`)).toBe("ok");
  await stage.pass(4000);
  const caller = await stage.phone(guest);
  expect(await caller.do({ type: "call", extension: "6000" })).toBe("RATE_LIMITED");
  const refusal = caller.messages.findLast((message) => message.type === "result")?.error;
  expect(refusal).toMatchObject({ retryable: true, message: expect.stringMatching(/lost their line.* 6 seconds/) });
  await stage.pass(RESUME_MS - 3000);
  expect(await caller.do({ type: "call", extension: "6000" })).toBe("ok");
  expect(stage.exchange.calls).toHaveLength(1);
});

test("who comes back to a call takes no place of others", async () => {
  for (let at = 0; at < MAX_WAITING_CALLS - 1; at++) expect(await callAndDrop(`${5000 + at}`)).toBe("ok");
  const caller = await stage.phone(guest);
  expect(await caller.do({ type: "call", extension: "6000" })).toBe("ok");
  const resumeToken = caller.messages.find((message) => message.type === "registered")?.resumeToken ?? "";
  stage.putAway(caller);
  const stranger = await stage.phone(guest);
  expect(await stranger.do({ type: "call", extension: "7000" })).toBe("RATE_LIMITED");
  const back = await stage.phone(guest, { resumeToken });
  expect(back.phone?.state).toBe("calling");
  expect(await stranger.do({ type: "call", extension: "7000" })).toBe("ok");
});
