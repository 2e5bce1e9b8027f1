import { isDeepStrictEqual } from "node:util";
import { canAdminister, isAgent } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import { BUILT_IN_SWITCH, type GatewayReport } from "@/lib/contract/gateway-status";
import { type ServerEventPayload, SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { TranscriptionLevel } from "@/lib/contract/transcript";
import type { Clock } from "@/lib/platform/clock";
import { isOver } from "./elapsed";

const STATUS_INTERVAL_MS = 2000;
/** How often a change is looked for in between. */
const LOOK_INTERVAL_MS = 250;

/** Who gets the same of the status: what their pages show, and no more. */
export const AUDIENCES = ["admins", "supervisors", "agents"] as const;
export type Audience = (typeof AUDIENCES)[number];

type Status = ServerEventPayload<"status:updated">;

type Deps = {
  clock: Clock;
  gatewayStatuses: () => GatewayReport[];
  transcription: () => TranscriptionLevel;
  demonstration: boolean;
  send: (status: Status) => void;
};

export function audienceOf(viewer: Viewer): Audience {
  if (isAgent(viewer)) return "agents";
  return canAdminister(viewer) ? "admins" : "supervisors";
}

/**
 * A diagnosis names hosts, accounts and files, which are the admins' to mend. An agent's desk asks one thing only: whether its
 * softphone's switch is among the telephone systems.
 */
export function statusFor(audience: Audience, { gateways, ...status }: Status): Status {
  if (audience === "admins") return { ...status, gateways };
  if (audience === "agents") return { ...status, gateways: atDesk(gateways) };
  return { ...status, gateways: gateways.map((gateway) => ({ ...gateway, detail: null })) };
}

function atDesk(gateways: readonly GatewayReport[]): GatewayReport[] {
  const builtIn = gateways.find(({ name }) => name === BUILT_IN_SWITCH);
  const [shown] = builtIn ? [builtIn] : gateways;
  const name = builtIn ? BUILT_IN_SWITCH : "telephone";
  return shown ? [{ ...shown, name, driver: name, latencyMs: null, reconnects: 0, detail: null }] : [];
}

/** Proof of life for the browsers: every two seconds, and within a quarter of a second of a change. */
export class StatusTicker {
  #sent: Status | null = null;
  #cancel: () => void;

  constructor(private readonly deps: Deps) {
    this.#cancel = this.#plan();
  }

  current(): Status {
    const { clock, gatewayStatuses, transcription, demonstration } = this.deps;
    return {
      version: SOCKET_VERSION,
      sentAt: clock.now(),
      gateways: gatewayStatuses(),
      transcription: transcription(),
      demonstration,
    };
  }

  close(): void {
    this.#cancel();
  }

  #plan(): () => void {
    return this.deps.clock.after(LOOK_INTERVAL_MS, () => {
      this.#cancel = this.#plan();
      this.#look();
    });
  }

  #look(): void {
    const status = this.current();
    const isDue = !this.#sent || isOver({ since: this.#sent.sentAt, ms: STATUS_INTERVAL_MS, now: status.sentAt });
    if (!isDue && this.#sent && isDeepStrictEqual(essence(status), essence(this.#sent))) return;
    this.#sent = status;
    this.deps.send(status);
  }
}

/** What counts as a change: not the clock, nor a latency that always trembles. */
function essence({ gateways, transcription }: Status): unknown {
  return [transcription, ...gateways.map(({ latencyMs: _, ...gateway }) => gateway)];
}
