import { EarshotProcess } from "@/lib/server/testing/earshot-process";
import type { AsteriskConfigOptions } from "@/lib/telephony/testing/asterisk-config";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";
import { SipPhone, type SipPhoneOptions } from "@/lib/telephony/testing/sip-phone";

/** A real Asterisk with real SIP phones, and a whole Earshot that supervises it over a line that can be cut. Only in the lab. */
export class AsteriskStage {
  readonly #phones: SipPhone[] = [];

  private constructor(
    readonly asterisk: AsteriskServer,
    /** Between Earshot and Asterisk. */
    readonly line: CuttableProxy,
    readonly server: EarshotProcess,
  ) {}

  /** @throws Error outside the lab, and where Asterisk or Earshot does not come up */
  static async start(
    options: { env?: Record<string, string>; asterisk?: AsteriskConfigOptions } = {},
  ): Promise<AsteriskStage> {
    const asterisk = await AsteriskServer.start(options.asterisk);
    const line = new CuttableProxy({ port: asterisk.ports.http });
    const { username, password } = asterisk.ari;
    const server = new EarshotProcess({
      ASTERISK_URL: `http://127.0.0.1:${await line.listen()}`,
      ASTERISK_USERNAME: username,
      ASTERISK_PASSWORD: password,
      ...options.env,
    });
    const stage = new AsteriskStage(asterisk, line, server);
    try {
      await server.start();
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  /** A phone that answers by itself and is stopped with the stage. */
  async phone(options: Omit<SipPhoneOptions, "server">): Promise<SipPhone> {
    const phone = await SipPhone.start({ ...options, server: this.asterisk });
    this.#phones.push(phone);
    return phone;
  }

  async stopPhones(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.stop()));
  }

  async stop(): Promise<void> {
    await this.stopPhones();
    await this.server.dispose();
    await this.line.close();
    await this.asterisk.stop();
  }
}
