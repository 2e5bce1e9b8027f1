import type { FloorCommands } from "@/lib/calls/commands";
import type { UserId } from "@/lib/contract/ids";
import type { Clock } from "@/lib/platform/clock";

/** A page that is loaded again, or whose network changes, is back by then. */
export const RETURN_WITHIN_MS = 5000;

type Deps = { floor: Pick<FloorCommands, "leave">; clock: Clock };

/** Who is there at all, by their open sockets: nobody who is gone, or has no right any more, keeps a call's floor. */
export class Attendance {
  readonly #sockets = new Map<UserId, Set<string>>();
  readonly #departures = new Map<UserId, () => void>();

  constructor(private readonly deps: Deps) {}

  enter({ userId, socketId }: { userId: UserId; socketId: string }): void {
    this.#cancelDeparture(userId);
    const sockets = this.#sockets.get(userId) ?? new Set();
    this.#sockets.set(userId, sockets.add(socketId));
  }

  /** One socket fewer. The last one is waited for. */
  leave({ userId, socketId }: { userId: UserId; socketId: string }): void {
    const sockets = this.#sockets.get(userId);
    if (!sockets?.delete(socketId) || sockets.size > 0) return;
    this.#sockets.delete(userId);
    const depart = () => {
      this.#departures.delete(userId);
      this.deps.floor.leave({ userId, reason: "disconnected" });
    };
    this.#departures.set(userId, this.deps.clock.after(RETURN_WITHIN_MS, depart));
  }

  /** A person's rights are gone, wherever they sit; sockets that are still to close are nobody's. */
  bar(userId: UserId): void {
    this.#cancelDeparture(userId);
    this.#sockets.delete(userId);
    this.deps.floor.leave({ userId, reason: "rights-changed" });
  }

  close(): void {
    for (const cancel of this.#departures.values()) cancel();
    this.#departures.clear();
    this.#sockets.clear();
  }

  #cancelDeparture(userId: UserId): void {
    this.#departures.get(userId)?.();
    this.#departures.delete(userId);
  }
}
