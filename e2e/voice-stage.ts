import { type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";
import type { DemonstrationUser, EarshotProcess } from "@/lib/server/testing/earshot-process";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";
import { hearTones, type Loudness, SILENCE, tapLoudspeaker } from "./loudspeaker";
import { giveMicrophone, openBrowserWithMicrophone, openTabsWithMicrophone, type Tabs } from "./microphones";
import { callLinks } from "./pages";

/** What each of them says all the time, Hz: nobody's is a harmonic of another's, nor what two of them make together. */
export const TONES = { caller: 700, agent: 1100, supervisor: 1900, colleague: 2450 } as const;
export type Person = keyof typeof TONES;

/** Painted without a graphics card: no larger than they must be. */
const VIEWPORTS = {
  caller: { width: 390, height: 640 },
  agent: { width: 390, height: 640 },
  supervisor: { width: 1100, height: 760 },
  colleague: { width: 800, height: 480 },
};

/** At a loudspeaker, dBFS: the microphones say −8. */
const IS_HEARD_DB = -40;
const IS_SILENT_DB = -60;

type Side = "left" | "right" | "both" | "none";

/** Somebody with a microphone that says their tone, and a network of their own that can be cut. */
type Seat = { context: BrowserContext; page: Page; network: CuttableProxy; url: string; close: () => Promise<void> };

/**
 * Three people on three machines: a customer and an agent on softphones, and the agent's supervisor; and, where `join` is called,
 * another supervisor.
 */
export class VoiceStage {
  readonly #seats = new Map<Person, Seat>();
  readonly #opened: string[] = [];
  #tabs: Tabs | null = null;

  constructor(private readonly server: EarshotProcess) {}

  /** @param options.hasTabs the supervisor's page is hidden while another tab is in front */
  async setUp({ hasTabs = false }: { hasTabs?: boolean } = {}): Promise<void> {
    const sitDown = hasTabs ? this.#sitDownAtTabs() : this.#sitDown("supervisor");
    await Promise.all([this.#sitDown("caller"), this.#sitDown("agent"), sitDown]);
  }

  /**
   * Another supervisor opens a call, signed in already, at another profile of the supervisor's browser. Only on a stage that was
   * set up with tabs.
   */
  async join(user: DemonstrationUser, { callId }: { callId: string }): Promise<void> {
    if (!this.#tabs) throw new Error("the supervisor's browser is not one to join");
    const context = await this.#tabs.browser.newContext(contextOptions("colleague"));
    const page = await context.newPage();
    await giveMicrophone(page, TONES.colleague);
    await this.#seat("colleague", { context, page, close: () => context.close() });
    const { url } = this.seat("colleague");
    await context.addCookies(cookiesOf(await this.server.signIn(user), url));
    await page.goto(`${url}/live/${callId}`);
  }

  async close(): Promise<void> {
    // Who joined leaves before the browser is closed.
    for (const { network, close } of [...this.#seats.values()].reverse()) {
      await close();
      await network.close();
    }
  }

  seat(person: Person): Seat {
    const seat = this.#seats.get(person);
    if (!seat) throw new Error(`the ${person} is not there`);
    return seat;
  }

  /** Of all who are there. */
  pages(): { person: Person; page: Page }[] {
    return [...this.#seats].map(([person, { page }]) => ({ person, page }));
  }

  page(person: Person): Page {
    return this.seat(person).page;
  }

  /** The agent goes on duty, the customer calls, the agent answers. Both have heard the greeting's end then. */
  async placeCall(agent: DemonstrationUser): Promise<void> {
    const [phone, desk] = [this.page("caller"), this.page("agent")];
    await this.signIn("agent", agent);
    await expect(desk).toHaveURL(/\/phone\/agent$/);
    await desk.getByRole("button", { name: /go on duty/ }).click();
    await expect(desk.getByText(/^Ready\. Calls to/)).toBeVisible();
    await phone.goto(`${this.seat("caller").url}/phone`);
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
    await page.goto(`${this.seat("supervisor").url}/live`);
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
    this.seat(person).network.takeDown();
  }

  restore(person: Person): void {
    this.seat(person).network.restore();
  }

  async signIn(person: Person, user: DemonstrationUser): Promise<void> {
    const { page, url } = this.seat(person);
    await page.goto(`${url}/sign-in`);
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password", { exact: true }).fill(user.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  }

  /** Waits until `person`'s loudspeaker carries each of these tones on the sides named, and on no other side. */
  async expectHeard(person: Person, wanted: Partial<Record<Person, Side>>): Promise<void> {
    const names = Object.keys(wanted).filter((name): name is Person => name in TONES);
    const look = async () => {
      const heard = await this.loudness(
        person,
        names.map((name) => TONES[name]),
      );
      return Object.fromEntries(names.map((name, at) => [name, sideOf(heard[at] ?? SILENCE)]));
    };
    await expect.poll(look, { timeout: 20_000 }).toEqual(wanted);
  }

  /** @returns how loud each frequency (Hz) is at `person`'s loudspeaker, dBFS. */
  async loudness(person: Person, frequencies: readonly number[]): Promise<Loudness[]> {
    // A tone is there on and off, as syllables are: what was heard in any of some looks was heard.
    const looks: Loudness[][] = [];
    for (let at = 0; at < 6; at++) looks.push(await hearTones(this.page(person), frequencies));
    return frequencies.map((_, at) => {
      const most = (side: "left" | "right") => Math.max(...looks.map((heard) => (heard[at] ?? SILENCE)[side]));
      return { left: most("left"), right: most("right") };
    });
  }

  async #sitDown(person: Person): Promise<void> {
    const browser = await openBrowserWithMicrophone(TONES[person]);
    const context = await browser.newContext(contextOptions(person));
    await this.#seat(person, { context, page: await context.newPage(), close: () => browser.close() });
  }

  async #sitDownAtTabs(): Promise<void> {
    this.#tabs = await openTabsWithMicrophone(TONES.supervisor);
    const { context, close } = this.#tabs;
    const page = await context.newPage();
    await page.setViewportSize(VIEWPORTS.supervisor);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await this.#seat("supervisor", { context, page, close });
  }

  async #seat(person: Person, at: Omit<Seat, "network" | "url">): Promise<void> {
    const network = new CuttableProxy({ port: Number(new URL(this.server.url).port) });
    const url = `http://127.0.0.1:${await network.listen()}`;
    await tapLoudspeaker(at.page);
    this.#seats.set(person, { ...at, network, url });
  }
}

/** Of a header, as a browser keeps them. */
function cookiesOf(header: string, url: string) {
  return header.split("; ").map((pair) => {
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
  });
}

function contextOptions(person: Person): BrowserContextOptions {
  return { viewport: VIEWPORTS[person], locale: "en-GB", reducedMotion: "reduce" };
}

function sideOf({ left, right }: Loudness): string {
  const [isLeft, isRight] = [left > IS_HEARD_DB, right > IS_HEARD_DB];
  if (isLeft && isRight) return "both";
  if (isLeft && right < left + IS_SILENT_DB - IS_HEARD_DB) return "left";
  if (isRight && left < right + IS_SILENT_DB - IS_HEARD_DB) return "right";
  return Math.max(left, right) < IS_HEARD_DB ? "none" : "unclear";
}
