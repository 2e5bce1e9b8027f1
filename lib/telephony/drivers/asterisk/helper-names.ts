import { randomBytes } from "node:crypto";

/**
 * Names of what we make in Asterisk. What begins like this and is not in use was left behind by an Earshot that died.
 * `tap`: snoop, media channel and bridge of one party; `call`: bridge of a call that we connected; `agent`: its agent's leg.
 */
export class HelperNames {
  readonly #prefix: string;

  constructor({ app }: { app: string }) {
    this.#prefix = `earshot-${app}-`;
  }

  /** Unguessable: the name of a media channel may reach people, its connection id never does, but neither needs a counter. */
  make(kind: "tap" | "call" | "agent"): string {
    return `${this.#prefix}${kind}-${randomBytes(6).toString("hex")}`;
  }

  is(kind: "tap" | "call" | "agent", id: string): boolean {
    return id.startsWith(`${this.#prefix}${kind}-`);
  }

  /** Whether Earshot made it, for whatever purpose. */
  isOurs(id: string): boolean {
    return id.startsWith(this.#prefix);
  }
}
