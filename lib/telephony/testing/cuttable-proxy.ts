import { connect, createServer, type Socket } from "node:net";
import { z } from "zod";

const addressSchema = z.object({ port: z.number() });

/** `request`: the first line that came, by which HTTP and WebSocket connections are told apart. */
type Line = { near: Socket; far: Socket; request: string };

/** A TCP proxy before a server, for tests: what goes through it can be cut at any moment. */
export class CuttableProxy {
  readonly #lines = new Set<Line>();
  readonly #blocked = new Set<string>();
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

  /** Breaks every connection, or those with `path` in their request, without a word. */
  cut(path = ""): void {
    for (const { near } of this.#linesTo(path)) near.destroy();
  }

  /** As `cut`, and nobody gets through until `restore`. */
  takeDown(): void {
    this.#isDown = true;
    this.cut();
  }

  restore(): void {
    this.#isDown = false;
  }

  /** As `cut`, and no such connection comes about until `free`. */
  block(path: string): void {
    this.#blocked.add(path);
    this.cut(path);
  }

  /** What the server says on these connections arrives only after `free`. */
  holdBack(path: string): void {
    for (const { near } of this.#linesTo(path)) near.cork();
  }

  /** Ends `block` and `holdBack`. */
  free(path: string): void {
    this.#blocked.delete(path);
    for (const { near } of this.#linesTo(path)) while (near.writableCorked > 0) near.uncork();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #linesTo(path: string): Line[] {
    return [...this.#lines].filter(({ request }) => request.includes(path));
  }

  #pipe(near: Socket): void {
    const far = connect(this.target.port, "127.0.0.1");
    const line: Line = { near, far, request: "" };
    this.#lines.add(line);
    near.once("data", (chunk) => {
      line.request = chunk.toString("latin1").split("\r\n", 1)[0] ?? "";
      if ([...this.#blocked].some((path) => line.request.includes(path))) near.destroy();
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        this.#lines.delete(line);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
