import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { eventually } from "@/lib/telephony/testing/eventually";
import { measureTree } from "../process-tree";
import { ChildLink } from "./child-link";
import { injectedSchema, type Usage, usageSchema } from "./contender";
import { LOST_AFTER_MS, matchMarks, monotonicMs, timedMarkSchema } from "./marks";
import type { PhonesRequest } from "./phones-process";
import type { TapsRequest } from "./taps-process";

export type Kind = "driver" | "bare";
export type Latency = { extension: number; ms: number };
export type Direction = { latencies: Latency[]; lost: number };
/** Cores or megabytes of Asterisk and of the contender's process. */
export type Share = { asterisk: number; contender: number };

const FIRST_CALLER = 100;
const FIRST_AGENT = 200;
const takenSchema = z.object({ said: z.array(timedMarkSchema), heard: z.array(timedMarkSchema) });

/** One Asterisk, a process of phones, and a process for each contender. */
export class BenchRig {
  readonly #phones = new ChildLink(new URL("./phones-process.ts", import.meta.url));
  readonly #taps: Record<Kind, ChildLink>;

  private constructor(private readonly server: AsteriskServer) {
    const child = () => new ChildLink(new URL("./taps-process.ts", import.meta.url));
    this.#taps = { driver: child(), bare: child() };
  }

  static async start(): Promise<BenchRig> {
    const rig = new BenchRig(await AsteriskServer.start());
    for (const kind of ["driver", "bare"] as const) await rig.#askTaps(kind, { do: "be", kind, ...rig.server.ari });
    return rig;
  }

  async stop(): Promise<void> {
    for (const child of [this.#phones, ...Object.values(this.#taps)]) child.end();
    await this.server.stop();
  }

  /** Calls come one after another, as they do in life. */
  async dial(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.#dialOne(index);
  }

  async hangUp(): Promise<void> {
    await this.#askPhones({ do: "hang-up" });
    await this.#untilChannels(0);
  }

  /** Connects the contender, and then makes the calls, each of which is tapped before the next one comes. */
  async dialTapped(kind: Kind, count: number): Promise<void> {
    await this.#askTaps(kind, { do: "open" });
    for (let index = 0; index < count; index++) {
      await this.#dialOne(index);
      await this.#askTaps(kind, { do: "follow", calls: index + 1 });
    }
  }

  /** Returns once nothing is left in Asterisk. */
  async hangUpTapped(kind: Kind): Promise<void> {
    await this.#askTaps(kind, { do: "close" });
    await this.hangUp();
  }

  async #dialOne(index: number): Promise<void> {
    const { ports, sipPort: serverPort } = this.server;
    const phone = (extension: number) => ({ extension, port: ports.phone(extension) });
    const [caller, agent] = [phone(FIRST_CALLER + index), phone(FIRST_AGENT + index)];
    await this.#askPhones({ do: "dial", serverPort, caller, agent });
  }

  /** Every phone says marks for `ms`. @returns how long they took to the taps, and what that cost */
  async listen(kind: Kind, ms: number): Promise<Direction & { cores: Share }> {
    await this.#takeHeard(kind);
    await this.#takePhones();
    await this.#askPhones({ do: "speak", isSpeaking: true });
    const cores = await this.coresDuring(kind, ms);
    const said = await this.#askPhones({ do: "speak", isSpeaking: false });
    await sleep(LOST_AFTER_MS);
    // The first answer of the phones came before the last packets were on their way.
    const rest = await this.#takePhones();
    const heard = await this.#takeHeard(kind);
    return { ...matchMarks({ sent: [...takenSchema.parse(said).said, ...rest.said], heard }), cores };
  }

  /** Speaks marks to every phone for `ms`. @returns how long they took to the ears, and the mode changes' round trips */
  async inject(kind: Kind, ms: number): Promise<Direction & { modeMs: number[] }> {
    await this.#takePhones();
    const { sent, modeMs } = injectedSchema.parse(await this.#askTaps(kind, { do: "inject", ms }));
    await sleep(LOST_AFTER_MS);
    const { heard } = await this.#takePhones();
    return { ...matchMarks({ sent, heard }), modeMs };
  }

  async coresDuring(kind: Kind, ms: number): Promise<Share> {
    const before = await this.#usage(kind);
    const startedAt = monotonicMs();
    await sleep(ms);
    const after = await this.#usage(kind);
    const seconds = (monotonicMs() - startedAt) / 1000;
    return {
      asterisk: (after.asterisk.cpuSeconds - before.asterisk.cpuSeconds) / seconds,
      contender: (after.contender.cpuSeconds - before.contender.cpuSeconds) / seconds,
    };
  }

  /** @returns megabytes: resident ones of Asterisk, living ones of the contender. */
  async memory(kind: Kind): Promise<Share> {
    const { asterisk, contender } = await this.#usage(kind, { collect: true });
    return { asterisk: asterisk.memoryMb, contender: contender.memoryMb };
  }

  async #usage(kind: Kind, { collect } = { collect: false }): Promise<{ asterisk: Usage; contender: Usage }> {
    const contender = usageSchema.parse(await this.#askTaps(kind, { do: "usage", collect }));
    const { cpuSeconds, rssMb: memoryMb } = measureTree(this.#asteriskPid);
    return { asterisk: { cpuSeconds, memoryMb }, contender };
  }

  get #asteriskPid(): number {
    const { pid } = this.server;
    if (pid === undefined) throw new Error("Asterisk is not running");
    return pid;
  }

  async #untilChannels(count: number): Promise<void> {
    await eventually(`${count} channels`, async () => (await this.server.channels()).length === count);
  }

  async #takePhones() {
    return takenSchema.parse(await this.#askPhones({ do: "take" }));
  }

  async #takeHeard(kind: Kind) {
    return z.array(timedMarkSchema).parse(await this.#askTaps(kind, { do: "take" }));
  }

  #askPhones(request: PhonesRequest): Promise<unknown> {
    return this.#phones.ask(request);
  }

  #askTaps(kind: Kind, request: TapsRequest): Promise<unknown> {
    return this.#taps[kind].ask(request);
  }
}
