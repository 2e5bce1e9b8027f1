import { connect, createServer, type Socket } from "node:net";
import { z } from "zod";

const addressSchema = z.object({ port: z.number() });

/** A TCP proxy before a server, for tests: what goes through it can be cut at any moment. */
export class CuttableProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => {
    if (this.#isDown) near.destroy();
    else this.#pipe(near);
  });
  #isDown = false;

  constructor(private readonly target: { port: number }) {}

  /** @returns the port to dial instead of the target's. */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => resolve(addressSchema.parse(this.#server.address()).port));
    });
  }

  /** Breaks every connection, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As `cut`, and nobody gets through until `restore`. */
  takeDown(): void {
    this.#isDown = true;
    this.cut();
  }

  restore(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pipe(near: Socket): void {
    const far = connect(this.target.port, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
