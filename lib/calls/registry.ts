import type { CallId } from "@/lib/contract/ids";
import type { CallHandle } from "./handle";

/** The handles of all calls that are live on this node. */
export class CallRegistry {
  readonly #handles = new Map<CallId, CallHandle>();

  /** @returns false where there is one with this id already. */
  add(handle: CallHandle): boolean {
    if (this.#handles.has(handle.callId)) return false;
    this.#handles.set(handle.callId, handle);
    return true;
  }

  get(callId: CallId): CallHandle | null {
    return this.#handles.get(callId) ?? null;
  }

  remove(callId: CallId): void {
    this.#handles.delete(callId);
  }

  all(): CallHandle[] {
    return [...this.#handles.values()];
  }
}
