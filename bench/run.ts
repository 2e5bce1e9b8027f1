import { parseArgs } from "node:util";

/**
 * `npm run bench -- NAME [options]`. Each benchmark prints what it does to stderr and one JSON object as its last line on
 * stdout. The machine is noisy: look at medians and at ratios within one run.
 */
type Options = Record<string, string | undefined>;
type Benchmark = (options: Options) => Promise<Record<string, unknown>>;

const BENCHMARKS: Record<string, { options: string[]; switches?: string[]; load: () => Promise<{ run: Benchmark }> }> =
  {
    pipeline: { options: ["calls", "seconds"], load: () => import("./pipeline") },
    whisper: { options: ["runs"], load: () => import("./whisper") },
    asterisk: { options: ["calls"], load: () => import("./asterisk") },
    listen: { options: ["listeners", "seconds"], switches: ["no-browser"], load: () => import("./listen") },
    "click-to-sound": { options: ["pages", "listens"], load: () => import("./click-to-sound") },
    fanout: { options: ["calls", "browsers", "seconds"], load: () => import("./fanout") },
  };

async function main(): Promise<void> {
  const [name = "", ...rest] = process.argv.slice(2);
  const benchmark = BENCHMARKS[name];
  if (!benchmark) {
    console.error(`Usage: npm run bench -- NAME\n${list()}`);
    process.exit(1);
  }
  const { values } = parseArgs({
    args: rest,
    options: Object.fromEntries([
      ...benchmark.options.map((option) => [option, { type: "string" as const }]),
      ...(benchmark.switches ?? []).map((name) => [name, { type: "boolean" as const }]),
    ]),
  });
  const { run } = await benchmark.load();
  const given: Options = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
  console.log(JSON.stringify(await run(given)));
  process.exit(0);
}

function list(): string {
  return Object.entries(BENCHMARKS)
    .map(([name, { options, switches = [] }]) => {
      const all = [...options.map((option) => `[--${option} N]`), ...switches.map((one) => `[--${one}]`)];
      return `  ${name} ${all.join(" ")}`;
    })
    .join("\n");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
