import type { Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { BrowserParts } from "./browser-parts";
import { devicesOf } from "./microphone";
import { Rewind } from "./rewind";
import { SoundCard } from "./sound-card";
import { type HeadsetStore, INITIAL_HEADSET } from "./store";
import type { Listening, PartyMix } from "./types";
import type { FromWorker, ToWorker } from "./worker-messages";
import type { FromPlayback } from "./worklet-messages";

const QUALITY_MS = 1000;

type Heard = Extract<FromWorker, { type: "listening" }>;

export type HeadphonesDeps = {
  parts: BrowserParts;
  store: HeadsetStore;
  send: (message: ToWorker, transfer?: Transferable[]) => void;
};

/** The listening half of a headset: worker → worklet → sound card, and what the screen is told of it. */
export class Headphones {
  readonly card: SoundCard;
  readonly #rewind: Rewind;
  #heard: Heard | null = null;
  #behind: { behindMs: number; rate: number } | null = null;
  /** What is to be known of hearing again. */
  #note: string | null = null;
  #isConnected = false;
  /** Whether the sound card runs, or takes a click, is known. */
  #isSettled = false;
  #turn = 0;
  #peaks = { caller: 0, agent: 0 };
  #offsetMs: number | null = null;
  #liveMs: number | null = null;
  #qualityAt = 0;
  #watched: MediaDevices | null = null;

  constructor(private readonly deps: HeadphonesDeps) {
    this.card = new SoundCard({
      parts: deps.parts,
      onMessage: (message) => this.#onPlayback(message),
      onRunning: () => this.#show(),
    });
    this.#rewind = new Rewind({
      fetch: deps.parts.fetch,
      send: (message, transfer) => this.card.send(message, transfer),
      onChange: (behind, detail) => {
        this.#behind = behind;
        this.#note = detail;
        this.#show();
      },
    });
  }

  get peaks(): Record<Party, number> {
    return this.#peaks;
  }

  /** What the first `listen` would wait for, without a call, a sound or a running sound card. */
  async prepare(): Promise<void> {
    const turn = this.#turn;
    this.deps.send({ type: "prepare" });
    if ((await this.card.prepare()) && turn === this.#turn) this.#connect();
  }

  async listen(callId: CallId): Promise<void> {
    const turn = ++this.#turn;
    this.#isSettled = false;
    this.#heard = null;
    this.#rewind.stop();
    this.#note = null;
    this.#setListening({ ...INITIAL_HEADSET.listening, state: "starting", callId });
    this.deps.store.setState({ quality: null });
    this.#liveMs = null;
    // The server is asked at the same time as the sound card.
    this.deps.send({ type: "listen", callId });
    try {
      await this.card.open();
      if (turn !== this.#turn) return;
      this.#connect();
      await this.card.resume();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.stop();
      const detail = error instanceof Error ? error.message : "This browser makes no sound.";
      this.#setListening({ ...INITIAL_HEADSET.listening, state: "unsupported", callId, detail });
      return;
    }
    if (turn !== this.#turn) return;
    this.#isSettled = true;
    this.#show();
  }

  stop(): void {
    this.#turn += 1;
    this.#rewind.stop();
    this.#heard = null;
    this.#peaks = { caller: 0, agent: 0 };
    if (this.deps.store.getState().listening.callId !== null) this.deps.send({ type: "unlisten" });
    this.card.send({ type: "stop" });
    this.#setListening(INITIAL_HEADSET.listening);
    this.deps.store.setState({ quality: null });
  }

  async resume(): Promise<void> {
    await this.card.resume().catch(() => false);
    this.#show();
  }

  setMix(mix: Record<Party, PartyMix>): void {
    const gain = ({ volume, isMuted }: PartyMix) => (isMuted ? 0 : volume);
    this.card.send({ type: "gain", gains: { caller: gain(mix.caller), agent: gain(mix.agent) } });
  }

  async rewind(seconds: number): Promise<void> {
    const { callId } = this.deps.store.getState().listening;
    if (callId !== null) await this.#rewind.start({ callId, seconds, liveMs: this.#liveMs });
  }

  setRate(rate: number): void {
    this.#rewind.setRate(rate);
    if (this.#behind) this.#behind = { ...this.#behind, rate };
    this.#show();
  }

  jumpToLive(): void {
    this.#rewind.stop();
  }

  onWorker(message: Exclude<FromWorker, { type: "speaking" }>): void {
    if (message.type === "clock") {
      this.#offsetMs = message.offsetMs;
      return;
    }
    if (message.callId !== this.deps.store.getState().listening.callId) return;
    this.#heard = message;
    if (message.state === "ended" || message.state === "failed") this.#rewind.stop();
    if (message.state !== "live") this.#note = null;
    this.#show();
  }

  close(): void {
    this.stop();
    this.#watched?.removeEventListener("devicechange", this.listOutputs);
    this.#watched = null;
    this.#isConnected = false;
    void this.card.close();
  }

  readonly listOutputs = async (): Promise<void> => {
    const devices = this.deps.parts.mediaDevices();
    if (!devices || !this.card.canChooseOutput) return;
    if (!this.#watched) {
      this.#watched = devices;
      devices.addEventListener("devicechange", this.listOutputs);
    }
    const all = await devices.enumerateDevices().catch(() => []);
    this.deps.store.setState({ outputs: devicesOf(all, "audiooutput") });
  };

  /** A port of their own between worker and worklet: sound never passes the page's thread. */
  #connect(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    const { port1, port2 } = new MessageChannel();
    this.deps.send({ type: "playback", port: port1 }, [port1]);
    this.card.send({ type: "source", port: port2 }, [port2]);
    this.setMix(this.deps.store.getState().mix);
    void this.listOutputs();
  }

  #onPlayback(message: FromPlayback): void {
    if (message.type === "levels") this.#peaks = message;
    else if (message.type === "replaying") this.#rewind.onReplaying(message);
    else {
      this.#liveMs = message.positionMs;
      this.#measure(message);
    }
  }

  #measure({ playedAfterMs, bufferMs, lossPercent }: Extract<FromPlayback, { type: "stats" }>): void {
    const now = this.deps.parts.clock.now();
    if (playedAfterMs === null || this.#offsetMs === null || now - this.#qualityAt < QUALITY_MS * 0.9) return;
    this.#qualityAt = now;
    const endToEndMs = Math.max(0, playedAfterMs + this.#offsetMs + this.card.outputLatencyMs);
    const round = (value: number) => Math.round(value * 10) / 10;
    this.deps.store.setState({
      quality: { endToEndMs: round(endToEndMs), bufferMs: round(bufferMs), lossPercent: round(lossPercent) },
    });
  }

  #show(): void {
    const heard = this.#heard;
    const { listening } = this.deps.store.getState();
    if (!heard || listening.callId === null) return;
    const { callId, codec, perPartyAudio } = heard;
    const { behindMs = 0, rate = 1 } = this.#behind ?? {};
    const shown = {
      callId,
      codec,
      perPartyAudio,
      behindMs: Math.round(behindMs),
      rate,
      detail: this.#note ?? heard.detail,
    };
    if (heard.state === "ended") this.#setListening({ ...INITIAL_HEADSET.listening, detail: heard.detail });
    else if (heard.state === "failed") this.#setListening({ ...shown, state: "failed" });
    else if (!this.#isSettled) this.#setListening({ ...shown, state: "starting" });
    else if (!this.card.isRunning)
      this.#setListening({
        ...shown,
        state: "needs-gesture",
        detail: "Click once so that the browser may make sound.",
      });
    else this.#setListening({ ...shown, state: this.#behind ? "behind" : heard.state });
  }

  #setListening(listening: Listening): void {
    this.deps.store.setState({ listening });
  }
}
