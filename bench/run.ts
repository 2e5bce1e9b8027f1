import { parseArgs } from "node:util";

/**
 * `npm run bench -- NAME [options]`. Each benchmark prints what it does to stderr and one JSON object as its last line on
 * stdout. The machine is noisy: look at medians and at ratios within one run.
 */
type Benchmark = (options: Record<string, string | undefined>) => Promise<Record<string, unknown>>;

const BENCHMARKS: Record<string, { options: string[]; load: () => Promise<{ run: Benchmark }> }> = {
  pipeline: { options: ["calls", "seconds"], load: () => import("./pipeline") },
  whisper: { options: ["runs"], load: () => import("./whisper") },
  asterisk: { options: ["calls"], load: () => import("./asterisk") },
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
    options: Object.fromEntries(benchmark.options.map((option) => [option, { type: "string" as const }])),
  });
  const { run } = await benchmark.load();
  console.log(JSON.stringify(await run(values as Record<string, string | undefined>)));
  process.exit(0);
}

function list(): string {
  return Object.entries(BENCHMARKS)
    .map(([name, { options }]) => `  ${name} ${options.map((option) => `[--${option} N]`).join(" ")}`)
    .join("\n");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
