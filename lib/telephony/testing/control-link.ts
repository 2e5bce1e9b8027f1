import { connect, type Socket } from "node:net";
import { z } from "zod";

const COMMAND_LIMIT_MS = 5_000;

const messageSchema = z.union([
  z.object({ response: z.literal(true), ok: z.boolean(), data: z.string().default(""), token: z.string() }),
  z.object({ event: z.literal(true), type: z.string(), id: z.string().default(""), param: z.string().default("") }),
]);

export type PhoneEvent = { type: string; id: string; param: string };

/** baresip's `ctrl_tcp`: JSON in netstrings (`LENGTH:TEXT,`, length in bytes), answers in any order by token. */
export class ControlLink {
  #pending = Buffer.alloc(0);
  #token = 0;
  readonly #waiting = new Map<string, { resolve: (text: string) => void; reject: (error: Error) => void }>();

  private constructor(
    private readonly socket: Socket,
    private readonly onEvent: (event: PhoneEvent) => void,
  ) {
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the phone has gone"));
      this.#waiting.clear();
    });
  }

  /** Tries until the phone listens. @throws Error after `limitMs` */
  static async open(options: {
    port: number;
    limitMs: number;
    onEvent: (event: PhoneEvent) => void;
  }): Promise<ControlLink> {
    const end = Date.now() + options.limitMs;
    for (;;) {
      const socket = await tryToConnect(options.port);
      if (socket) return new ControlLink(socket, options.onEvent);
      if (Date.now() > end) throw new Error(`no phone listens on port ${options.port}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** @returns what the phone says to it. @throws Error where it refuses, or is silent for 5 s */
  command(command: string, params = ""): Promise<string> {
    const token = String(++this.#token);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`${command}: no answer`))), COMMAND_LIMIT_MS);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(token);
        act();
      };
      this.#waiting.set(token, {
        resolve: (text) => settle(() => resolve(text)),
        reject: (error) => settle(() => reject(new Error(`${command} ${params}: ${error.message}`))),
      });
      const text = JSON.stringify({ command, params, token });
      this.socket.write(`${Buffer.byteLength(text)}:${text},`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const colon = this.#pending.indexOf(":");
      const length = Number(this.#pending.subarray(0, colon).toString("latin1"));
      if (colon < 1 || this.#pending.length < colon + 1 + length + 1) return;
      const text = this.#pending.subarray(colon + 1, colon + 1 + length).toString("utf8");
      this.#pending = this.#pending.subarray(colon + length + 2);
      const message = messageSchema.safeParse(JSON.parse(text));
      if (!message.success) continue;
      if ("event" in message.data) this.onEvent(message.data);
      else this.#settle(message.data);
    }
  }

  #settle(answer: { ok: boolean; data: string; token: string }): void {
    const waiting = this.#waiting.get(answer.token);
    if (answer.ok) waiting?.resolve(answer.data);
    else waiting?.reject(new Error(answer.data.trim() || "refused"));
  }
}

function tryToConnect(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.off("error", failed);
      resolve(socket);
    });
    const failed = () => resolve(null);
    socket.once("error", failed);
  });
}
