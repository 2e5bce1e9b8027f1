import { WebSocket } from "ws";
import { userIdSchema } from "@/lib/contract/ids";
import {
  decodePhoneFrame,
  encodePhoneFrame,
  PHONE_PATH,
  type PhoneCommand,
  type PhoneFrame,
  type PhoneIdentity,
  type PhoneServerMessage,
  type PhoneState,
  phoneServerMessageSchema,
  SOFTPHONE_PROTOCOL,
  SOFTPHONE_VERSION,
} from "@/lib/contract/softphone";
import { writePhoneHeaders } from "../phone-headers";
import { WireClient } from "./wire-client";

type Without<T> = T extends unknown ? Omit<T, "id"> : never;

/** A bare softphone for tests: parses strictly what it gets, answers pings, keeps every frame. */
export class PhoneClient extends WireClient<PhoneServerMessage> {
  readonly heard: PhoneFrame[] = [];
  #commands = 0;
  #sent = 0;

  constructor(socket: WebSocket) {
    super(socket, {
      parse: (json) => phoneServerMessageSchema.parse(json),
      onBinary: (bytes) => {
        const decoded = decodePhoneFrame(bytes);
        if (!decoded.ok) throw new Error(`the switch sent a bad frame: ${decoded.reason}`);
        this.heard.push(decoded.frame);
      },
    });
  }

  /** The phone as the switch last told it. */
  get phone(): PhoneState | undefined {
    return this.messages.findLast((message) => message.type === "phone")?.phone;
  }

  get agents() {
    return this.messages.findLast((message) => message.type === "directory")?.agents;
  }

  register(options: { resumeToken?: string; name?: string } = {}): void {
    this.send({ type: "hello", protocol: SOFTPHONE_PROTOCOL, version: SOFTPHONE_VERSION, ...options });
  }

  /** @returns the phone, once it is in that state. */
  async until<S extends PhoneState["state"]>(state: S): Promise<Extract<PhoneState, { state: S }>> {
    const is = (phone: PhoneState | undefined): phone is Extract<PhoneState, { state: S }> => phone?.state === state;
    return this.when(() => (is(this.phone) ? this.phone : undefined));
  }

  /** @returns "ok", or the code of the refusal. */
  async do(command: Without<PhoneCommand>): Promise<string> {
    this.#commands += 1;
    const id = `p${this.#commands}`;
    this.send({ ...command, id });
    const result = await this.when(() =>
      this.messages.find((message) => message.type === "result" && message.id === id),
    );
    return result.type === "result" && result.error ? result.error.code : "ok";
  }

  /** Everything that was sent before has been read by the switch. */
  async sync(): Promise<void> {
    this.#commands += 1;
    const id = `s${this.#commands}`;
    this.send({ type: "ping", id });
    await this.when(() => this.messages.some((message) => message.type === "pong" && message.id === id));
  }

  say(samples: Int16Array): void {
    this.socket.send(encodePhoneFrame({ sequence: this.#sent, samples }));
    this.#sent += 1;
  }
}

/** Opens a phone's connection, without hello. */
export async function openPhone(target: {
  url: string;
  apiKey: string;
  identity: PhoneIdentity;
}): Promise<PhoneClient> {
  const { identity } = target;
  const headers = { authorization: `Bearer ${target.apiKey}`, ...writePhoneHeaders(identity) };
  const socket = new WebSocket(`${target.url}${PHONE_PATH}`, { headers, perMessageDeflate: false });
  const client = new PhoneClient(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return client;
}

export const guest: PhoneIdentity = { role: "guest" };
/** `user`: whose phone it is; without it, each extension is somebody else's. */
export const agent = (
  extension: string,
  { name = `Agent ${extension}`, user = `user-${extension}` }: { name?: string; user?: string } = {},
): PhoneIdentity => ({ role: "agent", userId: userIdSchema.parse(user), extension, name });
