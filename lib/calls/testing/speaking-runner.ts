import { FRAME_MS, FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Actor, Party, SpeakingMode } from "@/lib/contract/call";
import type { DomainEvent } from "@/lib/contract/domain-events";
import { type CallId, userIdSchema } from "@/lib/contract/ids";
import type { CallsService } from "../service";
import { PEOPLE, type Step, type Trouble } from "./speaking-model";

type MaybeLater<T> = T | Promise<T>;

/** Sample values, by which a leg shows what it heard. Far apart, so that a resampler between cannot turn one into another. */
export const MARKERS = { whisper: 4_000, barge: 9_000, clip: 14_000 } as const;
export type Marker = keyof typeof MARKERS;
/** How many samples of each (at SAMPLE_RATE). */
export type MarkerCount = Record<Marker, number>;

/** A calls service on some gateway, with a connected call in spy, and both legs in the test's hands. */
export type SpeakingWorld = {
  service: CallsService;
  callId: CallId;
  /** Every event of the bus so far, in order. */
  events: readonly DomainEvent[];
  /** Lets time pass: on a fake clock at once. */
  wait(ms: number): Promise<void>;
  /** True: people speak for as long as it takes, with 20 ms of `wait` after each frame. Else all at once. */
  isRealTime?: boolean;
  /** What the telephone system does by itself; what it cannot do is left out. */
  cause(trouble: Trouble): MaybeLater<void>;
  /** Everything of ours that each leg has heard so far, once all has arrived. */
  heard(): MaybeLater<Record<Party, MarkerCount>>;
  /** Within reach, nobody on hold, every command answered, and time enough for every microphone and floor to end. */
  calm(): Promise<void>;
};

export type Run = {
  heard: Record<Party, MarkerCount>;
  events: readonly DomainEvent[];
  /** Starts that resolved, and how often `onClosed` came for each of them. */
  opened: Map<number, { mode: SpeakingMode; closed: number }>;
  /** `onClosed` for a number that was never given. */
  strangeEnds: number;
  /** Frames that were taken, by mode. */
  taken: Record<SpeakingMode, number>;
  refused: Map<string, number>;
};

type Microphone = { speakingId: number; mode: SpeakingMode; sequence: number };

const CLIP = new Int16Array(FRAME_SAMPLES * 15).fill(MARKERS.clip);

/** @returns the markers in a stretch of audio; `tolerance`: how far a sample may be off, for a codec or resampler between. */
export function countMarkers(samples: Int16Array, { tolerance = 0 }: { tolerance?: number } = {}): MarkerCount {
  const count: MarkerCount = { whisper: 0, barge: 0, clip: 0 };
  for (const sample of samples) {
    if (Math.abs(sample - MARKERS.whisper) <= tolerance) count.whisper += 1;
    else if (Math.abs(sample - MARKERS.barge) <= tolerance) count.barge += 1;
    else if (Math.abs(sample - MARKERS.clip) <= tolerance) count.clip += 1;
  }
  return count;
}

export const people: Actor[] = Array.from({ length: PEOPLE }, (_, at) => ({
  kind: "user",
  userId: userIdSchema.parse(`u${at + 1}`),
  name: ["Nora Keller", "Ben Ode", "Ida Moss"][at] ?? `Person ${at + 1}`,
}));

/** @returns the connection from which this person's tab speaks, for a world that ends them to come to rest. */
export function connectionOf({ who, tab }: { who: number; tab: number }): string {
  return `person-${who}-tab-${tab}`;
}

/** Runs one sequence, not waiting for a command's answer before the next step, and then lets everything come to rest. */
export class SpeakingRunner {
  readonly #microphones = new Map<string, Microphone>();
  readonly #pending: Promise<unknown>[] = [];
  /** People who are still talking, in a world of real time. */
  readonly #talking: Promise<void>[] = [];
  #clip = new AbortController();
  readonly #closed = new Map<number, number>();
  readonly #run: Omit<Run, "heard" | "events" | "strangeEnds"> = {
    opened: new Map(),
    taken: { whisper: 0, barge: 0 },
    refused: new Map(),
  };

  constructor(private readonly world: SpeakingWorld) {}

  async run(steps: readonly Step[]): Promise<Run> {
    for (const step of steps) await this.#step(step);
    await Promise.all(this.#talking);
    await this.world.calm();
    await Promise.all(this.#pending);
    for (const [speakingId, opened] of this.#run.opened) opened.closed = this.#closed.get(speakingId) ?? 0;
    const strangeEnds = [...this.#closed.keys()].filter((speakingId) => !this.#run.opened.has(speakingId)).length;
    return { ...this.#run, strangeEnds, heard: await this.world.heard(), events: this.world.events };
  }

  async #step(step: Step): Promise<void> {
    const { service, callId } = this.world;
    switch (step.kind) {
      case "start":
        return this.#start(step);
      case "stop":
        return this.#try(() => service.speaking.stop({ callId, ...this.#from(step) }));
      case "frames":
        return this.#frames(step);
      case "drop":
        return service.speaking.drop({ connectionId: this.#from(step).connectionId, reason: step.reason });
      case "claim":
      case "ask":
      case "handOver":
      case "release":
        return this.#try(async () => service.floor[step.kind]({ callId, by: this.#person(step.who) }));
      case "setMode":
        return this.#try(() => service.setMode({ callId, mode: step.mode, by: this.#person(step.who) }));
      case "clip":
        return this.#whisper();
      case "stopClip":
        return this.#clip.abort();
      case "wait":
        return this.world.wait(step.ms);
      case "trouble":
        return this.world.cause(step.trouble);
    }
  }

  #start(step: { who: number; tab: number; mode: SpeakingMode }): void {
    const { service, callId } = this.world;
    const from = this.#from(step);
    const onClosed = ({ speakingId }: { speakingId: number }) =>
      this.#closed.set(speakingId, (this.#closed.get(speakingId) ?? 0) + 1);
    this.#try(async () => {
      const { speakingId, mode } = await service.speaking.start({ callId, mode: step.mode, ...from, onClosed });
      this.#run.opened.set(speakingId, { mode, closed: 0 });
      this.#microphones.set(from.connectionId, { speakingId, mode, sequence: 0 });
    });
  }

  /** Each carries the marker of the mode that it says it is for. */
  #frames(step: Extract<Step, { kind: "frames" }>): MaybeLater<void> {
    const { connectionId } = this.#from(step);
    const microphone = this.#microphones.get(connectionId);
    if (!microphone) return;
    const mode = step.isFor ?? microphone.mode;
    const speakingId = microphone.speakingId - (step.isStale ? 1 : 0);
    const say = () => {
      const samples = new Int16Array(FRAME_SAMPLES).fill(MARKERS[mode]);
      const frame = { mode, speakingId, sequence: microphone.sequence++, samples };
      const fault = this.world.service.speaking.frame({ connectionId, frame });
      if (fault) this.#run.refused.set(fault, (this.#run.refused.get(fault) ?? 0) + 1);
      else this.#run.taken[mode] += 1;
    };
    if (this.world.isRealTime) return this.#talk({ frames: step.count, say });
    for (let left = step.count; left > 0; left--) say();
  }

  /** The first half before the next step, the second beside what follows. */
  async #talk({ frames, say }: { frames: number; say: () => void }): Promise<void> {
    const half = Math.ceil(frames / 2);
    const sayAll = async (count: number) => {
      for (let left = count; left > 0; left--) {
        say();
        await this.world.wait(FRAME_MS);
      }
    };
    await sayAll(half);
    this.#talking.push(sayAll(frames - half));
  }

  #whisper(): void {
    const { service, callId } = this.world;
    this.#clip = new AbortController();
    const { signal } = this.#clip;
    this.#try(() => service.whisper({ callId, samples: CLIP, by: this.#person(0), signal, onSpeaking: () => {} }));
  }

  /** A refusal is one of the answers there may be. */
  #try(work: () => Promise<unknown>): void {
    this.#pending.push(work().catch((error: unknown) => this.#mustBeAnswer(error)));
  }

  #mustBeAnswer(error: unknown): void {
    if (!(error instanceof Error) || error.name !== "AppError") throw error;
  }

  #from({ who, tab }: { who: number; tab: number }): { by: Actor; connectionId: string } {
    return { by: this.#person(who), connectionId: connectionOf({ who, tab }) };
  }

  #person(who: number): Actor {
    const person = people[who];
    if (!person) throw new RangeError(`there are ${PEOPLE} people`);
    return person;
  }
}
