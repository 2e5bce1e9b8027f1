import { type Browser, expect, type Page } from "@playwright/test";
import type { DemonstrationUser, EarshotProcess } from "@/lib/server/testing/earshot-process";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";
import { hearTones, tapLoudspeaker } from "./loudspeaker";
import { openBrowserWithMicrophone } from "./microphones";
import { callLinks } from "./pages";

/** What each of the three says all the time, Hz: nobody's is a harmonic of another's. */
export const TONES = { caller: 700, agent: 1100, supervisor: 1900 } as const;
export type Person = keyof typeof TONES;

/** Painted without a graphics card: no larger than they must be. */
const VIEWPORTS = {
  caller: { width: 390, height: 640 },
  agent: { width: 390, height: 640 },
  supervisor: { width: 1100, height: 760 },
};

/** At a loudspeaker, dBFS: the microphones say −8. */
const IS_HEARD_DB = -40;
const IS_SILENT_DB = -60;

/** Somebody at a browser of their own, with a microphone that says their tone and a network of their own that can be cut. */
type Seat = { browser: Browser; page: Page; network: CuttableProxy; url: string };

/** Three people on three machines: a customer and an agent on softphones, and the agent's supervisor. */
export class VoiceStage {
  #seats: Record<Person, Seat> | null = null;
  readonly #opened: string[] = [];

  constructor(private readonly server: EarshotProcess) {}

  get seats(): Record<Person, Seat> {
    if (!this.#seats) throw new Error("the stage is not set up");
    return this.#seats;
  }

  async setUp(): Promise<void> {
    const [caller, agent, supervisor] = await Promise.all([
      this.#seat("caller"),
      this.#seat("agent"),
      this.#seat("supervisor"),
    ]);
    this.#seats = { caller, agent, supervisor };
  }

  async close(): Promise<void> {
    for (const { browser, network } of Object.values(this.#seats ?? {})) {
      await browser.close();
      await network.close();
    }
  }

  page(person: Person): Page {
    return this.seats[person].page;
  }

  /** The agent goes on duty, the customer calls, the agent answers. Both have heard the greeting's end then. */
  async placeCall(agent: DemonstrationUser): Promise<void> {
    const [phone, desk] = [this.page("caller"), this.page("agent")];
    await this.signIn("agent", agent);
    await expect(desk).toHaveURL(/\/phone\/agent$/);
    await desk.getByRole("button", { name: /go on duty/ }).click();
    await expect(desk.getByText(/^Ready\. Calls to/)).toBeVisible();
    await phone.goto(`${this.seats.caller.url}/phone`);
    await phone.getByLabel(/Your name/).fill("Karla Customer");
    await phone.getByRole("button", { name: /Allow microphone/ }).click();
    await this.callAgain();
  }

  /** Both phones are on already. */
  async callAgain(): Promise<void> {
    const [phone, desk] = [this.page("caller"), this.page("agent")];
    await phone
      .getByRole("listitem")
      .getByRole("button", { name: /^Call / })
      .click();
    await desk.getByRole("button", { name: "Answer" }).click({ timeout: 40_000 });
    await expect(phone.getByRole("timer", { name: "Call duration" })).toBeVisible();
    await expect(desk.getByRole("timer", { name: "Call duration" })).toBeVisible();
  }

  /** The supervisor opens the one call of the board. @returns its id */
  async openCall(supervisor: DemonstrationUser): Promise<string> {
    await this.signIn("supervisor", supervisor);
    return this.openNextCall();
  }

  /** One that was not opened before. @returns its id */
  async openNextCall(): Promise<string> {
    const page = this.page("supervisor");
    await page.goto(`${this.seats.supervisor.url}/live`);
    let callId = "";
    const next = async () => {
      const ids = await callLinks(page).evaluateAll((links) =>
        links.map((link) => link.getAttribute("data-call-link")),
      );
      callId = ids.find((id) => id !== null && !this.#opened.includes(id)) ?? "";
      return callId;
    };
    await expect.poll(next, { timeout: 40_000 }).not.toBe("");
    this.#opened.push(callId);
    await page.locator(`a[data-call-link="${callId}"]`).click();
    return callId;
  }

  /** Nothing of this person's gets through any more, in either direction. */
  cut(person: Person): void {
    this.seats[person].network.takeDown();
  }

  restore(person: Person): void {
    this.seats[person].network.restore();
  }

  async signIn(person: Person, user: DemonstrationUser): Promise<void> {
    const { page, url } = this.seats[person];
    await page.goto(`${url}/sign-in`);
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password", { exact: true }).fill(user.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  }

  /** Waits until `person`'s loudspeaker carries each of these tones on the sides named, and on no other side. */
  async expectHeard(
    person: Person,
    wanted: Partial<Record<Person, "left" | "right" | "both" | "none">>,
  ): Promise<void> {
    const names = Object.keys(wanted).filter((name): name is Person => name in TONES);
    const frequencies = names.map((name) => TONES[name]);
    // A tone is there on and off, as syllables are: what was heard in any of some looks was heard.
    const look = async () => {
      const looks: Awaited<ReturnType<typeof hearTones>>[] = [];
      for (let at = 0; at < 6; at++) looks.push(await hearTones(this.page(person), frequencies));
      return Object.fromEntries(
        names.map((name, at) => {
          const most = (side: "left" | "right") => Math.max(...looks.map((heard) => heard[at]?.[side] ?? -200));
          return [name, sideOf({ left: most("left"), right: most("right") })];
        }),
      );
    };
    await expect.poll(look, { timeout: 20_000 }).toEqual(wanted);
  }

  async #seat(person: Person): Promise<Seat> {
    const network = new CuttableProxy({ port: Number(new URL(this.server.url).port) });
    const url = `http://127.0.0.1:${await network.listen()}`;
    const browser = await openBrowserWithMicrophone(TONES[person]);
    const context = await browser.newContext({
      viewport: VIEWPORTS[person],
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    await tapLoudspeaker(page);
    return { browser, page, network, url };
  }
}

function sideOf({ left, right }: { left: number; right: number }): string {
  const [isLeft, isRight] = [left > IS_HEARD_DB, right > IS_HEARD_DB];
  if (isLeft && isRight) return "both";
  if (isLeft && right < left + IS_SILENT_DB - IS_HEARD_DB) return "left";
  if (isRight && left < right + IS_SILENT_DB - IS_HEARD_DB) return "right";
  return Math.max(left, right) < IS_HEARD_DB ? "none" : "unclear";
}
