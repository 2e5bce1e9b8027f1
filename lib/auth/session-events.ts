import type { UserId } from "@/lib/contract/ids";

type Listener = (userId: UserId) => void;

/** Tells who holds sockets that a user's sessions, role or teams changed: ask again who they are. */
export class SessionEvents {
  readonly #listeners = new Set<Listener>();

  /** @returns a function that ends the subscription. */
  onChanged(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(userId: UserId): void {
    for (const listener of this.#listeners) listener(userId);
  }
}
