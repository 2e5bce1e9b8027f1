import { type ClientOptions, WebSocket } from "ws";
import {
  CONNECTOR_HEADER,
  CONTROL_PATH,
  type ControlServerMessage,
  controlServerMessageSchema,
  decodeFrame,
  encodeFrame,
  MEDIA_PATH,
  type MediaServerMessage,
  type MODE_BYTE,
  mediaServerMessageSchema,
  PROTOCOL,
  PROTOCOL_VERSION,
  type WireCommand,
  type WireFrame,
} from "@/lib/contract/call-control";

type Of<M, T> = Extract<M, { type: T }>;
export type Target = { url: string; apiKey?: string; connectorId?: string; socket?: ClientOptions };

/** A bare client for tests: sends what it is told, parses strictly what it gets, answers pings. */
export class WireClient<M extends { type: string }> {
  readonly messages: M[] = [];
  readonly frames: WireFrame[] = [];
  /** Set when the server has ended the connection. */
  closed: { code: number; reason: string } | null = null;
  answersPings = true;
  readonly #waiting = new Set<() => void>();
  #seen = 0;

  constructor(
    readonly socket: WebSocket,
    private readonly options: { parse: (json: unknown) => M; onBinary?: (bytes: Uint8Array) => void },
  ) {
    socket.on("message", (data, isBinary) => this.#receive(Buffer.isBuffer(data) ? data : Buffer.alloc(0), isBinary));
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  hello(sampleRate = 16_000): void {
    this.send({ type: "hello", protocol: PROTOCOL, version: PROTOCOL_VERSION, sampleRate, name: "test" });
  }

  /** @returns the next message of that type that was not returned before; everything before it is skipped. */
  async next<T extends M["type"]>(type: T): Promise<Of<M, T>> {
    return this.when(() => {
      const at = this.messages.findIndex((message, place) => place >= this.#seen && message.type === type);
      if (at < 0) return undefined;
      this.#seen = at + 1;
      return this.messages[at] as Of<M, T>;
    });
  }

  /** @returns what `look` finds, as soon as it finds something. */
  async when<R>(look: () => R | undefined | false): Promise<R> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async whenClosed(): Promise<{ code: number; reason: string }> {
    return this.when(() => this.closed ?? undefined);
  }

  close(): void {
    this.socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (isBinary && this.options.onBinary) this.options.onBinary(data);
    else if (isBinary) {
      const decoded = decodeFrame(data);
      if (!decoded.ok) throw new Error(`the server sent a bad frame: ${decoded.reason}`);
      this.frames.push(decoded.frame);
    } else {
      const message = this.options.parse(JSON.parse(data.toString()));
      if (message.type === "ping" && "id" in message && this.answersPings) this.send({ type: "pong", id: message.id });
      this.messages.push(message);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

export type ControlClient = WireClient<ControlServerMessage>;

/** One call's media connection with the few words most tests need. */
export class MediaClient extends WireClient<MediaServerMessage> {
  #commands = 0;

  /** @returns the server's result. */
  async command(command: WireCommand, options: { ringTimeSeconds?: number } = {}) {
    this.#commands += 1;
    const id = `t${this.#commands}`;
    this.send({ type: "command", id, command, ...options });
    return this.when(() =>
      this.messages.find(
        (message): message is Of<MediaServerMessage, "result"> => message.type === "result" && message.id === id,
      ),
    );
  }

  sendFrame(frame: { playId: number; mode: keyof typeof MODE_BYTE; sequence: number; samples: Int16Array }): void {
    this.socket.send(encodeFrame({ ...frame, track: "outbound", position: 0 }));
  }

  /** Sends a clip as the server pulls it. @returns its last word about it. */
  async play(clip: {
    playId: number;
    mode: "spy" | "whisper" | "barge" | null;
    samples: Int16Array;
    frameSamples?: number;
  }) {
    const { playId, mode, samples, frameSamples = 320 } = clip;
    this.send({ type: "play", playId, mode, samples: samples.length });
    let sent = 0;
    let sequence = 0;
    let used = 0;
    for (;;) {
      const message = await this.when(() => {
        const about = this.messages.filter((message) => "playId" in message && message.playId === playId);
        return about[used];
      });
      used += 1;
      if (message.type === "drained" || message.type === "refused") return message;
      if (message.type !== "credit") continue;
      const until = sent + message.samples;
      while (sent < until) {
        const part = samples.slice(sent, Math.min(until, sent + frameSamples));
        this.sendFrame({ playId, mode: mode ?? "none", sequence, samples: part });
        sent += part.length;
        sequence += 1;
      }
      if (sent === samples.length) this.send({ type: "end", playId });
    }
  }
}

/** Opens a control connection; the hello is left to the caller. */
export async function openControl(target: Target): Promise<ControlClient> {
  const socket = dial(target, CONTROL_PATH);
  const client = new WireClient(socket, { parse: (json) => controlServerMessageSchema.parse(json) });
  await opened(socket);
  return client;
}

/** Opens a control connection and says hello. */
export async function greetControl(target: Target): Promise<ControlClient> {
  const client = await openControl(target);
  client.hello();
  await client.next("calls");
  return client;
}

export async function openMedia(target: Target & { callId: string }): Promise<MediaClient> {
  const socket = dial(target, `${MEDIA_PATH}${target.callId}`);
  const client = new MediaClient(socket, { parse: (json) => mediaServerMessageSchema.parse(json) });
  await opened(socket);
  return client;
}

/** Opens a media connection, says hello with the server's own rate, and waits for the call. */
export async function greetMedia(target: Target & { callId: string }): Promise<MediaClient> {
  const client = await openMedia(target);
  const hello = await client.next("hello");
  client.hello(hello.sampleRate);
  await client.next("call");
  return client;
}

function dial(target: Target, path: string): WebSocket {
  const headers: Record<string, string> = {};
  if (target.apiKey !== undefined) headers.authorization = `Bearer ${target.apiKey}`;
  if (target.connectorId !== undefined) headers[CONNECTOR_HEADER] = target.connectorId;
  return new WebSocket(`${target.url}${path}`, { headers, perMessageDeflate: false, ...target.socket });
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}
