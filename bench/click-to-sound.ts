import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import type { PartySource } from "@/lib/switch/parties/party";
import { createSwitch } from "@/lib/switch/switch";
import { buildWeb, findBrowser } from "../scripts/steps.mjs";
import { listenAtLoudspeaker, waitForBothSides } from "./click-ears";
import { percentile, wholeNumber } from "./statistics";

const API_KEY = "bench-key";
const VIEWPORT = { width: 1280, height: 800 };
/** What a person needs at least to find the button on a page that has just come. */
const LOOK_MS = 1000;
/** Long enough that what a listen leaves behind is gone, and never in step with the 20 ms of the frames. */
const BETWEEN_MS = { least: 600, spread: 40 };
const TONES = { caller: 700, agent: 1100 };

/** Milliseconds from the event of the click (or of `L`) to the first sample of both parties that leaves the page's last audio node. */
export type ClickToSound = {
  /** First listen of a freshly opened call page, pressed a second after its button could be; nothing cached. Median. */
  clickToSoundColdMs: number | null;
  /** The same, pressed as soon as the button could be. Median. */
  clickToSoundAtOnceMs: number | null;
  /** Further listens on such a page, by turns with the button and with `L`. */
  clickToSoundWarmP50Ms: number | null;
  clickToSoundWarmP95Ms: number | null;
};

export const NOTHING_HEARD: ClickToSound = {
  clickToSoundColdMs: null,
  clickToSoundAtOnceMs: null,
  clickToSoundWarmP50Ms: null,
  clickToSoundWarmP95Ms: null,
};

type Scene = { browser: Browser; state: BrowserContextOptions["storageState"]; url: string };

/** Somebody who is never silent, so that sound is there the moment it can be heard. */
function tone(hz: number): PartySource {
  return {
    speak(into, { frame }) {
      for (let at = 0; at < into.length; at++)
        into[at] = 8000 * Math.sin((2 * Math.PI * hz * (frame * FRAME_SAMPLES + at)) / SAMPLE_RATE);
      return "talking";
    },
  };
}

function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  // The browser's own autoplay rule stays: the click is the leave to make sound, as it is in life.
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args });
}

/** A call page that nobody has touched yet, in a profile without any cache. */
async function openPage({ browser, state, url }: Scene): Promise<Page> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...(state ? { storageState: state } : {}) });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(error));
  await listenAtLoudspeaker(page);
  await page.goto(url);
  await listenButton(page).waitFor();
  await page.waitForFunction(() => !document.querySelector('button[aria-label="Listen"]')?.hasAttribute("disabled"));
  return page;
}

const listenButton = (page: Page) => page.getByRole("button", { name: "Listen", exact: true });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function firstListens(scene: Scene, { pages, lookMs }: { pages: number; lookMs: number }): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < pages; index++) {
    const page = await openPage(scene);
    await pause(lookMs);
    await listenButton(page).click();
    times.push(await waitForBothSides(page));
    await page.context().close();
  }
  return times;
}

async function furtherListens(scene: Scene, { listens }: { listens: number }): Promise<number[]> {
  const page = await openPage(scene);
  const times: number[] = [];
  for (let index = 0; index <= listens; index++) {
    if (index % 2 === 0) await listenButton(page).click();
    else await page.keyboard.press("l");
    const time = await waitForBothSides(page);
    if (index > 0) times.push(time);
    await pause(BETWEEN_MS.least);
    await page.getByRole("button", { name: "Stop listening" }).first().click();
    await listenButton(page).waitFor();
    await pause(BETWEEN_MS.least + Math.random() * BETWEEN_MS.spread);
  }
  await page.context().close();
  return times;
}

/** A session of the demonstration's administrator, as a browser keeps it. */
async function signIn(server: EarshotProcess): Promise<BrowserContextOptions["storageState"]> {
  const cookie = await server.signIn(server.user("admin"));
  const { hostname } = new URL(server.url);
  const cookies = cookie.split("; ").map((pair) => {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    return {
      name,
      value,
      domain: hostname,
      path: "/",
      expires: -1,
      httpOnly: true,
      secure: false,
      sameSite: "Lax" as const,
    };
  });
  return { cookies, origins: [] };
}

/**
 * In a real Chromium, on the call page that the real server serves, of a call of two parties on a switch of its own: press → sound,
 * all parts real but the loudspeaker.
 */
export async function measureClickToSound({
  pages,
  listens,
}: {
  pages: number;
  listens: number;
}): Promise<ClickToSound> {
  await buildWeb();
  const exchange = createSwitch({ apiKey: API_KEY }, { logger: silentLogger });
  const { url: exchangeUrl } = await exchange.start();
  const server = new EarshotProcess({
    ...{ GATEWAY_URL: exchangeUrl, GATEWAY_API_KEY: API_KEY, DEMONSTRATION: "true", LOG_LEVEL: "warn" },
  });
  const browser = await openBrowser();
  try {
    await server.start();
    const callId = placeCall(exchange);
    const scene = { browser, state: await signIn(server), url: `${server.url}/live/${callId}` };
    // The server's own first time, its pages' and its encoders', is not this page's.
    await firstListens(scene, { pages: 1, lookMs: LOOK_MS });
    const atOnce = await firstListens(scene, { pages, lookMs: 0 });
    const cold = await firstListens(scene, { pages, lookMs: LOOK_MS });
    const warm = await furtherListens(scene, { listens });
    console.error(
      "click to sound, ms:",
      JSON.stringify({ atOnce, cold, warm }, (_, value) => rounded(value)),
    );
    return {
      clickToSoundColdMs: percentile(cold, 0.5),
      clickToSoundAtOnceMs: percentile(atOnce, 0.5),
      clickToSoundWarmP50Ms: percentile(warm, 0.5),
      clickToSoundWarmP95Ms: percentile(warm, 0.95),
    };
  } finally {
    await browser.close();
    await server.dispose();
    await exchange.stop();
  }
}

const rounded = (value: unknown) => (typeof value === "number" ? Math.round(value) : value);

function placeCall(exchange: ReturnType<typeof createSwitch>): CallId {
  return exchange.placeCall({
    ...{ caller: tone(TONES.caller), callee: tone(TONES.agent), callerNumber: "+44100", calleeNumber: "1001" },
    ringMs: 200,
  }).callId;
}

export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const pages = wholeNumber(options.pages, { name: "pages", fallback: 5 });
  const listens = wholeNumber(options.listens, { name: "listens", fallback: 12 });
  return { pages, listens, ...(await measureClickToSound({ pages, listens })) };
}
