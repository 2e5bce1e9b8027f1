import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Mode, Party } from "@/lib/contract/call";
import type { Logger } from "@/lib/platform/logger";
import { fillComfort } from "./hold-tone";
import { type Conference, hearsUs, type MixFrame, mixFrame } from "./mixer";
import type { PartyActivity, PartySource } from "./parties/party";

/** One frame of a call as its legs said and heard it. The arrays are reused: copy what is kept. */
export type LegFrame = Readonly<MixFrame> & {
  /** Counts 20 ms frames on the call's audio clock, from the answer. */
  index: number;
  mode: Mode | null;
};

/** The audio of one call: asks the two parties what they say and mixes what each of them hears, frame by frame. */
export class Conversation {
  readonly #frame: MixFrame = {
    callerSaid: new Int16Array(FRAME_SAMPLES),
    agentSaid: new Int16Array(FRAME_SAMPLES),
    ours: null,
    comfort: null,
    callerHeard: new Int16Array(FRAME_SAMPLES),
    agentHeard: new Int16Array(FRAME_SAMPLES),
  };
  readonly #ours = new Int16Array(FRAME_SAMPLES);
  readonly #comfort = new Int16Array(FRAME_SAMPLES);
  readonly #taps = new Set<(frame: LegFrame) => void>();
  #index = 0;
  #connectedFrames = 0;

  constructor(
    private readonly parties: { caller: PartySource; agent: PartySource },
    private readonly deps: { logger: Logger },
  ) {}

  /** Frames so far on the call's audio clock. */
  get frames(): number {
    return this.#index;
  }

  tap(listener: (frame: LegFrame) => void): () => void {
    this.#taps.add(listener);
    return () => this.#taps.delete(listener);
  }

  /**
   * One step of 20 ms. `takeOurs` fills its argument with what we say and tells whether there was anything.
   * @returns the frame, and who has hung up.
   */
  step(
    conference: Conference,
    { takeOurs }: { takeOurs: (into: Int16Array) => boolean },
  ): {
    frame: LegFrame;
    hungUp: Party | null;
  } {
    const frame = this.#frame;
    const hungUp = conference.phase === "answered" ? null : this.#speak();
    frame.ours = takeOurs(this.#ours) ? this.#ours : null;
    this.#hold(conference);
    mixFrame(frame, conference);
    this.#tellParties(conference);
    if (conference.phase !== "answered") this.#connectedFrames += 1;
    const leg = { ...frame, index: this.#index, mode: conference.phase === "connected" ? conference.mode : null };
    this.#index += 1;
    for (const tap of this.#taps) this.#guard(() => tap(leg));
    return { frame: leg, hungUp };
  }

  close(): void {
    this.#taps.clear();
    this.#guard(() => this.parties.caller.close?.());
    this.#guard(() => this.parties.agent.close?.());
  }

  #speak(): Party | null {
    const caller = this.#speakOne("caller", this.#frame.callerSaid);
    const agent = this.#speakOne("agent", this.#frame.agentSaid);
    if (caller === "hung-up" || (caller === "finished" && agent === "finished")) return "caller";
    return agent === "hung-up" ? "agent" : null;
  }

  /** A party that fails is one that hangs up: the other calls go on. */
  #speakOne(party: Party, into: Int16Array): PartyActivity {
    into.fill(0);
    try {
      return this.parties[party].speak(into, { frame: this.#connectedFrames });
    } catch (error) {
      this.deps.logger.error({ err: error, party }, "party failed");
      return "hung-up";
    }
  }

  #hold({ heldBy }: Conference): void {
    const isHeld = heldBy !== undefined && heldBy.size > 0;
    if (heldBy?.has("caller")) this.#frame.callerSaid.fill(0);
    if (heldBy?.has("agent")) this.#frame.agentSaid.fill(0);
    if (isHeld) fillComfort(this.#comfort, { frame: this.#index });
    this.#frame.comfort = isHeld ? this.#comfort : null;
  }

  #tellParties(conference: Conference): void {
    const { callerHeard, agentHeard, ours } = this.#frame;
    const at = { frame: this.#connectedFrames };
    const mode = conference.phase === "connected" ? conference.mode : null;
    const toCaller = hearsUs(conference, { party: "caller" }) ? ours : null;
    const toAgent = hearsUs(conference, { party: "agent" }) ? ours : null;
    this.#guard(() => this.parties.caller.hear?.({ mixed: callerHeard, ours: toCaller, mode }, at));
    this.#guard(() => this.parties.agent.hear?.({ mixed: agentHeard, ours: toAgent, mode }, at));
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.deps.logger.error({ err: error }, "party or tap failed");
    }
  }
}
