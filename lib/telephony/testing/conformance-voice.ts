import { describe, expect, it } from "vitest";
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { hears, type Mode, type Party, type SpeakingMode } from "@/lib/contract/call";
import type { GatewayCall, LiveVoice, PlayResult } from "@/lib/telephony/gateway";
import { eventually } from "./eventually";

/** Calls to speak into, and what their legs heard. */
export type ConformanceBench = {
  /** PENDING. */
  arrive: () => Promise<GatewayCall>;
  inMode: (mode: Mode) => Promise<GatewayCall>;
  /** Samples (at SAMPLE_RATE Hz) of ours that were not silence. */
  heardOf: (call: GatewayCall) => Promise<Record<Party, number>>;
  cutConnections: () => void;
};

const HALF_SECOND = new Int16Array(SAMPLE_RATE / 2).fill(6000);
const FRAME = new Int16Array(FRAME_SAMPLES).fill(6000);

/** Somebody who talks into a voice, a frame every 20 ms, until the voice is over or `hush`. */
class Talker {
  readonly voice: LiveVoice;
  readonly results: PlayResult[] = [];
  sent = 0;
  starts = 0;
  #pushed = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(call: GatewayCall, mode: SpeakingMode) {
    this.voice = call.speak({ mode, onStarted: () => (this.starts += 1) });
    void this.voice.result.then((result) => {
      this.hush();
      this.results.push(result);
    });
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      for (; this.#pushed * FRAME_MS < performance.now() - startedAt; this.#pushed++)
        if (this.voice.push(FRAME)) this.sent += 1;
    }, FRAME_MS / 2);
  }

  hush(): void {
    clearInterval(this.#timer);
  }

  /** Has been heard by the gateway for about so long. */
  async talk(ms: number): Promise<void> {
    const wanted = this.sent + ms / FRAME_MS;
    await eventually(`${ms} ms are spoken`, () => this.sent >= wanted || this.results.length > 0);
  }

  async over(): Promise<PlayResult> {
    const result = await this.voice.result;
    this.hush();
    return result;
  }
}

/** What the port promises of a live voice, seen from both ends of a call. */
export function liveVoiceConformance({ arrive, inMode, heardOf, cutConnections }: ConformanceBench): void {
  describe("a live voice", () => {
    it.each(["whisper", "barge"] as const)(
      "in %s: is heard by exactly those whom the mode table names",
      async (mode) => {
        const call = await inMode(mode);
        const talker = new Talker(call, mode);
        await talker.talk(600);
        talker.hush();
        talker.voice.end();
        const result = await talker.over();
        expect(result).toMatchObject({ outcome: "played", code: null });
        expect(result.playedMs).toBeGreaterThan(400);
        expect(result.playedMs).toBeLessThanOrEqual(talker.sent * FRAME_MS);
        expect(talker.starts).toBe(1);
        const heard = await heardOf(call);
        for (const party of ["caller", "agent"] as const)
          expect(heard[party] > SAMPLE_RATE * 0.35).toBe(hears({ party, mode }));
        if (mode === "whisper") expect(heard.caller).toBe(0);
      },
    );

    it.each(["spy", "barge"] as const)("meant for whisper is refused in %s, and nobody hears it", async (mode) => {
      const call = await inMode(mode);
      const talker = new Talker(call, "whisper");
      expect(await talker.over()).toMatchObject({ outcome: "refused", playedMs: 0, code: "MODE_MISMATCH" });
      expect(talker.voice.push(FRAME)).toBe(false);
      expect(await heardOf(call)).toEqual({ caller: 0, agent: 0 });
    });

    it("is refused before there is a conference", async () => {
      const call = await arrive();
      await call.answer();
      const talker = new Talker(call, "barge");
      expect(await talker.over()).toMatchObject({ outcome: "refused", playedMs: 0 });
      expect(await heardOf(call)).toEqual({ caller: 0, agent: 0 });
    });

    it("is over the moment the mode goes up to barge: the caller hears none of the whisper, and all of the next", async () => {
      const call = await inMode("whisper");
      const talker = new Talker(call, "whisper");
      await talker.talk(300);
      const change = call.setMode("barge");
      expect(await talker.over()).toMatchObject({ outcome: "refused" });
      await change;
      expect(talker.voice.push(FRAME)).toBe(false);
      const { caller, agent } = await heardOf(call);
      expect(caller).toBe(0);
      expect(agent).toBeGreaterThan(SAMPLE_RATE * 0.15);
      const louder = new Talker(call, "barge");
      await louder.talk(300);
      louder.hush();
      louder.voice.end();
      expect(await louder.over()).toMatchObject({ outcome: "played" });
      expect((await heardOf(call)).caller).toBeGreaterThan(SAMPLE_RATE * 0.1);
    });

    it("is over the moment the mode goes down to spy", async () => {
      const call = await inMode("barge");
      const talker = new Talker(call, "barge");
      await talker.talk(200);
      await call.setMode("spy");
      expect(await talker.over()).toMatchObject({ outcome: "refused" });
      const before = await heardOf(call);
      expect(talker.voice.push(FRAME)).toBe(false);
      expect(await heardOf(call)).toEqual(before);
    });

    it("takes the place of a clip and of another voice, and a clip takes its", async () => {
      const call = await inMode("whisper");
      const talker = new Talker(call, "whisper");
      await talker.talk(100);
      const busy = { outcome: "refused", code: "BUSY", playedMs: 0 };
      expect(await call.play({ samples: HALF_SECOND, mode: "whisper" })).toMatchObject(busy);
      expect(await call.speak({ mode: "whisper" }).result).toMatchObject(busy);
      expect(talker.results).toEqual([]);
      talker.voice.cut();
      await talker.over();
      let started = false;
      const clip = call.play({ samples: HALF_SECOND, mode: "whisper", onStarted: () => (started = true) });
      await eventually("the clip is played", () => started);
      expect(await call.speak({ mode: "whisper" }).result).toMatchObject(busy);
      expect(await clip).toMatchObject({ outcome: "played" });
      expect((await heardOf(call)).caller).toBe(0);
    });

    it("that is cut is over at once, frames after it are nothing, and the place is free", async () => {
      const call = await inMode("whisper");
      const talker = new Talker(call, "whisper");
      await talker.talk(300);
      talker.voice.cut();
      expect(talker.voice.push(FRAME)).toBe(false);
      const { outcome, code, playedMs } = await talker.over();
      expect({ outcome, code }).toEqual({ outcome: "interrupted", code: null });
      expect(playedMs).toBeLessThanOrEqual(talker.sent * FRAME_MS);
      const before = await heardOf(call);
      talker.voice.end();
      talker.voice.cut();
      expect(talker.voice.push(FRAME)).toBe(false);
      expect(await heardOf(call)).toEqual(before);
      expect(await call.play({ samples: HALF_SECOND, mode: "whisper" })).toMatchObject({ outcome: "played" });
    });

    it("that has ended takes nothing more, also where nothing was ever said", async () => {
      const call = await inMode("whisper");
      const silent = call.speak({ mode: "whisper" });
      silent.end();
      expect(silent.push(FRAME)).toBe(false);
      expect(await silent.result).toMatchObject({ outcome: "played", playedMs: 0 });
      const talker = new Talker(call, "whisper");
      await talker.talk(200);
      talker.voice.end();
      expect(talker.voice.push(FRAME)).toBe(false);
      expect(await talker.over()).toMatchObject({ outcome: "played" });
      expect((await heardOf(call)).caller).toBe(0);
    });

    it("may pause: silence is not the end", async () => {
      const call = await inMode("whisper");
      const voice = call.speak({ mode: "whisper" });
      await eventually("the first word", () => voice.push(FRAME));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(voice.push(FRAME)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 300));
      voice.end();
      expect(await voice.result).toMatchObject({ outcome: "played" });
      expect((await heardOf(call)).agent).toBeGreaterThan(0);
    });

    it("that is cut off has failed, and never reaches the caller", async () => {
      const call = await inMode("whisper");
      const talker = new Talker(call, "whisper");
      await talker.talk(200);
      cutConnections();
      expect(await talker.over()).toMatchObject({ outcome: "failed" });
      expect(talker.voice.push(FRAME)).toBe(false);
      await eventually("back", () => call.mode !== null);
      expect((await heardOf(call)).caller).toBe(0);
    });

    it("fails with the call", async () => {
      const call = await inMode("barge");
      const talker = new Talker(call, "barge");
      await talker.talk(100);
      await call.disconnect();
      expect(await talker.over()).toMatchObject({ outcome: "failed", code: "CALL_CLOSED" });
      expect(await call.speak({ mode: "barge" }).result).toMatchObject({ outcome: "failed" });
    });
  });
}
