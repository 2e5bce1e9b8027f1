import type { Presence } from "@/lib/contract/call-view";
import type { CallId, UserId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";

/** A socket has the call open, or hears it, or both. */
type Part = "viewing" | "listening";
type Seat = { userId: UserId; name: string; since: number } & Record<Part, Set<string>>;
type Entry = { callId: CallId; socketId: string; as?: Part };

/** Who has which call open or hears it, told by the server's own sockets: one entry a person, however many tabs. */
export class PresenceList {
  readonly #seats = new Map<CallId, Map<UserId, Seat>>();
  readonly #lookedAt = new Map<CallId, number>();

  constructor(private readonly deps: { clock: Clock; onChanged: (callId: CallId) => void }) {}

  enter({ callId, socketId, as = "viewing", userId, name }: Entry & { userId: UserId; name: string }): void {
    const seats = this.#seats.get(callId) ?? new Map<UserId, Seat>();
    this.#seats.set(callId, seats);
    const known = seats.get(userId);
    if (known) {
      const isNews = as === "listening" && known.listening.size === 0;
      known[as].add(socketId);
      if (isNews) this.deps.onChanged(callId);
      return;
    }
    const since = this.deps.clock.now();
    const seat: Seat = { userId, name, since, viewing: new Set(), listening: new Set() };
    seat[as].add(socketId);
    seats.set(userId, seat);
    this.#lookedAt.set(callId, since);
    this.deps.onChanged(callId);
  }

  leave({ callId, socketId, as = "viewing" }: Entry): void {
    const seats = this.#seats.get(callId);
    const seat = [...(seats?.values() ?? [])].find((other) => other[as].has(socketId));
    if (!seats || !seat) return;
    seat[as].delete(socketId);
    const isGone = seat.viewing.size + seat.listening.size === 0;
    if (!isGone && (as === "viewing" || seat.listening.size > 0)) return;
    if (isGone) {
      seats.delete(seat.userId);
      this.#lookedAt.set(callId, this.deps.clock.now());
    }
    if (seats.size === 0) this.#seats.delete(callId);
    this.deps.onChanged(callId);
  }

  /** In order of coming. */
  viewers(callId: CallId): Presence[] {
    const seats = [...(this.#seats.get(callId)?.values() ?? [])];
    return seats.map(({ userId, name, since, listening }) => ({ userId, name, since, listening: listening.size > 0 }));
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
