import { isDeepStrictEqual } from "node:util";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { type ServerEventPayload, SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { TranscriptionLevel } from "@/lib/contract/transcript";
import type { Clock } from "@/lib/platform/clock";

const STATUS_INTERVAL_MS = 2000;
/** How often a change is looked for in between. */
const LOOK_INTERVAL_MS = 250;

type Status = ServerEventPayload<"status:updated">;

type Deps = {
  clock: Clock;
  gatewayStatuses: () => GatewayReport[];
  transcription: () => TranscriptionLevel;
  demonstration: boolean;
  send: (status: Status) => void;
};

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
    const isDue = !this.#sent || status.sentAt - this.#sent.sentAt >= STATUS_INTERVAL_MS;
    if (!isDue && this.#sent && isDeepStrictEqual(essence(status), essence(this.#sent))) return;
    this.#sent = status;
    this.deps.send(status);
  }
}

/** What counts as a change: not the clock, nor a latency that always trembles. */
function essence({ gateways, transcription }: Status): unknown {
  return [transcription, ...gateways.map(({ latencyMs: _, ...gateway }) => gateway)];
}
