import type { CallId, UserId } from "@/lib/contract/ids";
import type { Presence } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";

type Seat = { userId: UserId; name: string; since: number; sockets: Set<string> };

/** Who has which call open, told by the server's own sockets: one entry a person, however many tabs. */
export class PresenceList {
  readonly #seats = new Map<CallId, Map<UserId, Seat>>();
  readonly #lookedAt = new Map<CallId, number>();

  constructor(private readonly deps: { clock: Clock; onChanged: (callId: CallId) => void }) {}

  enter({ callId, socketId, ...person }: { callId: CallId; socketId: string; userId: UserId; name: string }): void {
    const seats = this.#seats.get(callId) ?? new Map<UserId, Seat>();
    this.#seats.set(callId, seats);
    const known = seats.get(person.userId);
    if (known) {
      known.sockets.add(socketId);
      return;
    }
    const since = this.deps.clock.now();
    seats.set(person.userId, { userId: person.userId, name: person.name, since, sockets: new Set([socketId]) });
    this.#lookedAt.set(callId, since);
    this.deps.onChanged(callId);
  }

  leave({ callId, socketId }: { callId: CallId; socketId: string }): void {
    const seats = this.#seats.get(callId);
    const seat = [...(seats?.values() ?? [])].find(({ sockets }) => sockets.has(socketId));
    if (!seats || !seat) return;
    seat.sockets.delete(socketId);
    if (seat.sockets.size > 0) return;
    seats.delete(seat.userId);
    if (seats.size === 0) this.#seats.delete(callId);
    this.#lookedAt.set(callId, this.deps.clock.now());
    this.deps.onChanged(callId);
  }

  /** In order of coming. */
  viewers(callId: CallId): Presence[] {
    const seats = [...(this.#seats.get(callId)?.values() ?? [])];
    return seats.map(({ userId, name, since }) => ({ userId, name, since, listening: false }));
  }

  /** When someone last came or left, milliseconds since the epoch; null: nobody yet. */
  lastLookedAt(callId: CallId): number | null {
    return this.#lookedAt.get(callId) ?? null;
  }

  forget(callId: CallId): void {
    this.#seats.delete(callId);
    this.#lookedAt.delete(callId);
  }
}
