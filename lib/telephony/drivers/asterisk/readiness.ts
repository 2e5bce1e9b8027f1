import type { Party } from "@/lib/contract/call";
import type { Clock } from "@/lib/platform/clock";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import { connectionLost } from "./ari-errors";

/** Channels swap places when Asterisk optimises a path; only what lasts longer is told. */
const APART_GRACE_MS = 300;
/** How long a command of a new call waits for its taps. */
const SETUP_LIMIT_MS = 5_000;

type Facts = { isAriUp: boolean; areTogether: boolean; up: Record<Party, boolean>; needs: readonly Party[] };

/**
 * Whether we may speak into a call and know what we hear: the way to Asterisk is open, the two are together, and both taps
 * stand. Closed at once on any doubt; told with a little patience where a doubt is likely to pass.
 */
export class Readiness {
  readonly #waiters = new Set<(error: GatewayError | null) => void>();
  #facts: Facts = { isAriUp: true, areTogether: true, up: { caller: false, agent: false }, needs: [] };
  #isReady = false;
  #toldReachable = true;
  #isNew = true;
  #cancelTelling: () => void = () => {};

  constructor(
    private readonly parts: {
      clock: Clock;
      /** May speak again, or must not any more. Comes before `tell`. */
      changed: (isReady: boolean) => void;
      tell: (isReachable: boolean) => void;
    },
  ) {}

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether its listeners believe it within reach. */
  get isReachable(): boolean {
    return this.#toldReachable;
  }

  isUp(party: Party): boolean {
    return this.#facts.up[party];
  }

  update(change: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...change };
    const { isAriUp, areTogether, up, needs } = this.#facts;
    const isReady = isAriUp && areTogether && needs.every((party) => up[party]);
    if (isReady !== this.#isReady) {
      this.#isReady = isReady;
      if (isReady) this.#isNew = false;
      this.parts.changed(isReady);
    }
    if (isReady) this.#opened();
    else if (!this.#isNew || !isAriUp) this.#doubtful({ patient: isAriUp && !areTogether });
  }

  /** Asked on every change of anything: only news may begin the patience anew. */
  together(areTogether: boolean): void {
    if (areTogether !== this.#facts.areTogether) this.update({ areTogether });
  }

  tapFailed(): void {
    this.#isNew = false;
    this.update({});
  }

  tap(party: Party, isUp: boolean): void {
    this.update({ up: { ...this.#facts.up, [party]: isUp } });
  }

  /** Resolves when it is ready, which is waited for only while it comes up for the first time. @throws GatewayConnectionError */
  async untilReady(): Promise<void> {
    if (this.#isReady) return;
    if (!this.#isNew) throw connectionLost("the call is out of reach");
    await new Promise<void>((resolve, reject) => {
      const settle = (error: GatewayError | null) => {
        cancel();
        this.#waiters.delete(settle);
        if (error) reject(error);
        else resolve();
      };
      const cancel = this.parts.clock.after(SETUP_LIMIT_MS, () =>
        settle(connectionLost("the call's audio did not come up")),
      );
      this.#waiters.add(settle);
    });
  }

  /** The call is over. */
  close(error: GatewayError): void {
    this.#cancelTelling();
    this.#isReady = false;
    this.#settle(error);
  }

  #opened(): void {
    this.#cancelTelling();
    this.#tell(true);
    this.#settle(null);
  }

  #doubtful({ patient }: { patient: boolean }): void {
    this.#cancelTelling();
    const lost = () => {
      this.#tell(false);
      this.#settle(connectionLost("the call is out of reach"));
    };
    if (patient && this.#toldReachable) this.#cancelTelling = this.parts.clock.after(APART_GRACE_MS, lost);
    else lost();
  }

  #tell(isReachable: boolean): void {
    if (this.#toldReachable === isReachable) return;
    this.#toldReachable = isReachable;
    this.parts.tell(isReachable);
  }

  #settle(error: GatewayError | null): void {
    for (const settle of [...this.#waiters]) settle(error);
  }
}
