import { CONTROL_PATH } from "@/lib/contract/call-control";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch } from "@/lib/switch/switch";
import { greetMedia, type MediaClient } from "@/lib/switch/testing/wire-client";
import { CallControlGateway } from "@/lib/telephony/drivers/call-control";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";

const KEY = "key";
const CONNECTOR = "earshot";
/** Of the driver's jitter: it comes back at once, after 2 ms at first and 60 ms at the most. */
const HASTE = 0.02;

/** The built-in switch and the driver on it, over real sockets that can be cut for one call or for all. */
export class SwitchBench {
  private constructor(
    readonly side: Switch,
    readonly gateway: CallControlGateway,
    readonly proxy: CuttableProxy,
    private readonly url: string,
  ) {}

  /** At 16 kHz, so that no resampler touches a sample. */
  static async start(): Promise<SwitchBench> {
    const side = createSwitch({ apiKey: KEY, sampleRate: 16_000 }, { logger: silentLogger });
    const { url } = await side.start();
    const proxy = new CuttableProxy({ port: Number(new URL(url).port) });
    const gateway = new CallControlGateway(
      {
        ...{ name: "switch", url: `ws://127.0.0.1:${await proxy.listen()}`, connectorId: CONNECTOR },
        credentials: { kind: "api-key", key: KEY },
        sampleRate: 16_000,
      },
      { clock: systemClock, logger: silentLogger, random: () => HASTE },
    );
    await gateway.start();
    return new SwitchBench(side, gateway, proxy, url);
  }

  /** What is told of every call, until the driver comes back by itself. */
  cutControl(): void {
    this.proxy.cut(CONTROL_PATH);
  }

  /** Another process of ours takes the call's media connection, which the switch gives to whoever came last. */
  takeOver(callId: string): Promise<MediaClient> {
    return greetMedia({ url: this.url, apiKey: KEY, connectorId: CONNECTOR, callId });
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.proxy.close();
    await this.side.stop();
  }
}
