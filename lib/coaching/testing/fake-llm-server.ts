import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ type: z.string() }).loose().optional(),
});
export type LlmRequest = z.infer<typeof requestSchema> & { path: string; authorization: string | undefined };

/** What the server says next: an answer's text, a status with a body, broken bytes, or nothing at all. */
export type LlmReply =
  | { kind: "text"; text: string }
  | { kind: "status"; status: number; body: string }
  | { kind: "broken" }
  | { kind: "hangUp" }
  | { kind: "never" };

/** A local HTTP server that plays the chat endpoint of an OpenAI-compatible server. */
export class FakeLlmServer {
  readonly requests: LlmRequest[] = [];
  /** Connections the client gave up. */
  aborted = 0;
  reply: LlmReply = { kind: "text", text: '{"advice":[]}' };
  readonly #server: Server;
  readonly #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      response.on("close", () => {
        if (!response.writableEnded) this.aborted += 1;
      });
      void this.#take(request).then(() => {
        const { reply } = this;
        for (const wake of this.#waiting.splice(0)) wake();
        if (reply.kind === "never") return;
        if (reply.kind === "hangUp") return void request.socket.destroy();
        const status = reply.kind === "status" ? reply.status : 200;
        response.writeHead(status, { "content-type": "application/json" }).end(bodyOf(reply));
      });
    });
  }

  static async start(): Promise<FakeLlmServer> {
    const fake = new FakeLlmServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get baseUrl(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return `http://127.0.0.1:${address.port}/v1`;
  }

  /** Resolves when the next request has come in whole. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  answer(advice: unknown): void {
    this.reply = { kind: "text", text: JSON.stringify({ advice }) };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = requestSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    this.requests.push({ ...body, path: request.url ?? "", authorization: request.headers.authorization });
  }
}

function bodyOf(reply: Extract<LlmReply, { kind: "text" | "status" | "broken" }>): string {
  if (reply.kind === "status") return reply.body;
  if (reply.kind === "broken") return '{"id":"x","choices":[{"message":';
  return JSON.stringify({
    id: "chat-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: reply.text } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
}
