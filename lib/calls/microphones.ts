import type { CallId } from "@/lib/contract/ids";
import type { SpeakFault } from "@/lib/contract/speaking";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { CallSpeakers } from "./call-speakers";
import type { SpeakingCommands } from "./commands";
import type { Speaking } from "./speaking";

const U32 = 2 ** 32;

type Calls = {
  /** @throws AppError NOT_FOUND */
  speakersOf: (callId: CallId) => CallSpeakers;
  find: (callId: CallId) => CallSpeakers | null;
  all: () => CallSpeakers[];
};

/** Every microphone of every call, by the connection that it comes from: one a connection. */
export class Microphones implements SpeakingCommands {
  readonly #byConnection = new Map<string, Speaking>();
  /**
   * Of its frames; rises within this process. It begins with the seconds since the epoch, so that what a page still sends with a
   * number from before a restart fits none of ours but by chance. The record has an id of its own.
   */
  #nextId: number;

  constructor(private readonly options: { calls: Calls; clock: Clock }) {
    this.#nextId = Math.floor(options.clock.now() / 1000) % U32;
  }

  async start(request: Parameters<SpeakingCommands["start"]>[0]): ReturnType<SpeakingCommands["start"]> {
    const { callId, mode, by, connectionId, onClosed } = request;
    if (this.#byConnection.has(connectionId))
      throw new AppError("CONFLICT", {
        message: "this connection speaks already",
        userMessage: "Your microphone is open already, on this or on another call. Close it there first.",
        retryable: true,
      });
    const speakers = this.options.calls.speakersOf(callId);
    const speakingId = this.#nextId;
    const onShut = () => this.#byConnection.delete(connectionId);
    const speaking = speakers.take({ speakingId, mode, by, connectionId, onClosed, onShut });
    this.#nextId = (speakingId + 1) % U32;
    this.#byConnection.set(connectionId, speaking);
    await speakers.open(speaking);
    return { speakingId, mode };
  }

  async stop({ callId, connectionId }: Parameters<SpeakingCommands["stop"]>[0]): Promise<void> {
    // Of a call that is not there any more every microphone is closed.
    await this.options.calls.find(callId)?.stop(connectionId);
  }

  frame({ connectionId, frame }: Parameters<SpeakingCommands["frame"]>[0]): SpeakFault | null {
    const speaking = this.#byConnection.get(connectionId);
    return speaking ? speaking.frame(frame) : "NOT_SPEAKING";
  }

  drop(request: Parameters<SpeakingCommands["drop"]>[0]): void {
    for (const speakers of this.options.calls.all()) speakers.drop(request);
  }
}
