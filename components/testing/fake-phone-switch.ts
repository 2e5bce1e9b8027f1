import {
  type PhoneClientMessage,
  type PhoneServerMessage,
  type PhoneState,
  phoneClientMessageSchema,
  SOFTPHONE_PROTOCOL,
} from "@/lib/contract/softphone";

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  static readonly OPEN = 1;
  readonly sent: PhoneClientMessage[] = [];
  readonly frames: Uint8Array[] = [];
  readyState = 1;
  bufferedAmount = 0;
  binaryType = "blob";
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly url: string) {}

  send(data: string | Uint8Array): void {
    if (typeof data === "string") this.sent.push(phoneClientMessageSchema.parse(JSON.parse(data)));
    else this.frames.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The network is cut, or the other end has closed. */
  break(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  say(message: PhoneServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  phone(phone: PhoneState): void {
    this.say({ type: "phone", phone });
  }

  /** Hello and registration, as the switch says them. */
  welcome(options: { resumeToken?: string; isResumed?: boolean; role?: "agent" | "guest" } = {}): void {
    const { resumeToken = "token", isResumed = false, role = "guest" } = options;
    this.say({ type: "hello", protocol: SOFTPHONE_PROTOCOL, version: 1, heartbeatMs: 1000 });
    this.say({ type: "registered", role, extension: role === "agent" ? "1001" : null, resumeToken, isResumed });
  }
}
