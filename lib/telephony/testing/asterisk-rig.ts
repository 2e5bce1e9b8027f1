import type { Party } from "@/lib/contract/call";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { AsteriskGateway } from "@/lib/telephony/drivers/asterisk";
import type { AsteriskOptions } from "@/lib/telephony/drivers/asterisk/options";
import type { GatewayCall } from "@/lib/telephony/gateway";
import type { AsteriskServer } from "./asterisk-server";
import { CuttableProxy } from "./cuttable-proxy";
import { eventually } from "./eventually";
import type { Says } from "./phone-audio";
import { SipPhone, type SipPhoneOptions } from "./sip-phone";

export type Phones = Record<Party, SipPhone>;

/** The driver on a real Asterisk, through a line that can be cut, with real phones. */
export class AsteriskRig {
  /** Of this gateway, as they came. */
  readonly calls: GatewayCall[] = [];
  readonly gateway: AsteriskGateway;
  readonly #phones: SipPhone[] = [];

  private constructor(
    readonly server: AsteriskServer,
    readonly proxy: CuttableProxy,
    port: number,
    options: Partial<AsteriskOptions>,
  ) {
    const { username, password } = server.ari;
    this.gateway = new AsteriskGateway(
      { name: "lab", url: `http://127.0.0.1:${port}`, username, password, ...options },
      // As the directory of a real installation would know them.
      { clock: systemClock, logger: silentLogger, isAgent: async (extension) => /^2\d\d$/.test(extension) },
    );
    this.gateway.on("call", (call) => this.calls.push(call));
  }

  static async make(server: AsteriskServer, options: Partial<AsteriskOptions> = {}): Promise<AsteriskRig> {
    const proxy = new CuttableProxy({ port: server.ports.http });
    return new AsteriskRig(server, proxy, await proxy.listen(), options);
  }

  /** A phone that is stopped with the rig. */
  async phone(options: Omit<SipPhoneOptions, "server">): Promise<SipPhone> {
    const phone = await SipPhone.start({ ...options, server: this.server });
    this.#phones.push(phone);
    return phone;
  }

  /** A call by the dialplan's own Dial(), supervised once it is found. */
  async attached(says: Partial<Record<Party, Says>> = {}, extensions = { caller: 100, agent: 201 }) {
    const phones = await this.phones(says, extensions);
    await phones.caller.dial(String(extensions.agent));
    return { phones, call: await this.found((call) => call.description.callerNumber === String(extensions.caller)) };
  }

  async phones(says: Partial<Record<Party, Says>> = {}, extensions = { caller: 100, agent: 201 }): Promise<Phones> {
    const [caller, agent] = await Promise.all([
      this.phone({ extension: extensions.caller, ...(says.caller ? { says: says.caller } : {}) }),
      this.phone({ extension: extensions.agent, ...(says.agent ? { says: says.agent } : {}) }),
    ]);
    return { caller, agent };
  }

  /** The first live call like this that is heard and spoken into, in spy. */
  async found(isWanted: (call: GatewayCall) => boolean): Promise<GatewayCall> {
    const find = () => this.calls.find((call) => call.state !== "DISCONNECTED" && isWanted(call));
    await eventually("the call is found", () => find() !== undefined);
    await eventually("the call is in spy", () => find()?.mode === "spy");
    const call = find();
    if (!call) throw new Error("no call");
    return call;
  }

  /** Nothing of ours, and no call, is in Asterisk any more. */
  async untilEmpty(): Promise<void> {
    await eventually("no channel is left in Asterisk", async () => (await this.server.channels()).length === 0);
    await eventually("no bridge is left in Asterisk", async () => (await this.server.bridges()).length === 0);
  }

  async stopPhones(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.stop()));
  }

  async stop(): Promise<void> {
    await this.stopPhones();
    await this.gateway.stop();
    await this.proxy.close();
  }
}
