import type { Party } from "@/lib/contract/call";
import type { CallLine } from "./line";

/** Which party has the other one on hold, as far as the gateway has said. */
export class HoldState {
  readonly #heldBy = new Set<Party>();

  constructor(private readonly line: Pick<CallLine, "callId" | "publish">) {}

  has(party: Party): boolean {
    return this.#heldBy.has(party);
  }

  /** The gateway says so; what is known already is not published again. */
  heard({ party, isHeld }: { party: Party; isHeld: boolean }): void {
    if (this.has(party) === isHeld) return;
    if (isHeld) this.#heldBy.add(party);
    else this.#heldBy.delete(party);
    this.line.publish({ type: "call.hold_changed", callId: this.line.callId, party, isHeld });
  }
}
