import { rmsDbfs } from "@/lib/audio/level";
import { type AudioFrame, FRAME_MS } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import { type CallId, utteranceIdSchema } from "@/lib/contract/ids";
import type { TranscriptionLevel, Utterance } from "@/lib/contract/transcript";
import { type Logger, silentLogger } from "@/lib/platform/logger";
import { TranscriberListeners } from "../providers/moonshine/transcriber-listeners";
import type { Transcriber, TranscriberEvents } from "../transcriber";

const VOICE_DBFS = -50;
const END_SILENCE_MS = 500;
const PARTIAL_EVERY_MS = 400;

type Leg = { callId: CallId; party: Party };
type Turn = { id: Utterance["utteranceId"]; startMs: number; endMs: number; partialAtMs: number; text: string };
type Stream = { leg: Leg; turn: Turn | undefined };

/**
 * Hears loud frames as speech and gives each turn the next line of its party's script (then "line N"), with partials every
 * 400 ms, all at once on `push`. A scripted "" is a turn that comes to nothing. `say` and `setLevel` speak without audio.
 */
export class FakeTranscriber implements Transcriber {
  readonly name = "fake";
  /** Frames that reached an open stream. */
  pushedFrames = 0;
  readonly #script: Record<Party, string[]>;
  readonly #listeners: TranscriberListeners;
  readonly #streams = new Map<string, Stream>();
  #nextId = 1;
  #level: TranscriptionLevel = "unavailable";
  #levelDetail = "not started";

  constructor(options: { script?: Partial<Record<Party, string[]>>; logger?: Logger } = {}) {
    this.#script = { caller: [...(options.script?.caller ?? [])], agent: [...(options.script?.agent ?? [])] };
    this.#listeners = new TranscriberListeners({ logger: options.logger ?? silentLogger });
  }

  get level(): TranscriptionLevel {
    return this.#level;
  }

  get levelDetail(): string {
    return this.#levelDetail;
  }

  on<E extends keyof TranscriberEvents>(event: E, listener: TranscriberEvents[E]): () => void {
    return this.#listeners.on(event, listener);
  }

  async start(): Promise<void> {
    this.setLevel("full", "scripted");
  }

  async stop(): Promise<void> {
    this.#streams.clear();
    this.setLevel("unavailable", "stopped");
  }

  setLevel(level: TranscriptionLevel, detail: string): void {
    this.#level = level;
    this.#levelDetail = detail;
    this.#listeners.emit("level", { level, detail });
  }

  /** Emits a line as if it had been spoken. @returns it. */
  say(line: {
    callId: CallId;
    party: Party;
    text: string;
    startMs: number;
    endMs: number;
    final?: boolean;
  }): Utterance {
    const { callId, final = true, ...spoken } = line;
    const utterance = { ...spoken, final, utteranceId: this.#createId(line.party) };
    this.#listeners.emit("utterance", { callId, utterance });
    return utterance;
  }

  open(leg: Leg): void {
    if (!this.#streams.has(keyOf(leg))) this.#streams.set(keyOf(leg), { leg, turn: undefined });
  }

  push(callId: CallId, frame: AudioFrame): void {
    const stream = frame.party === "mixed" ? undefined : this.#streams.get(keyOf({ callId, party: frame.party }));
    if (!stream) return;
    this.pushedFrames += 1;
    if (rmsDbfs(frame.samples) > VOICE_DBFS) this.#hear({ stream, atMs: frame.atMs });
    else if (stream.turn && frame.atMs + FRAME_MS - stream.turn.endMs >= END_SILENCE_MS) this.#finish(stream);
  }

  async close(leg: Leg): Promise<void> {
    const stream = this.#streams.get(keyOf(leg));
    this.#streams.delete(keyOf(leg));
    if (stream) this.#finish(stream);
  }

  #hear({ stream, atMs }: { stream: Stream; atMs: number }): void {
    const { leg } = stream;
    if (!stream.turn) {
      const text = this.#script[leg.party].shift() ?? `line ${this.#nextId}`;
      const id = this.#createId(leg.party);
      stream.turn = { id, text, startMs: atMs, endMs: atMs, partialAtMs: atMs };
      this.#listeners.emit("voice", { ...leg, speaking: true, atMs });
    }
    const { turn } = stream;
    turn.endMs = atMs + FRAME_MS;
    if (turn.endMs - turn.partialAtMs < PARTIAL_EVERY_MS) return;
    turn.partialAtMs = turn.endMs;
    const words = turn.text === "" ? "…" : turn.text.split(" ").slice(0, -1).join(" ");
    if (words) this.#emit({ stream, turn, text: words, final: false });
  }

  #finish(stream: Stream): void {
    const { leg, turn } = stream;
    if (!turn) return;
    stream.turn = undefined;
    this.#listeners.emit("voice", { ...leg, speaking: false, atMs: turn.endMs });
    if (turn.text === "") this.#listeners.emit("dropped", { ...leg, utteranceId: turn.id });
    else this.#emit({ stream, turn, text: turn.text, final: true });
  }

  #emit({ stream, turn, text, final }: { stream: Stream; turn: Turn; text: string; final: boolean }): void {
    const { callId, party } = stream.leg;
    const utterance = { utteranceId: turn.id, party, text, startMs: turn.startMs, endMs: turn.endMs, final };
    this.#listeners.emit("utterance", { callId, utterance });
  }

  #createId(party: Party): Utterance["utteranceId"] {
    return utteranceIdSchema.parse(`${party}-${this.#nextId++}`);
  }
}

function keyOf({ callId, party }: Leg): string {
  return `${callId} ${party}`;
}
