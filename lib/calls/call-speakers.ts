import { actorName } from "@/lib/contract/actor-name";
import type { Actor, Mode, SpeakingEnd } from "@/lib/contract/call";
import type { UserId } from "@/lib/contract/ids";
import type { Floor } from "@/lib/contract/speaking";
import { AppError } from "@/lib/platform/errors";
import { toAppError } from "./command-error";
import { CallFloor, isSamePerson, speaksTo } from "./floor";
import { whisperUnderWay } from "./refusals";
import { Speaking } from "./speaking";
import { mustBeAbleToSpeak, type SpeakingParts, type SpeakingRequest } from "./speaking-parts";

/** The people who speak into one call: the floor, the one microphone that may be open, and those of which something is still to be heard or told. */
export class CallSpeakers {
  readonly #floor: CallFloor;
  #current: Speaking | null = null;
  /** Closed or not: every one whose record is not told, or whose mode is not back. */
  readonly #underWay = new Set<Speaking>();
  /** The newest, if its start found the floor free. */
  #claimant: Speaking | null = null;

  constructor(
    private readonly parts: SpeakingParts & {
      /** @throws AppError WRONG_STATE */
      mustBeConnected: () => void;
      isWhispering: () => boolean;
    },
  ) {
    const { line } = parts;
    this.#floor = new CallFloor({
      clock: line.deps.clock,
      onChange: (floor) => line.publish({ type: "floor.changed", callId: line.callId, ...floor }),
    });
  }

  /** Who speaks at this moment. */
  get speaker(): Actor | null {
    return this.#current?.isOpen ? this.#current.request.by : null;
  }

  /** @returns a sentence; null: nobody speaks, or is about to. */
  get whoSpeaks(): string | null {
    return this.#current ? speaksTo(this.#current.request) : null;
  }

  claim(by: Actor): Floor {
    this.parts.mustBeConnected();
    return this.#floor.claim(by);
  }

  ask(by: Actor): Floor {
    this.parts.mustBeConnected();
    return this.#floor.ask(by);
  }

  async handOver(by: Actor): Promise<Floor> {
    this.parts.mustBeConnected();
    this.#floor.mustBeAsked(by);
    // The floor goes to who asked with the microphone's end.
    this.#current?.close({ reason: "handed-over", detail: null });
    const floor = this.#floor.state;
    await this.#allOver((request) => isSamePerson(request.by, by));
    return floor;
  }

  async release(by: Actor): Promise<Floor> {
    if (this.#floor.state.holder) this.#floor.mustHold(by);
    this.#current?.close({ reason: "released", detail: null });
    if (isSamePerson(this.#floor.state.holder, by)) this.#floor.release(by);
    const floor = this.#floor.state;
    await this.#allOver((request) => isSamePerson(request.by, by));
    return floor;
  }

  /** Claims the floor. @returns a microphone that is not open yet. @throws AppError WRONG_STATE, CONFLICT, GATEWAY, UNAVAILABLE */
  take(request: SpeakingRequest): Speaking {
    const { line, isWhispering, mustBeConnected } = this.parts;
    mustBeConnected();
    mustBeAbleToSpeak({ line, mode: request.mode });
    if (isWhispering()) throw whisperUnderWay();
    const { by, connectionId, mode } = request;
    const wasFree = this.#floor.open({ by, microphone: { connectionId, mode } });
    const onShut = () => {
      if (this.#current === speaking) this.#current = null;
      this.#floor.close();
      request.onShut();
    };
    const speaking = new Speaking({ ...request, onShut }, this.parts);
    this.#current = speaking;
    this.#claimant = wasFree ? speaking : null;
    this.#underWay.add(speaking);
    void speaking.over.then(() => this.#underWay.delete(speaking));
    return speaking;
  }

  /** @throws AppError CONFLICT, WRONG_STATE, GATEWAY, TIMEOUT: it is closed then, and a floor claimed for it alone is free */
  async open(speaking: Speaking): Promise<void> {
    try {
      await speaking.open();
    } catch (error) {
      const { by } = speaking.request;
      const isForNothing = this.#claimant === speaking && !speaking.wasLetGo;
      if (isForNothing && isSamePerson(this.#floor.state.holder, by)) this.#floor.release(by);
      throw toAppError(error);
    }
  }

  /** Closes the microphone of this connection, if it has one. Resolves when the mode is back. */
  async stop(connectionId: string): Promise<void> {
    if (this.#current?.request.connectionId === connectionId) this.#current.close({ reason: "released", detail: null });
    await this.#allOver((request) => request.connectionId === connectionId);
  }

  drop({ connectionId, reason }: { connectionId: string; reason: SpeakingEnd }): void {
    if (this.#current?.request.connectionId === connectionId) this.#current.close({ reason, detail: null });
    this.#floor.drop(connectionId);
  }

  leave({ userId, reason }: { userId: UserId; reason: SpeakingEnd }): void {
    const speaking = this.#current;
    if (speaking?.request.by.kind === "user" && speaking.request.by.userId === userId)
      speaking.close({ reason, detail: null });
    this.#floor.leave(userId);
  }

  /**
   * Somebody asks for a mode. Stepping down to spy closes the microphone, whoever asks; so does the speaker's own change.
   * @returns the microphone that goes on in this mode, or `closed`, or null: nobody speaks. @throws AppError CONFLICT
   */
  admitMode({ mode, by }: { mode: Mode; by: Actor }): Speaking | "closed" | null {
    const speaking = this.#current;
    if (!speaking) return null;
    const isOwn = isSamePerson(speaking.request.by, by);
    if (isOwn && mode === speaking.request.mode) return speaking;
    if (!isOwn && mode !== "spy")
      throw new AppError("CONFLICT", {
        message: "somebody speaks in another mode",
        userMessage: `${speaksTo(speaking.request)} Wait for it to end, or step down to spy.`,
        retryable: true,
      });
    speaking.close({ reason: "mode-changed", detail: `${actorName(by)} asked for ${mode}.`, keepsMode: true });
    return "closed";
  }

  /** @returns when what was spoken is told; null: at once. */
  callOver(): Promise<void> | null {
    this.#current?.close({ reason: "call-ended", detail: null });
    const untold = [...this.#underWay].filter((speaking) => speaking.isUntold).map(({ told }) => told);
    if (untold.length > 0) return Promise.all(untold).then(() => this.#floor.clear());
    this.#floor.clear();
    return null;
  }

  dispose(): void {
    for (const speaking of this.#underWay) speaking.abandon();
    this.#floor.dispose();
  }

  async #allOver(isMeant: (request: SpeakingRequest) => boolean): Promise<void> {
    const meant = [...this.#underWay].filter(({ request }) => isMeant(request));
    await Promise.all(meant.map(({ over }) => over));
  }
}
