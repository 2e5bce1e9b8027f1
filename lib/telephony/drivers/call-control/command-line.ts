import type { MediaClientMessage, MediaServerMessage, WireCommand } from "@/lib/contract/call-control";
import type { Clock } from "@/lib/platform/clock";
import {
  CallClosedError,
  CallCommandTimeoutError,
  GatewayConnectionError,
  type GatewayError,
} from "@/lib/telephony/gateway-errors";
import { toCommandError } from "./mapper";
import { COMMAND_LIMIT_MS } from "./options";

export type CommandResult = Extract<MediaServerMessage, { type: "result" }>;
type WireError = { code: string; message: string; retryable: boolean };

type Pending = {
  command: WireCommand;
  resolve: (result: CommandResult | null) => void;
  reject: (error: GatewayError) => void;
  cancelLimit: () => void;
};

/** Late answers still tell the truth about state and mode; so many of them are waited for. */
const REMEMBERED_TIMEOUTS = 32;

/** The commands of one call: those that wait for the media connection, those that wait for the gateway's answer. */
export class CommandLine {
  readonly #pending = new Map<string, Pending>();
  readonly #timedOut = new Map<string, WireCommand>();
  readonly #waiting = new Set<{ go: () => void; fail: (error: GatewayError) => void }>();
  #closed: GatewayError | null = null;
  #count = 0;

  constructor(
    private readonly options: {
      clock: Clock;
      send: (message: MediaClientMessage) => boolean;
      /** `soon`: the first connection of a new call is still being made. */
      reach: () => "open" | "soon" | "away";
      onTimeout: (command: WireCommand) => void;
    },
  ) {}

  /**
   * @returns the gateway's answer; null where the call's end fulfilled the command.
   * @throws CallCommandError, CallCommandTimeoutError, CallClosedError, GatewayConnectionError
   */
  async run(command: WireCommand, settings: { limitMs?: number; ringTimeSeconds?: number } = {}) {
    if (this.#closed) throw this.#closed;
    const reach = this.options.reach();
    if (reach === "away") throw away(`${command} was not sent`);
    if (reach === "soon") await this.#untilOpen(command);
    this.#count += 1;
    const id = `c${this.#count}`;
    const answer = this.#expect({ id, command, limitMs: settings.limitMs ?? COMMAND_LIMIT_MS });
    const ring = settings.ringTimeSeconds === undefined ? {} : { ringTimeSeconds: settings.ringTimeSeconds };
    if (!this.options.send({ type: "command", id, command, ...ring }))
      this.#take(id)?.reject(away(`${command} was not sent`));
    return answer;
  }

  /** The media connection is up. */
  opened(): void {
    for (const waiting of this.#waiting) waiting.go();
    this.#waiting.clear();
  }

  /** @returns the command an answer belongs to, also one that came too late; null for a stranger. */
  commandOf(id: string): WireCommand | null {
    return this.#pending.get(id)?.command ?? this.#timedOut.get(id) ?? null;
  }

  /** Sent, and neither answered nor out of time. */
  isPending(command: WireCommand): boolean {
    return [...this.#pending.values()].some((pending) => pending.command === command);
  }

  settle(result: CommandResult): void {
    this.#timedOut.delete(result.id);
    const pending = this.#take(result.id);
    if (result.ok) pending?.resolve(result);
    else pending?.reject(toCommandError(result.error));
  }

  /** An `error` reply. @returns whether it was to one of our commands. */
  fail(id: string, error: WireError): boolean {
    const pending = this.#take(id);
    pending?.reject(toCommandError(error));
    return pending !== undefined;
  }

  /** The connection broke: the answers are lost. Commands still waiting for a first connection go on waiting. */
  lost(detail: string): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(away(detail));
  }

  /** Nothing more will be answered. Commands of `fulfilled` got what they wanted. */
  close(error: GatewayError, fulfilled: readonly WireCommand[] = []): void {
    this.#closed = error;
    for (const waiting of this.#waiting) waiting.fail(error);
    this.#waiting.clear();
    for (const id of [...this.#pending.keys()]) {
      const pending = this.#take(id);
      if (pending && fulfilled.includes(pending.command)) pending.resolve(null);
      else pending?.reject(error);
    }
  }

  #expect({ id, command, limitMs }: { id: string; command: WireCommand; limitMs: number }) {
    return new Promise<CommandResult | null>((resolve, reject) => {
      const cancelLimit = this.options.clock.after(limitMs, () => {
        this.#pending.delete(id);
        this.#remember(id, command);
        this.options.onTimeout(command);
        const message = `the gateway did not answer ${command} within ${limitMs} ms; whether it was carried out is not known`;
        reject(new CallCommandTimeoutError("TIMEOUT", { message, retryable: true }));
      });
      this.#pending.set(id, { command, resolve, reject, cancelLimit });
    });
  }

  #untilOpen(command: WireCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        go: () => {
          cancel();
          resolve();
        },
        fail: (error: GatewayError) => {
          cancel();
          reject(error);
        },
      };
      const cancel = this.options.clock.after(COMMAND_LIMIT_MS, () => {
        this.#waiting.delete(waiting);
        reject(away(`no connection in time for ${command}`));
      });
      this.#waiting.add(waiting);
    });
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.cancelLimit();
    this.#pending.delete(id);
    return pending;
  }

  #remember(id: string, command: WireCommand): void {
    this.#timedOut.set(id, command);
    const [oldest] = this.#timedOut.keys();
    if (this.#timedOut.size > REMEMBERED_TIMEOUTS && oldest !== undefined) this.#timedOut.delete(oldest);
  }
}

export function closedError(reason: string): CallClosedError {
  return new CallClosedError("CALL_CLOSED", { message: `the call has ended (${reason})` });
}

function away(detail: string): GatewayConnectionError {
  const message = `the call's media connection is away: ${detail}`;
  return new GatewayConnectionError("CONNECTION_LOST", { message, retryable: true });
}
