import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = {
  "@": root.replace(/\/$/, ""),
  // Loaders and actions carry this mark for Next; outside it the package throws.
  "server-only": fileURLToPath(new URL("./lib/platform/testing/server-only.ts", import.meta.url)),
};
/** A time zone with odd minutes: code that forgets time zones fails here. */
const env = { TZ: "Asia/Kathmandu", NODE_ENV: "test" } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{lib,components,app,scripts,bench}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.integration.test.ts", "**/*.asterisk.test.ts"],
          env,
          testTimeout: 20_000,
          // Modules keep no state (see the house's rules), so each need be read once a worker only.
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["lib/**/*.integration.test.ts"],
          globalSetup: ["lib/platform/testing/postgres-setup.ts"],
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "asterisk",
          include: ["lib/**/*.asterisk.test.ts"],
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
