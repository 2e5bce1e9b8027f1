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

type Request = { callId: CallId; codecs: readonly ListenCodec[]; viewer: Viewer; seat: Seat };
type Joined = { codec: ListenCodec; streamId: number };
type Listener = Joined & Pick<Request, "callId" | "viewer" | "seat"> & { teamId: TeamId | null; since: number };

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
  /** What each socket asked for last, as long as that is under way. */
  readonly #turns = new Map<string, symbol>();

  constructor(private readonly deps: Deps) {}

  /**
   * That the viewer may see the call is checked before. An earlier call is let go of with the wish for another one, whatever
   * becomes of that. @throws AppError WRONG_STATE, UNAVAILABLE (no codec in common), CONFLICT (stopped, gone, or asked again since)
   */
  async start(request: Request): Promise<CommandData<"listen:start">> {
    const { callId, seat } = request;
    const { socketId } = seat;
    const turn = Symbol(callId);
    this.#turns.set(socketId, turn);
    try {
      if (this.#listeners.get(socketId)?.callId !== callId) this.#end(socketId);
      this.#hearable(callId);
      const joined = await this.#join(request);
      const listener = this.#admit({ ...request, ...joined, turn });
      await seat.join(rooms.audio(listener));
      const { info } = this.#hearable(callId);
      if (this.#listeners.get(socketId) !== listener) throw outdated();
      return { ...joined, perPartyAudio: this.deps.perPartyAudio(info.gateway) };
    } finally {
      if (this.#turns.get(socketId) === turn) this.#turns.delete(socketId);
    }
  }

  /** The socket hears nothing any more, as it asked or as it is gone; nor what it has asked for and does not hear yet. */
  stop(socketId: string): void {
    this.#turns.delete(socketId);
    this.#end(socketId);
  }

  /** To be told of an event after the call's view has folded it. */
  onEvent(event: DomainEvent): void {
    const { callId, type } = event;
    if (type === "call.ended") this.#endAll(callId, { reason: ENDED, mayStay: () => false });
    if (type === "call.monitoring_changed" && event.monitoring === "left")
      this.#endAll(callId, { reason: LEFT, mayStay: () => false });
    if (type === "call.arrived") {
      const { teamId } = event.info;
      this.#endAll(callId, { reason: NOT_YOURS, mayStay: (viewer) => canSeeCall({ viewer, teamId }) });
    }
  }

  /** One of the hub's places becomes the socket's, in place of the one that it has; or it is given back. */
  #admit({ callId, codec, streamId, viewer, seat, turn }: Request & Joined & { turn: symbol }): Listener {
    const { socketId } = seat;
    try {
      if (this.#turns.get(socketId) !== turn || !seat.isOpen()) throw outdated();
      const { info } = this.#hearable(callId);
      const { teamId } = info;
      if (!canSeeCall({ viewer, teamId })) throw notHearable("the call is another team's now", NOT_YOURS);
      this.#end(socketId);
      const listener = { seat, viewer, callId, codec, streamId, teamId, since: this.deps.clock.now() };
      this.#listeners.set(socketId, listener);
      const { userId, name } = viewer;
      this.deps.presence.enter({ callId, socketId, userId, name, as: "listening" });
      this.deps.metrics?.listeners(this.#listeners.size);
      return listener;
    } catch (error) {
      this.deps.hub.leave({ callId, codec });
      throw error;
    }
  }

  #end(socketId: string): void {
    const listener = this.#listeners.get(socketId);
    if (!listener) return;
    const { seat, viewer, callId, codec, teamId, since } = listener;
    this.#listeners.delete(socketId);
    void seat.leave(rooms.audio({ callId, codec }));
    this.deps.hub.leave({ callId, codec });
    this.deps.presence.leave({ callId, socketId, as: "listening" });
    this.deps.metrics?.listeners(this.#listeners.size);
    const at = this.deps.clock.now();
    // A clock that was set back makes nobody's listening negative.
    const seconds = Math.max(0, Math.round((at - since) / 1000));
    try {
      this.deps.audit({ at, userId: viewer.userId, userName: viewer.name, callId, teamId, seconds });
    } catch (error) {
      this.deps.logger.error({ err: error, callId }, "audit of listening failed");
    }
  }

  #endAll(callId: CallId, { reason, mayStay }: { reason: string; mayStay: (viewer: Viewer) => boolean }): void {
    for (const [socketId, listener] of [...this.#listeners]) {
      if (listener.callId !== callId || mayStay(listener.viewer)) continue;
      const { seat, streamId } = listener;
      this.#end(socketId);
      seat.tell("listen:ended", { version: SOCKET_VERSION, sentAt: this.deps.clock.now(), callId, streamId, reason });
    }
  }

  #hearable(callId: CallId): CallView {
    const view = this.deps.live.get(callId);
    if (!view || !isLive(view.state)) throw notHearable(`call ${callId} has ended`, ENDED);
    if (view.monitoring === "left") throw notHearable(`call ${callId} was left`, LEFT);
    return view;
  }

  async #join({ callId, codecs }: Request): Promise<Joined> {
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

function outdated(): AppError {
  return new AppError("CONFLICT", {
    message: "the socket has stopped, closed or asked for another call since",
    userMessage: "You have stopped listening, or chosen another call, meanwhile.",
  });
}
