import { connect, createServer, type Server, type Socket } from "node:net";

/** A network between browser and server, on 127.0.0.1, that can die without a word. */
export class LossyWire {
  readonly #server: Server;
  readonly #pairs = new Set<{ near: Socket; far: Socket }>();

  private constructor(farPort: number) {
    this.#server = createServer((near) => {
      const pair = { near, far: connect(farPort, "127.0.0.1") };
      this.#pairs.add(pair);
      near.pipe(pair.far).pipe(near);
      for (const end of [near, pair.far]) end.on("error", () => undefined);
    });
  }

  static async to(farPort: number): Promise<LossyWire> {
    const wire = new LossyWire(farPort);
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** Loses from now on what is sent over the connections that stand: no FIN, no RST. Later connections are well. */
  die(): void {
    for (const { near, far } of this.#pairs) {
      near.unpipe(far).resume();
      far.unpipe(near).resume();
    }
  }

  close(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
  }
}
