import type { Clock } from "@/lib/platform/clock";
import type { LiveSocket } from "../serve-socket";

type Connection = LiveSocket["conn"];

/** What may wait in this process for one listener: half a second of packets. */
export const WAITING_PACKETS = 25;
/** The other end is asked this often whether it still reads. */
export const PROBE_EVERY_MS = 500;
/** No answer for so long: what is sent now would lie behind all that the networks between still hold. */
export const STALLED_AFTER_MS = 1000;

/** What is used of the ws library's WebSocket, which Engine.IO keeps to itself. */
type Wire = { readonly bufferedAmount: number; ping(): void; on(name: "pong", run: () => void): unknown };
type Probe = { askedAt: number; isAnswered: boolean };

/**
 * How far a connection is behind. Three things hold packets: Engine.IO's queue, ws with Node's socket, and the system's own buffers,
 * which take seconds of sound before they are full and tell nobody. The last is measured from outside, by WebSocket pings (RFC 6455,
 * section 5.5.2): they queue behind the packets, and browsers answer them without a script.
 */
export class Backlog {
  readonly #probes = new WeakMap<Wire, Probe>();

  constructor(private readonly deps: { clock: Clock }) {}

  /** Whether a packet of `bytes` is better left out. To be asked for every packet: it is what sends the pings. */
  isBehind(connection: Connection, { bytes }: { bytes: number }): boolean {
    const wire = wireOf(connection);
    const waiting = queuedMessages(connection) + (wire ? wire.bufferedAmount / bytes : 0);
    const isStalled = wire ? this.#isStalled(wire) : false;
    return isStalled || waiting > WAITING_PACKETS;
  }

  #isStalled(wire: Wire): boolean {
    const now = this.deps.clock.now();
    const probe = this.#probes.get(wire) ?? this.#begin(wire);
    // Of a clock that was set back.
    probe.askedAt = Math.min(probe.askedAt, now);
    if (!probe.isAnswered) return now - probe.askedAt > STALLED_AFTER_MS;
    if (now - probe.askedAt < PROBE_EVERY_MS) return false;
    probe.askedAt = now;
    probe.isAnswered = false;
    wire.ping();
    return false;
  }

  #begin(wire: Wire): Probe {
    const probe = { askedAt: Number.NEGATIVE_INFINITY, isAnswered: true };
    this.#probes.set(wire, probe);
    wire.on("pong", () => {
      probe.isAnswered = true;
    });
    return probe;
  }
}

/** Engine.IO keeps what its transport does not take in `writeBuffer`, which its types call private. */
function queuedMessages(connection: Connection): number {
  const queue: unknown = Reflect.get(connection, "writeBuffer");
  return Array.isArray(queue) ? queue.length : 0;
}

/** Null while the connection polls. */
function wireOf({ transport, readyState }: Connection): Wire | null {
  const wire: unknown =
    readyState === "open" && transport.name === "websocket" ? Reflect.get(transport, "socket") : null;
  return isWire(wire) && Reflect.get(wire, "readyState") === 1 ? wire : null;
}

function isWire(value: unknown): value is Wire {
  if (typeof value !== "object" || value === null) return false;
  return "bufferedAmount" in value && "ping" in value && "on" in value;
}
