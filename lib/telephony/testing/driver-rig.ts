import type { Mode } from "@/lib/contract/call";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { CallControlGateway } from "@/lib/telephony/drivers/call-control";
import type { GatewayCall } from "@/lib/telephony/gateway";
import { eventually } from "./eventually";
import { type ClientMessage, ScriptedServer, wireCall } from "./scripted-server";

/** The driver on a scripted server, over real sockets, with a clock that stands still; the call is `w1`. */
export class DriverRig {
  readonly clock = new FakeClock();
  readonly calls: GatewayCall[] = [];
  readonly gateway: CallControlGateway;
  /** What the server says of the call on a media connection. */
  described = wireCall({ state: "CONNECTED", mode: "spy" });

  private constructor(
    port: number,
    readonly server: ScriptedServer,
  ) {
    this.server.hello = { heartbeatMs: 60_000 };
    this.server.onMessage = ({ type }, { path, socket }) => {
      if (type === "hello" && path.includes("/media/"))
        socket.send(JSON.stringify({ type: "call", call: this.described }));
    };
    this.gateway = new CallControlGateway(
      {
        ...{ name: "test", url: `ws://127.0.0.1:${port}`, connectorId: "c" },
        credentials: { kind: "api-key", key: "k" },
      },
      { clock: this.clock, logger: silentLogger, random: () => 0.5 },
    );
    this.gateway.on("call", (call) => this.calls.push(call));
  }

  static async start(): Promise<DriverRig> {
    const server = new ScriptedServer();
    const rig = new DriverRig(await server.listen(), server);
    await rig.gateway.start();
    return rig;
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.server.close();
  }

  async arrive(): Promise<GatewayCall> {
    this.server.tell(this.server.control, { type: "call.incoming", at: 1, call: this.described });
    await eventually("the call arrives", () => this.calls.length > 0);
    const [call] = this.calls;
    if (!call) throw new Error("no call");
    return call;
  }

  /** Open media connections of the call. */
  media(): ReturnType<ScriptedServer["media"]> {
    return this.server.media("w1");
  }

  tell(message: object | Buffer): void {
    this.server.tell(this.media(), message);
  }

  tellControl(message: object): void {
    this.server.tell(this.server.control, message);
  }

  /** Messages of this type that came on the media connection. */
  received(type: string): ClientMessage[] {
    return this.media().flatMap((connection) => connection.received.filter((message) => message.type === type));
  }

  /** Waits for the command. */
  async command(name: string): Promise<ClientMessage> {
    const find = () => this.received("command").find((message) => message.command === name);
    await eventually(name, () => find() !== undefined);
    return find() ?? { type: "none" };
  }

  answer({ id }: ClientMessage, result: Record<string, unknown> = {}): void {
    this.tell({ type: "result", id, ok: !result.error, state: "CONNECTED", mode: null, ...result });
  }

  /** Somebody changed the mode, or the echo of our own change. */
  modeChanged(mode: Mode, previous: Mode | null): void {
    this.tellControl({ type: "call.mode_changed", callId: "w1", at: 1, mode, previous });
  }
}
