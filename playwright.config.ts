import { defineConfig } from "@playwright/test";
import { findBrowser } from "./scripts/steps.mjs";

/** Stories on a real Asterisk with real SIP phones. */
const ASTERISK = "asterisk*.spec.ts";
/** Calls of minutes, at the pace of their people: hardly any work, so they run side by side (scripts/test.mjs). */
const RECORDING = "real-call.spec.ts";
const BESIDE = ["access.spec.ts", "gate.spec.ts", "rehearsal.spec.ts"];

/**
 * Stories of a project run one after another: each starts a whole Earshot (database, switch, speech models) of its own, and
 * a real-time call must not wait for another story's processor time.
 */
export default defineConfig({
  testDir: "e2e",
  projects: [
    {
      name: "e2e",
      outputDir: "test-results/e2e",
      testMatch: "*.spec.ts",
      testIgnore: [ASTERISK, RECORDING, ...BESIDE],
    },
    { name: "recording", outputDir: "test-results/recording", testMatch: RECORDING },
    { name: "beside", outputDir: "test-results/beside", testMatch: BESIDE },
    // There only inside the lab, as `npm run test:asterisk` starts it.
    ...(process.env.EARSHOT_ASTERISK_ROOT
      ? [{ name: "asterisk", outputDir: "test-results/asterisk", testMatch: ASTERISK }]
      : []),
  ],
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? ".cache/reports/e2e.json" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    timezoneId: "Asia/Kathmandu",
    locale: "en-GB",
    actionTimeout: 20_000,
    // Without its film: painted without a graphics card, that takes more of the processor than Earshot does.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: true },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: findBrowser(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
      ],
    },
  },
});
