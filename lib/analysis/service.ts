import type { AudioFrame } from "@/lib/contract/audio-frame";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { CallId } from "@/lib/contract/ids";
import { CallAnalysis } from "./call-analysis";
import { TALK_INTERVAL_MS } from "./constants";
import type { AnalysisDeps } from "./types";

/**
 * Listens to connected calls: audio in by `push`, and on the bus voice activity, transcript, sentiment, topics and talk
 * metrics out. Lines are published as soon as they are heard; what they mean follows when it is known.
 */
export class AnalysisService {
  readonly #calls = new Map<CallId, CallAnalysis>();
  readonly #subscriptions: (() => void)[] = [];

  constructor(private readonly deps: AnalysisDeps) {}

  /** Subscribes, then loads the models of transcriber and text analyser. Resolves also where they are missing. */
  async start(): Promise<void> {
    const { bus, transcriber, textAnalyser } = this.deps;
    this.#subscriptions.push(
      bus.subscribe((event) => this.#onEvent(event)),
      transcriber.on("voice", (event) => this.#calls.get(event.callId)?.voice(event)),
      transcriber.on("utterance", (event) => this.#calls.get(event.callId)?.utterance(event.utterance)),
      transcriber.on("dropped", (event) => this.#calls.get(event.callId)?.dropped(event)),
      transcriber.on("level", (event) => {
        for (const call of this.#calls.values()) call.setLevel(event);
      }),
    );
    this.#tick();
    await Promise.all([transcriber.start(), textAnalyser.start()]);
  }

  /** Says the last words of every call, then stops transcriber and text analyser. */
  async stop(): Promise<void> {
    await Promise.all([...this.#calls.keys()].map((callId) => this.#finish(callId)));
    for (const end of this.#subscriptions.splice(0)) end();
    await Promise.all([this.deps.transcriber.stop(), this.deps.textAnalyser.stop()]);
  }

  /** Takes the frame over. Ignored unless the call is connected; never waits. */
  push(callId: CallId, frame: AudioFrame): void {
    this.#calls.get(callId)?.push(frame);
  }

  /** Resolves once nothing more will be published for an ended call: its last finals and their sentiment are out. */
  settled(callId: CallId): Promise<void> {
    return this.#calls.get(callId)?.finish() ?? Promise.resolve();
  }

  #onEvent(event: DomainEvent): void {
    switch (event.type) {
      case "call.arrived":
        if (event.state === "CONNECTED") this.#open(event.callId);
        return;
      case "call.connected":
        this.#open(event.callId);
        return;
      case "call.monitoring_changed":
        if (event.monitoring === "left") void this.#finish(event.callId);
        return;
      case "call.ended":
        void this.#finish(event.callId);
        return;
      default:
        return;
    }
  }

  #open(callId: CallId): void {
    if (!this.#calls.has(callId)) this.#calls.set(callId, new CallAnalysis(callId, this.deps));
  }

  async #finish(callId: CallId): Promise<void> {
    const call = this.#calls.get(callId);
    if (!call) return;
    await call.finish();
    this.#calls.delete(callId);
  }

  #tick(): void {
    const cancel = this.deps.clock.after(TALK_INTERVAL_MS, () => {
      this.#subscriptions.splice(this.#subscriptions.indexOf(cancel), 1);
      for (const call of this.#calls.values()) call.measure();
      this.#tick();
    });
    this.#subscriptions.push(cancel);
  }
}
