import { setTimeout as sleep } from "node:timers/promises";
import { concatSamples } from "@/lib/audio/frame";
import { type AudioFrame, FRAME_MS } from "@/lib/contract/audio-frame";
import { hears, type Mode } from "@/lib/contract/call";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { AsteriskGateway } from "@/lib/telephony/drivers/asterisk";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { eventually } from "@/lib/telephony/testing/eventually";
import { type Contender, type Injected, TAP_RATE, type TapEars } from "./contender";
import { CODES, markedClip, monotonicMs } from "./marks";

/** Ours: the driver, as the product uses it. */
export class DriverTaps implements Contender {
  readonly #calls: GatewayCall[] = [];
  #gateway: AsteriskGateway | null = null;

  constructor(private readonly parts: { url: string; username: string; password: string; ears: TapEars }) {}

  async open(): Promise<void> {
    const { ears, ...access } = this.parts;
    const gateway = new AsteriskGateway(
      { name: "bench", ...access },
      { clock: systemClock, logger: silentLogger, isAgent: async (extension) => /^2\d\d$/.test(extension) },
    );
    this.#gateway = gateway;
    gateway.on("call", (call) => {
      this.#calls.push(call);
      call.on("audio", ({ party, samples }) => ears.push(extensionOf(call, party), samples));
    });
    await gateway.start();
  }

  async follow(count: number): Promise<void> {
    const spied = () => this.#calls.filter(({ mode }) => mode === "spy").length;
    await eventually(`${count} calls are tapped`, () => spied() === count);
  }

  async inject(ms: number): Promise<Injected> {
    const until = monotonicMs() + ms;
    const each = await Promise.all(this.#calls.map((call) => this.#injectInto(call, until)));
    return { sent: each.flatMap(({ sent }) => sent), modeMs: each.flatMap(({ modeMs }) => modeMs) };
  }

  async close(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = null;
    this.#calls.length = 0;
  }

  /** Whisper and barge in turn, at any point of Asterisk's 20 ms beat, as people's clicks are. */
  async #injectInto(call: GatewayCall, until: number): Promise<Injected> {
    const injected: Injected = { sent: [], modeMs: [] };
    for (let turn = 0; monotonicMs() < until; turn++) {
      const mode: Mode = turn % 2 === 0 ? "whisper" : "barge";
      const changedAt = monotonicMs();
      await call.setMode(mode);
      injected.modeMs.push(monotonicMs() - changedAt);
      await sleep(Math.random() * 2 * FRAME_MS);
      const code = turn % CODES;
      const samples = concatSamples(markedClip({ code, sampleRate: TAP_RATE }));
      const at = monotonicMs();
      const { outcome, code: reason } = await call.play({ samples, mode });
      if (outcome !== "played") throw new Error(`a clip ended as ${outcome}: ${reason}`);
      for (const party of ["caller", "agent"] as const)
        if (hears({ party, mode })) injected.sent.push({ extension: extensionOf(call, party), code, at });
    }
    await call.setMode("spy");
    return injected;
  }
}

function extensionOf({ description }: GatewayCall, party: AudioFrame["party"]): number {
  return Number(party === "caller" ? description.callerNumber : description.calleeNumber);
}
