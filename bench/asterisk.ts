import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { BenchRig, type Direction, type Kind, type Share } from "./asterisk/bench-rig";
import { percentile } from "./statistics";

const DEFAULT_CALLS = "1,5,10,20";
/** The lab has so many phones of each kind. */
const MOST_CALLS = 20;
/**
 * Ours and the bare one take turns, at least so often, so that the machine's noise hits both; and with few calls more often,
 * because up to 20 ms of a latency is how a phone's clock happens to lie to that of a tap, drawn anew with every tap.
 */
const LEAST_ROUNDS = 3;
const LEAST_CALL_ROUNDS = 14;
/** Of one contender in one direction; shorter where there are more rounds. */
const LONGEST_STRETCH_MS = 1_200;
const STRETCH_MS_PER_CALL = 500;
const PLAIN_MS = 1_500;
const WARM_UP_MS = 1_000;
/** More than this share of marks that never come, or a slower p95 than this, and the machine is past its limit. */
const HEALTHY_LOSS = 0.01;
const HEALTHY_P95_MS = 100;

type Measured = { mouthToTap: Direction; injectToEar: Direction; cores: Share[]; modeMs: number[] };

/**
 * The Asterisk driver on real calls, beside the bare tap (the same snoop, media channel and bridge by plain HTTP and a bare
 * WebSocket) in turn with it. mouthToTap: a phone's RTP packet with a mark leaves → the driver's `audio` event with it.
 * injectToEar: `play` is called → the RTP packet with the clip's mark arrives at the phone. Both hold up to 20 ms of
 * packetisation. A stall of Asterisk's own threads leaves a tap 20 ms later for as long as it stands, ours and the bare one
 * alike: where mouthToTapP95Ms is far above 25, look at `loadAverage` first. `coresPerCall`: Asterisk and the driver's process
 * together, in spy, the call itself included.
 */
export async function run(options: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const counts = callCounts(options.calls ?? DEFAULT_CALLS);
  if (!process.env.EARSHOT_ASTERISK_ROOT) return enterLab(counts);
  const rig = await BenchRig.start();
  try {
    console.error("warming up …");
    const idle = await warmUp(rig);
    const runs: Run[] = [];
    for (const calls of counts) {
      console.error(`${calls} calls …`);
      runs.push(await measureCalls(rig, { calls, idle }));
    }
    const { isHealthy, ...chosen } = runs.findLast((each) => each.isHealthy) ?? runs[0] ?? { isHealthy: false };
    return { ...chosen, runs };
  } finally {
    await rig.stop();
  }
}

/** @returns ascending, so that memory only grows. @throws RangeError that names the option */
function callCounts(value: string): number[] {
  const counts = [...new Set(value.split(",").map(Number))].sort((a, b) => a - b);
  if (counts.some((count) => !Number.isInteger(count) || count < 1 || count > MOST_CALLS))
    throw new RangeError(`--calls must be whole numbers from 1 to ${MOST_CALLS}, as in ${DEFAULT_CALLS}`);
  return counts;
}

/** The same command again in a network of its own; where the machine cannot, the lab says why in one line. */
function enterLab(counts: number[]): Promise<never> {
  const again = [process.execPath, "--import", "tsx", "bench/run.ts", "asterisk", "--calls", counts.join(",")];
  const lab = spawn(process.execPath, ["scripts/asterisk-lab.mjs", ...again], { stdio: "inherit" });
  return new Promise((_, reject) => {
    lab.once("error", reject);
    lab.once("close", (code) => process.exit(code ?? 1));
  });
}

/** One call through all that is measured. @returns the memory of both while nothing is on, once all code has run */
async function warmUp(rig: BenchRig): Promise<Share> {
  for (const kind of ["driver", "bare"] as const) {
    await rig.dialTapped(kind, 1);
    await rig.listen(kind, WARM_UP_MS);
    await rig.inject(kind, WARM_UP_MS);
    await rig.hangUpTapped(kind);
  }
  return rig.memory("driver");
}

type Run = Awaited<ReturnType<typeof measureCalls>>;

async function measureCalls(rig: BenchRig, { calls, idle }: { calls: number; idle: Share }) {
  const rounds = Math.max(LEAST_ROUNDS, Math.ceil(LEAST_CALL_ROUNDS / calls));
  const stretchMs = Math.min(LONGEST_STRETCH_MS, STRETCH_MS_PER_CALL * calls);
  await rig.dial(calls);
  const plain = await rig.coresDuring("driver", PLAIN_MS);
  await rig.hangUp();
  const driver = nothingMeasured();
  const bare = nothingMeasured();
  let memory = idle;
  for (let round = 0; round < rounds; round++) {
    const turns: [Kind, Measured][] = [
      ["driver", driver],
      ["bare", bare],
    ];
    // Who comes first changes, too: a machine that warms up, or fills up, favours neither.
    for (const [kind, measured] of round % 2 === 0 ? turns : turns.reverse()) {
      await rig.dialTapped(kind, calls);
      await measureStretch(rig, { kind, measured, stretchMs });
      if (kind === "driver") memory = await rig.memory(kind);
      await rig.hangUpTapped(kind);
    }
  }
  return report({ calls, driver, bare, plain, idle, memory });
}

function nothingMeasured(): Measured {
  return { mouthToTap: { latencies: [], lost: 0 }, injectToEar: { latencies: [], lost: 0 }, cores: [], modeMs: [] };
}

async function measureStretch(
  rig: BenchRig,
  { kind, measured, stretchMs }: { kind: Kind; measured: Measured; stretchMs: number },
): Promise<void> {
  const { cores, ...mouthToTap } = await rig.listen(kind, stretchMs);
  const { modeMs, ...injectToEar } = await rig.inject(kind, stretchMs);
  measured.cores.push(cores);
  for (const ms of modeMs) measured.modeMs.push(ms);
  add(measured.mouthToTap, mouthToTap);
  add(measured.injectToEar, injectToEar);
}

function add(total: Direction, { latencies, lost }: Direction): void {
  for (const latency of latencies) total.latencies.push(latency);
  total.lost += lost;
}

function report(found: { calls: number; driver: Measured; bare: Measured; plain: Share; idle: Share; memory: Share }) {
  const { calls, driver, bare, plain, idle, memory } = found;
  const perCall = (total: number) => Math.round((total / calls) * 10_000) / 10_000;
  const asterisk = mean(driver.cores.map((cores) => cores.asterisk));
  const ours = mean(driver.cores.map((cores) => cores.contender));
  const mouth = spread(driver.mouthToTap);
  const ear = spread(driver.injectToEar);
  const bareMouth = spread(bare.mouthToTap);
  const bareEar = spread(bare.injectToEar);
  const isHealthy = [mouth, ear].every((way) => way.loss <= HEALTHY_LOSS && (way.p95 ?? Infinity) <= HEALTHY_P95_MS);
  return {
    calls,
    mouthToTapP50Ms: mouth.p50,
    mouthToTapP95Ms: mouth.p95,
    injectToEarP50Ms: ear.p50,
    injectToEarP95Ms: ear.p95,
    bareMouthToTapP50Ms: bareMouth.p50,
    bareMouthToTapP95Ms: bareMouth.p95,
    bareInjectToEarP50Ms: bareEar.p50,
    bareInjectToEarP95Ms: bareEar.p95,
    modeChangeP50Ms: percentile(driver.modeMs, 0.5),
    coresPerCall: perCall(asterisk + ours),
    asteriskCoresPerCall: perCall(asterisk),
    driverCoresPerCall: perCall(ours),
    // Asterisk's own part of a call that nobody taps.
    untappedCoresPerCall: perCall(plain.asterisk),
    bareAsteriskCoresPerCall: perCall(mean(bare.cores.map((cores) => cores.asterisk))),
    bareSocketsCoresPerCall: perCall(mean(bare.cores.map((cores) => cores.contender))),
    mbPerCall: perCall(memory.asterisk + memory.contender - idle.asterisk - idle.contender),
    asteriskMbPerCall: perCall(memory.asterisk - idle.asterisk),
    driverMbPerCall: perCall(memory.contender - idle.contender),
    samples: {
      mouthToTap: mouth.count,
      injectToEar: ear.count,
      bareMouthToTap: bareMouth.count,
      bareInjectToEar: bareEar.count,
    },
    lost: {
      mouthToTap: driver.mouthToTap.lost,
      injectToEar: driver.injectToEar.lost,
      bareMouthToTap: bare.mouthToTap.lost,
      bareInjectToEar: bare.injectToEar.lost,
    },
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    isHealthy,
  };
}

function spread({ latencies, lost }: Direction) {
  const values = latencies.map(({ ms }) => ms);
  const count = values.length;
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), count, loss: lost / Math.max(1, count + lost) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
