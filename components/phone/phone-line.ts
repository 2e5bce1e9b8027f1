import {
  type DirectoryEntry,
  decodePhoneFrame,
  encodePhoneFrame,
  LINE_PATH,
  type LineRole,
  lineRefusalSchema,
  type PhoneClientMessage,
  type PhoneCommand,
  type PhoneError,
  type PhoneFrame,
  type PhoneServerMessage,
  type PhoneState,
  phoneServerMessageSchema,
  SILENT_MS,
  SOFTPHONE_PROTOCOL,
  SOFTPHONE_VERSION,
} from "@/lib/contract/softphone";

/** Milliseconds before the tries to come back; the last one again and again. The first ones are within what a call waits. */
const RETRY_MS = [200, 500, 1000, 1500, 3000] as const;
/** How often one looks whether the line is silent. */
const WATCH_MS = 500;
/** A voice that the network does not take in time (half a second of it) is thrown away. */
const MAX_BUFFERED_BYTES = 16_000;

export type LineState = {
  /** `refused`: there is no line, and `refusal` says why. `replaced`: another page has the phone. */
  status: "off" | "opening" | "open" | "reconnecting" | "refused" | "replaced";
  refusal: { code: string; message: string } | null;
  phone: PhoneState;
  /** The last call was over before it was answered here. */
  isMissed: boolean;
  /** When the two were connected, this browser's clock, milliseconds since the epoch. */
  connectedAt: number | null;
  agents: DirectoryEntry[];
  /** Of the last command. */
  fault: PhoneError | null;
};

export const LINE_OFF: LineState = {
  status: "off",
  refusal: null,
  phone: { state: "idle", ended: null },
  isMissed: false,
  connectedAt: null,
  agents: [],
  fault: null,
};

type Without<T> = T extends unknown ? Omit<T, "id"> : never;
export type PhoneRequest = Without<PhoneCommand>;

export type PhoneLineOptions = {
  role: LineRole;
  onChange: (state: LineState) => void;
  onFrame: (frame: PhoneFrame) => void;
};
/** The browser's own, in place of which tests put theirs. */
export type LineParts = {
  connect: (url: string) => WebSocket;
  ask: (path: string) => Promise<Response>;
};
const browserLineParts: LineParts = {
  connect: (path) => new WebSocket(new URL(path, window.location.href.replace(/^http/, "ws"))),
  ask: (path) => fetch(path, { cache: "no-store" }),
};

/** One softphone's line: opened, kept open through lost networks with its call, and closed. */
export class PhoneLine {
  #state = LINE_OFF;
  #socket: WebSocket | null = null;
  #resumeToken: string | null = null;
  #name = "";
  #failures = 0;
  #commands = 0;
  #sequence = 0;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly options: PhoneLineOptions,
    private readonly parts: LineParts = browserLineParts,
  ) {}

  get state(): LineState {
    return this.#state;
  }

  /** Asks whether there would be a line, without opening it: the state is `refused` where there is none. */
  async check(): Promise<void> {
    const refusal = await this.#whyNot();
    if (refusal && this.#state.status === "off") this.#set({ status: "refused", refusal });
  }

  /** `name`: a guest's own. */
  open({ name = "" }: { name?: string } = {}): void {
    if (this.#socket) return;
    this.#name = name;
    this.#failures = 0;
    this.#set({ status: "opening", refusal: null, fault: null });
    this.#connect();
  }

  /** Puts the phone away: a call is hung up. */
  close(): void {
    this.#send({ type: "bye" });
    this.#drop();
    this.#resumeToken = null;
    this.#set({ ...LINE_OFF });
  }

  request(command: PhoneRequest): void {
    this.#commands += 1;
    this.#set({ fault: null });
    this.#send({ ...command, id: String(this.#commands) } as PhoneCommand);
  }

  /** 20 ms of the microphone. Never waits. */
  sendAudio(samples: Int16Array): void {
    const sequence = this.#sequence;
    this.#sequence += 1;
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
    socket.send(encodePhoneFrame({ sequence, samples }));
  }

  #connect(): void {
    const socket = this.parts.connect(`${LINE_PATH}?as=${this.options.role}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#sequence = 0;
    socket.onmessage = ({ data }) => this.#socket === socket && this.#receive(data);
    socket.onclose = () => this.#socket === socket && this.#lost();
    this.#watchSilence();
  }

  /** A line that is silent twice in a row is dead: after a stall of the page, what waits is read between the two looks. */
  #watchSilence(): void {
    clearInterval(this.#watch);
    let wasSilent = false;
    this.#watch = setInterval(() => {
      const isSilent = Date.now() - this.#heardAt > SILENT_MS;
      if (isSilent && wasSilent) this.#lost();
      wasSilent = isSilent;
    }, WATCH_MS);
  }

  #receive(data: unknown): void {
    this.#heardAt = Date.now();
    if (data instanceof ArrayBuffer) {
      const decoded = decodePhoneFrame(new Uint8Array(data));
      if (decoded.ok) this.options.onFrame(decoded.frame);
      return;
    }
    const message = phoneServerMessageSchema.safeParse(parseJson(data));
    if (message.success) this.#onMessage(message.data);
  }

  #onMessage(message: PhoneServerMessage): void {
    switch (message.type) {
      case "hello":
        this.#sayHello();
        return;
      case "registered":
        this.#onRegistered(message);
        return;
      case "phone":
        this.#onPhone(message.phone);
        return;
      case "directory":
        this.#set({ agents: message.agents });
        return;
      case "result":
        if (message.error) this.#set({ fault: message.error });
        return;
      case "error":
        // What answers no command and passes by itself is nothing that a person could mend.
        if (message.id !== null || !message.error.retryable) this.#set({ fault: message.error });
        return;
      case "replaced":
        this.#drop();
        this.#set({ ...LINE_OFF, status: "replaced" });
        return;
      case "ping":
        this.#send({ type: "pong", id: message.id });
        return;
      case "pong":
        return;
    }
  }

  #sayHello(): void {
    const resume = this.#resumeToken ? { resumeToken: this.#resumeToken } : {};
    const name = this.#name.trim() ? { name: this.#name.trim() } : {};
    const hello = { type: "hello", protocol: SOFTPHONE_PROTOCOL, version: SOFTPHONE_VERSION } as const;
    this.#send({ ...hello, ...resume, ...name });
  }

  #onRegistered(message: Extract<PhoneServerMessage, { type: "registered" }>): void {
    this.#failures = 0;
    this.#resumeToken = message.resumeToken;
    this.#set({ status: "open", refusal: null });
  }

  #onPhone(phone: PhoneState): void {
    const before = this.#state.phone;
    // A phone that is new to the switch, while a call was here: we were away for too long.
    if (phone.state === "idle" && !phone.ended && before.state !== "idle") {
      const { callId, peer } = before;
      this.#set({ phone: { state: "idle", ended: { callId, peer, reason: "connection-lost" } }, connectedAt: null });
      return;
    }
    const isNew = before.state !== "connected" && phone.state === "connected";
    if (isNew) this.#sequence = 0;
    const connectedAt = phone.state === "connected" ? Date.now() - phone.connectedForMs : null;
    const isMissed = phone.state === "idle" ? before.state === "ringing" || this.#state.isMissed : false;
    this.#set({ phone, connectedAt, isMissed });
  }

  #lost(): void {
    this.#drop();
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures += 1;
    // At once known: without a call a first failure may be a refusal, whose reason a WebSocket does not tell.
    if (this.#failures > 1 || this.#state.status === "opening") void this.#explain();
    this.#set({ status: "reconnecting" });
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  async #explain(): Promise<void> {
    const refusal = await this.#whyNot();
    if (!refusal || this.#state.status !== "reconnecting") return;
    this.#drop();
    this.#resumeToken = null;
    this.#set({ ...LINE_OFF, status: "refused", refusal });
  }

  /** @returns null where there would be a line, or nobody can say. */
  async #whyNot(): Promise<LineState["refusal"]> {
    try {
      const answer = await this.parts.ask(`${LINE_PATH}?as=${this.options.role}`);
      if (answer.ok || answer.status === 503) return null;
      // The lost line may count as a guest for a while yet, and the call waits.
      if (answer.status === 429 && this.#state.phone.state !== "idle") return null;
      return lineRefusalSchema.safeParse(await answer.json()).data ?? null;
    } catch {
      return null;
    }
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #send(message: PhoneClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #set(change: Partial<LineState>): void {
    this.#state = { ...this.#state, ...change };
    this.options.onChange(this.#state);
  }
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
