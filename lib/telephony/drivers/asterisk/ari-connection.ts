import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { Backoff } from "@/lib/telephony/backoff";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import type { AriHandlers } from "./ari-handlers";
import { type AriRequest, AriSocket, type SocketLoss } from "./ari-socket";
import { describeRefusal } from "./diagnosis";
import type { ParsedOptions } from "./options";
import { asteriskAway } from "./pending-requests";
import { checkApplication } from "./preflight";
import { Refusals } from "./refusals";

export type { AriHandlers, AriRequest };

/** So low, because the screen must be right within 5 s after Asterisk is back; one local server is not hurt by it. */
const BACKOFF = { baseMs: 250, capMs: 2_000 } as const;
/** A connection that held so long was a good one: the next backoff starts from the beginning. */
const STABLE_MS = 5_000;
/** Between two looks whether our application is free again. */
const OCCUPIED_RETRY_MS = 5_000;
/** After a refusal: somebody may correct Asterisk meanwhile. */
const REFUSED_RETRY_MS = 30_000;

type Phase = "stopped" | "working" | "waiting" | "open";

/** One WebSocket to Asterisk's ARI that keeps itself up, for events and for REST. */
export class AriConnection {
  readonly #backoff: Backoff;
  readonly #refusals: Refusals;
  #socket: AriSocket | null = null;
  #phase: Phase = "stopped";
  /** What is asynchronous compares this with what it was: a stop or a new attempt makes it void. */
  #attempt = 0;
  #wasUp = false;
  #isReplaced = false;
  #openedAt = 0;
  #lastDetail = "not connected yet";
  #malformed = 0;
  #cancelRetry: (() => void) | null = null;

  constructor(
    private readonly options: ParsedOptions,
    private readonly deps: { clock: Clock; logger: Logger; random: () => number; handlers: AriHandlers },
  ) {
    this.#backoff = new Backoff({ ...BACKOFF, random: deps.random });
    this.#refusals = new Refusals({ options, clock: deps.clock });
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  /** Messages that could not be used since the start. */
  get malformed(): number {
    return this.#malformed;
  }

  start(): void {
    if (this.#phase !== "stopped") return;
    this.#phase = "working";
    void this.#connect();
  }

  /** No handler is called any more; pending requests reject. */
  stop(): void {
    this.#phase = "stopped";
    this.#attempt += 1;
    this.#cancelRetry?.();
    this.#release("Earshot has closed the connection");
  }

  /**
   * @returns the JSON of the answer, null where there is none.
   * @throws AriRequestError, GatewayConnectionError, CallCommandTimeoutError
   */
  async request(request: AriRequest): Promise<unknown> {
    if (!this.#socket?.isReady) throw asteriskAway(this.#lastDetail);
    return this.#socket.request(request);
  }

  /**
   * At first, and after another program took our application, it must be free: whoever has it goes on undisturbed. After
   * having been up we take it back at once, since who has it is most likely our own dead socket.
   */
  async #connect(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#phase = "working";
    const fault = await this.#findFault();
    if (attempt !== this.#attempt) return;
    if (fault) this.#failed(fault);
    else this.#dial(attempt);
  }

  async #findFault(): Promise<GatewayError | null> {
    if (this.#isReplaced) {
      const check = await checkApplication(this.options);
      return check.ok ? null : describeRefusal(check);
    }
    return this.#wasUp ? null : this.#refusals.diagnose({ mustBeFree: true });
  }

  #dial(attempt: number): void {
    const { options, deps } = this;
    const { clock, handlers } = deps;
    this.#socket = new AriSocket({
      options,
      clock,
      handlers: {
        ready: () => this.#ready(attempt),
        event: (event) => this.#guarded(() => handlers.event(event)),
        replaced: () => this.#replaced(),
        latency: (ms) => this.#guarded(() => handlers.latency(ms)),
        lost: (loss) => void this.#lost(loss, attempt),
        malformed: (reason) => this.#count(reason),
      },
    });
  }

  #ready(attempt: number): void {
    this.#phase = "open";
    this.#wasUp = true;
    this.#isReplaced = false;
    this.#openedAt = this.deps.clock.now();
    this.#refusals.forget();
    const failed = (error: unknown) => {
      if (attempt !== this.#attempt || !this.isOpen) return;
      this.deps.logger.error({ err: error }, "reading the state of Asterisk failed");
      this.#release("reading the state failed");
      void this.#lost({ detail: "Reading the state of Asterisk failed", isSilent: true }, attempt);
    };
    try {
      void Promise.resolve(this.deps.handlers.opened()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #replaced(): void {
    this.#isReplaced = true;
    this.#attempt += 1;
    this.#release("another program has taken our ARI application");
    const { app } = this.options;
    const detail = `Another program has connected as the ARI application "${app}" and gets its events now; Earshot waits until it is free. Stop that program, or give this Earshot another name (ASTERISK_APP)`;
    this.#wait(detail, OCCUPIED_RETRY_MS);
  }

  /** A connection that was up is dialled again first and asked about later; one that could not be made is diagnosed. */
  async #lost(loss: SocketLoss, attempt: number): Promise<void> {
    const wasOpen = this.isOpen;
    this.#socket = null;
    this.#phase = "working";
    this.#lastDetail = loss.detail;
    if (wasOpen && this.deps.clock.now() - this.#openedAt >= STABLE_MS) this.#backoff.reset();
    const fault = wasOpen || loss.isSilent ? null : await this.#refusals.diagnose({ mustBeFree: false });
    if (attempt !== this.#attempt) return;
    if (fault) this.#failed(fault);
    else this.#wait(loss.detail, this.#backoff.next());
  }

  #failed(fault: GatewayError): void {
    const verdict = this.#refusals.judge(fault, { wasUp: this.#wasUp });
    if (fault.code === "APP_IN_USE") this.#wait(fault.message, OCCUPIED_RETRY_MS);
    else if (verdict === "retry") this.#wait(fault.message, this.#backoff.next());
    else {
      this.#wait(fault.message, REFUSED_RETRY_MS);
      if (verdict === "newly-refused") this.#guarded(() => this.deps.handlers.refused(fault));
    }
  }

  #wait(detail: string, retryInMs: number): void {
    this.#phase = "waiting";
    this.#lastDetail = detail;
    this.#cancelRetry = this.deps.clock.after(retryInMs, () => void this.#connect());
    this.#guarded(() => this.deps.handlers.down({ detail, retryInMs }));
  }

  #release(detail: string): void {
    this.#lastDetail = detail;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(detail);
  }

  /** What a handler throws must not stop the reading: Asterisk cuts a slow reader off. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.deps.logger.error({ err: error }, "handling an event of Asterisk failed");
    }
  }

  /** Logs the 1st, 2nd, 4th, 8th …: a flood of faults is not a flood of lines. */
  #count(reason: string): void {
    this.#malformed += 1;
    const count = this.#malformed;
    if ((count & (count - 1)) === 0) this.deps.logger.warn({ count, reason }, "Asterisk sent something unusable");
  }
}
