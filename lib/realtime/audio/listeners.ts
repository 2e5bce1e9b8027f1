import { canSeeCall } from "@/lib/auth/ability";
import type { Viewer } from "@/lib/auth/types";
import { isLive } from "@/lib/contract/call";
import type { CallView } from "@/lib/contract/call-view";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { ListenCodec } from "@/lib/contract/headset";
import type { CallId, TeamId } from "@/lib/contract/ids";
import { type CommandData, SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { Logger } from "@/lib/platform/logger";
import type { Seat } from "../command-handlers";
import type { LiveCalls } from "../live-calls";
import type { AudioMetrics, ListeningAudit } from "../ports";
import type { PresenceList } from "../presence";
import { rooms } from "../rooms";
import type { ListeningHub } from "./listening-hub";

const ENDED = "The call has ended.";
const LEFT = "Earshot has left this call.";
const NOT_YOURS = "This call is not yours to hear any more.";

type Listener = {
  seat: Seat;
  viewer: Viewer;
  callId: CallId;
  codec: ListenCodec;
  streamId: number;
  teamId: TeamId | null;
  since: number;
};

type Deps = {
  live: LiveCalls;
  hub: ListeningHub;
  presence: PresenceList;
  audit: (entry: ListeningAudit) => void;
  /** Whether a telephone system tells the two parties apart. */
  perPartyAudio: (gateway: string) => boolean;
  clock: Clock;
  logger: Logger;
  metrics?: AudioMetrics | undefined;
};

/** Who hears which call: at most one a socket. */
export class Listeners {
  readonly #listeners = new Map<string, Listener>();

  constructor(private readonly deps: Deps) {}

  /** That the viewer may see the call is checked before. @throws AppError WRONG_STATE, UNAVAILABLE (no codec in common) */
  async start(request: {
    callId: CallId;
    codecs: readonly ListenCodec[];
    viewer: Viewer;
    seat: Seat;
  }): Promise<CommandData<"listen:start">> {
    const { callId, seat, viewer } = request;
    this.#hearable(callId);
    const { codec, streamId } = await this.#join(request);
    try {
      const { info } = this.#hearable(callId);
      if (!seat.isOpen() || !canSeeCall({ viewer, teamId: info.teamId }))
        throw notHearable("the asker is gone", NOT_YOURS);
      this.stop(seat.socketId);
      const since = this.deps.clock.now();
      this.#listeners.set(seat.socketId, { seat, viewer, callId, codec, streamId, teamId: info.teamId, since });
      await seat.join(rooms.audio({ callId, codec }));
      const { userId, name } = viewer;
      this.deps.presence.enter({ callId, socketId: seat.socketId, userId, name, as: "listening" });
      this.deps.metrics?.listeners(this.#listeners.size);
      return { streamId, codec, perPartyAudio: this.deps.perPartyAudio(info.gateway) };
    } catch (error) {
      if (this.#listeners.get(seat.socketId)?.streamId !== streamId) this.deps.hub.leave({ callId, codec });
      throw error;
    }
  }

  /** The socket hears nothing any more, as it asked or as it is gone. */
  stop(socketId: string): void {
    const listener = this.#listeners.get(socketId);
    if (!listener) return;
    const { seat, viewer, callId, codec, teamId, since } = listener;
    this.#listeners.delete(socketId);
    void seat.leave(rooms.audio({ callId, codec }));
    this.deps.hub.leave({ callId, codec });
    this.deps.presence.leave({ callId, socketId, as: "listening" });
    this.deps.metrics?.listeners(this.#listeners.size);
    const at = this.deps.clock.now();
    const seconds = Math.round((at - since) / 1000);
    try {
      this.deps.audit({ at, userId: viewer.userId, userName: viewer.name, callId, teamId, seconds });
    } catch (error) {
      this.deps.logger.error({ err: error, callId }, "audit of listening failed");
    }
  }

  /** To be told of an event after the call's view has folded it. */
  onEvent(event: DomainEvent): void {
    const { callId, type } = event;
    if (type === "call.ended") this.#end(callId, { reason: ENDED, mayStay: () => false });
    if (type === "call.monitoring_changed" && event.monitoring === "left")
      this.#end(callId, { reason: LEFT, mayStay: () => false });
    if (type === "call.arrived") {
      const { teamId } = event.info;
      this.#end(callId, { reason: NOT_YOURS, mayStay: (viewer) => canSeeCall({ viewer, teamId }) });
    }
  }

  #end(callId: CallId, { reason, mayStay }: { reason: string; mayStay: (viewer: Viewer) => boolean }): void {
    for (const [socketId, listener] of [...this.#listeners]) {
      if (listener.callId !== callId || mayStay(listener.viewer)) continue;
      const { seat, streamId } = listener;
      this.stop(socketId);
      seat.tell("listen:ended", { version: SOCKET_VERSION, sentAt: this.deps.clock.now(), callId, streamId, reason });
    }
  }

  #hearable(callId: CallId): CallView {
    const view = this.deps.live.get(callId);
    if (!view || !isLive(view.state)) throw notHearable(`call ${callId} has ended`, ENDED);
    if (view.monitoring === "left") throw notHearable(`call ${callId} was left`, LEFT);
    return view;
  }

  async #join({ callId, codecs }: { callId: CallId; codecs: readonly ListenCodec[] }) {
    for (const codec of new Set(codecs)) {
      try {
        return { codec, streamId: await this.deps.hub.join({ callId, codec }) };
      } catch (error) {
        this.deps.logger.error({ err: error, codec }, "a codec cannot be had");
      }
    }
    throw new AppError("UNAVAILABLE", {
      message: `none of ${codecs.join(", ")} can be encoded`,
      userMessage: "This server cannot encode sound in a way that your browser understands.",
    });
  }
}

function notHearable(message: string, userMessage: string): AppError {
  return new AppError("WRONG_STATE", { message, userMessage });
}
