import { FakeClock } from "@/lib/platform/clock";
import { type Logger, silentLogger } from "@/lib/platform/logger";
import { AriConnection, type AriHandlers } from "@/lib/telephony/drivers/asterisk/ari-connection";
import { asteriskOptionsSchema } from "@/lib/telephony/drivers/asterisk/options";
import type { AriEvent } from "@/lib/telephony/drivers/asterisk/wire";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import { eventually } from "./eventually";
import { ScriptedAri } from "./scripted-ari";

/** A connection to a scripted Asterisk, over real sockets, with a clock that stands still, and what its handlers were told. */
export class AriRig {
  readonly clock = new FakeClock();
  server = new ScriptedAri();
  /** Every call of a handler, in order. */
  readonly story: string[] = [];
  readonly events: AriEvent[] = [];
  readonly downs: { detail: string; retryInMs: number }[] = [];
  readonly refusals: GatewayError[] = [];
  #connection: AriConnection | null = null;

  private constructor(readonly port: number) {}

  static async listen(): Promise<AriRig> {
    const server = new ScriptedAri();
    const rig = new AriRig(await server.listen());
    rig.server = server;
    return rig;
  }

  get connection(): AriConnection {
    if (!this.#connection) throw new Error("no connection was made");
    return this.#connection;
  }

  /** `random` is always 0.5, so a backoff is half its bound. */
  make(options: { password?: string; logger?: Logger; handlers?: Partial<AriHandlers> } = {}): AriConnection {
    const { password = "secret", logger = silentLogger } = options;
    const url = `http://127.0.0.1:${this.port}`;
    const parsed = asteriskOptionsSchema.parse({ url, username: "earshot", password });
    const handlers = { ...this.#recorder(), ...options.handlers };
    this.#connection = new AriConnection(parsed, { clock: this.clock, logger, random: () => 0.5, handlers });
    return this.#connection;
  }

  async up(options: Parameters<AriRig["make"]>[0] = {}): Promise<AriConnection> {
    const connection = this.make(options);
    connection.start();
    await eventually("connected", () => connection.isOpen);
    return connection;
  }

  /** Lets time pass until it happens. */
  async passes(what: string, { stepMs, check }: { stepMs: number; check: () => boolean }): Promise<void> {
    await eventually(what, async () => {
      if (!check()) await this.clock.advance(stepMs);
      return check();
    });
  }

  /** Heartbeats of 2 s, each of them answered. */
  async beats(count: number): Promise<void> {
    for (let beat = 0; beat < count; beat += 1) {
      const answered = this.#pongs();
      await this.clock.advance(2_000);
      await eventually("a pong", () => this.#pongs() > answered);
    }
  }

  async close(): Promise<void> {
    this.#connection?.stop();
    await this.server.close();
  }

  #pongs(): number {
    return this.story.filter((told) => told.startsWith("latency")).length;
  }

  #recorder(): AriHandlers {
    const { story, events, downs, refusals } = this;
    return {
      opened: () => void story.push("opened"),
      event: (event) => {
        story.push(event.type);
        events.push(event);
      },
      down: (loss) => {
        story.push("down");
        downs.push(loss);
      },
      latency: (ms) => void story.push(`latency ${ms}`),
      refused: (error) => {
        story.push("refused");
        refusals.push(error);
      },
    };
  }
}
