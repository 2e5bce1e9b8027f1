import type { Clock } from "@/lib/platform/clock";
import type { GatewayError } from "@/lib/telephony/gateway-errors";
import { type Check, describeRefusal, GRAVITY } from "./diagnosis";
import type { ParsedOptions } from "./options";
import { checkAsterisk } from "./preflight";

const GRAVITIES: ReadonlyMap<string, string> = new Map(Object.entries(GRAVITY));
/** So long an Asterisk may look as if it were set up wrongly while it starts: before we were ever connected, and after. */
const BOOT_MS = { first: 5_000, again: 30_000 } as const;

/** Asks Asterisk what is wrong, and tells faults that pass by themselves from those that somebody must mend. */
export class Refusals {
  /** Since when it has looked as an Asterisk does that is starting. */
  #since: number | null = null;
  #isTold = false;

  constructor(private readonly parts: { options: ParsedOptions; clock: Clock }) {}

  /** Connected: what was wrong is mended. */
  forget(): void {
    this.#since = null;
    this.#isTold = false;
  }

  /** @returns the first fault that `checkAsterisk` finds, in words; null if it finds none. */
  async diagnose({ mustBeFree }: { mustBeFree: boolean }): Promise<GatewayError | null> {
    const checks = await checkAsterisk(this.parts.options);
    const isFault = ({ ok, code }: Check) => ok === false && (mustBeFree || code !== "APP_IN_USE");
    const fault = checks.find(isFault);
    return fault ? describeRefusal(fault) : null;
  }

  judge(fault: GatewayError, { wasUp }: { wasUp: boolean }): "retry" | "newly-refused" | "still-refused" {
    const gravity = GRAVITIES.get(fault.code) ?? "retry";
    if (gravity === "boot") this.#since ??= this.parts.clock.now();
    else this.#since = null;
    const patience = wasUp ? BOOT_MS.again : BOOT_MS.first;
    const isLasting = this.#since !== null && this.parts.clock.now() - this.#since >= patience;
    if (gravity !== "final" && !isLasting) return "retry";
    if (this.#isTold) return "still-refused";
    this.#isTold = true;
    return "newly-refused";
  }
}
