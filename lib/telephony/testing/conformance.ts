import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AudioFrame } from "@/lib/contract/audio-frame";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { hears, type Mode, type Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import type { Gateway, GatewayCall } from "@/lib/telephony/gateway";
import { CallClosedError, CallCommandError } from "@/lib/telephony/gateway-errors";
import { type ConformanceBench, liveVoiceConformance } from "./conformance-voice";
import { eventually } from "./eventually";

type MaybeLater<T> = T | Promise<T>;

/** The other end of a gateway, in the test's hand. */
type OtherSide = {
  /** `never`: the agent lets it ring; `held`: it rings until the call ends. */
  placeCall(options?: { agent?: "answers" | "never" | "held" }): MaybeLater<CallId>;
  hangUp(callId: CallId, party: Party): MaybeLater<void>;
  /** The party says so much, s16le mono at SAMPLE_RATE Hz, once connected. */
  speak(callId: CallId, speech: { party: Party; samples: Int16Array }): MaybeLater<void>;
  /** How many samples of ours (at SAMPLE_RATE Hz) this leg has heard so far that were not silence, once all has arrived. */
  heard(callId: CallId, party: Party): MaybeLater<number>;
  /** Every connection breaks at once, and can be made again. */
  cutConnections(): void;
};

export type ConformanceRig = { gateway: Gateway; other: OtherSide; stop: () => Promise<void> };

const HALF_SECOND = new Int16Array(SAMPLE_RATE / 2).fill(6000);
const TWO_SECONDS = new Int16Array(SAMPLE_RATE * 2).fill(6000);

/** Every driver and the fake run this: what the port promises, seen from both ends of a call. */
export function gatewayConformance({ name, make }: { name: string; make: () => Promise<ConformanceRig> }): void {
  describe(`${name}: gateway conformance`, () => {
    let rig: ConformanceRig;
    let calls: GatewayCall[];

    beforeEach(async () => {
      rig = await make();
      calls = [];
      rig.gateway.on("call", (call) => calls.push(call));
      await rig.gateway.start();
    });
    afterEach(async () => {
      await rig.gateway.stop();
      await rig.stop();
    });

    const arrive = async (options?: Parameters<OtherSide["placeCall"]>[0]): Promise<GatewayCall> => {
      const callId = await rig.other.placeCall(options);
      await eventually("the call arrives", () => calls.some((call) => call.description.callId === callId));
      const call = calls.find((candidate) => candidate.description.callId === callId);
      if (!call) throw new Error("no call");
      return call;
    };
    const connected = async (): Promise<GatewayCall> => {
      const call = await arrive();
      await call.answer();
      await call.connect({ ringTimeMs: 5_000 });
      return call;
    };
    const inMode = async (mode: Mode): Promise<GatewayCall> => {
      const call = await connected();
      expect(await call.setMode(mode)).toBe(mode);
      return call;
    };
    const heardOf: ConformanceBench["heardOf"] = async ({ description }) => ({
      caller: await rig.other.heard(description.callId, "caller"),
      agent: await rig.other.heard(description.callId, "agent"),
    });

    liveVoiceConformance({ arrive, inMode, heardOf, cutConnections: () => rig.other.cutConnections() });

    describe("the way of a call", () => {
      it("is up after start, and says so", () => {
        expect(rig.gateway.status).toMatchObject({ state: "up", name: rig.gateway.name });
      });

      it("arrives PENDING with its numbers, is answered and connected, and is then in barge", async () => {
        const call = await arrive();
        expect(call.state).toBe("PENDING");
        expect(call.mode).toBeNull();
        expect(call.description.calleeNumber).not.toBe("");
        const states: string[] = [];
        call.on("state", (state) => states.push(state));
        await call.answer();
        expect(call.state).toBe("ANSWERED");
        await call.connect({ ringTimeMs: 5_000 });
        expect(call).toMatchObject({ state: "CONNECTED", mode: "barge" });
        expect(states).toEqual(["ANSWERED", "CONNECTED"]);
      });

      it("tells that it rings, and stays ANSWERED when nobody picks up", async () => {
        const call = await arrive({ agent: "never" });
        const rings: number[] = [];
        call.on("ringing", (ms) => rings.push(ms));
        await call.answer();
        await expect(call.connect({ ringTimeMs: 1_000 })).rejects.toMatchObject({ code: "CALL_UNANSWERED" });
        expect(call.state).toBe("ANSWERED");
        expect(rings).toEqual([1_000]);
      });

      it.each(["caller", "agent"] as const)("ends when the %s hangs up, for commands after it too", async (party) => {
        const call = await connected();
        const ends: unknown[] = [];
        call.on("terminated", (end) => ends.push(end));
        await rig.other.hangUp(call.description.callId, party);
        await eventually("terminated", () => ends.length > 0);
        expect(ends).toEqual([{ reason: `${party}-hung-up`, continuesWithoutUs: false }]);
        expect(call).toMatchObject({ state: "DISCONNECTED", mode: null });
        await expect(call.setMode("spy")).rejects.toBeInstanceOf(CallClosedError);
        expect(await call.play({ samples: HALF_SECOND, mode: "barge" })).toMatchObject({ outcome: "failed" });
      });

      it("settles a connect that is pending at a hang-up", async () => {
        const call = await arrive({ agent: "held" });
        await call.answer();
        let rings = 0;
        call.on("ringing", () => (rings += 1));
        const settled = expect(call.connect({ ringTimeMs: 60_000 })).rejects.toBeInstanceOf(CallClosedError);
        await eventually("it rings", () => rings > 0);
        await rig.other.hangUp(call.description.callId, "caller");
        await settled;
      });

      it("goes on without us after close, and ends for everybody after disconnect", async () => {
        const [left, ended] = [await connected(), await connected()];
        const ends: unknown[] = [];
        for (const call of [left, ended])
          call.on("terminated", ({ continuesWithoutUs }) => ends.push(continuesWithoutUs));
        await left.close();
        await eventually("left", () => ends.length === 1);
        await ended.disconnect();
        await eventually("ended", () => ends.length === 2);
        expect(ends).toEqual([true, false]);
      });

      it("refuses what its state does not allow, and lives on", async () => {
        const call = await arrive();
        await expect(call.setMode("spy")).rejects.toMatchObject({ code: "WRONG_STATE" });
        await call.answer();
        await expect(call.answer()).rejects.toBeInstanceOf(CallCommandError);
        await expect(call.setMode("whisper")).rejects.toMatchObject({ code: "WRONG_STATE" });
        expect(call.state).toBe("ANSWERED");
      });
    });

    describe("who hears us", () => {
      it("in the ANSWERED state: the caller, and nobody when the clip was meant for a mode", async () => {
        const call = await arrive();
        await call.answer();
        expect(await call.play({ samples: HALF_SECOND, mode: "whisper" })).toMatchObject({ outcome: "refused" });
        expect(await heardOf(call)).toEqual({ caller: 0, agent: 0 });
        let started = 0;
        const result = await call.play({ samples: HALF_SECOND, mode: null, onStarted: () => (started += 1) });
        expect(result).toMatchObject({ outcome: "played", playedMs: 500, code: null });
        expect(started).toBe(1);
        expect((await heardOf(call)).caller).toBeGreaterThan(SAMPLE_RATE * 0.4);
        expect((await heardOf(call)).agent).toBe(0);
      });

      it.each(["whisper", "barge"] as const)("in %s: exactly those whom the mode table names", async (mode) => {
        const call = await inMode(mode);
        expect(await call.play({ samples: HALF_SECOND, mode })).toMatchObject({ outcome: "played", playedMs: 500 });
        const heard = await heardOf(call);
        for (const party of ["caller", "agent"] as const)
          expect(heard[party] > SAMPLE_RATE * 0.4).toBe(hears({ party, mode }));
        if (mode === "whisper") expect(heard.caller).toBe(0);
      });

      it("never plays a clip in another mode than its own", async () => {
        const call = await inMode("barge");
        for (const mode of ["whisper", null] as const)
          expect(await call.play({ samples: HALF_SECOND, mode })).toMatchObject({ outcome: "refused", playedMs: 0 });
        expect(await heardOf(call)).toEqual({ caller: 0, agent: 0 });
      });

      it("tells every mode change, and which mode is confirmed", async () => {
        const call = await connected();
        const modes: (Mode | null)[] = [];
        call.on("mode", (mode) => modes.push(mode));
        for (const mode of ["spy", "whisper", "barge", "spy"] as const) {
          expect(await call.setMode(mode)).toBe(mode);
          expect(call.mode).toBe(mode);
        }
        expect(modes).toEqual(["spy", "whisper", "barge", "spy"]);
      });

      it("stops a clip on abort, and takes the next one; refuses a second one meanwhile", async () => {
        const call = await inMode("whisper");
        const abort = new AbortController();
        const started = new Promise<void>((resolve) => {
          void call
            .play({ samples: TWO_SECONDS, mode: "whisper", signal: abort.signal, onStarted: resolve })
            .then((result) => results.push(result));
        });
        const results: { outcome: string; playedMs: number }[] = [];
        await started;
        expect(await call.play({ samples: HALF_SECOND, mode: "whisper" })).toMatchObject({ code: "BUSY" });
        abort.abort();
        await eventually("the interrupt", () => results.length > 0);
        expect(results[0]).toMatchObject({ outcome: "interrupted" });
        expect(results[0]?.playedMs).toBeLessThan(2_000);
        expect(await call.play({ samples: HALF_SECOND, mode: "whisper" })).toMatchObject({ outcome: "played" });
        expect((await heardOf(call)).caller).toBe(0);
      });

      it("stops a whisper the moment the mode goes up to barge: the caller hears none of it", async () => {
        const call = await inMode("whisper");
        const started = new Promise<void>((resolve) => {
          void call
            .play({ samples: TWO_SECONDS, mode: "whisper", onStarted: resolve })
            .then((result) => ends.push(result));
        });
        const ends: { outcome: string }[] = [];
        await started;
        await call.setMode("barge");
        await eventually("the clip ends", () => ends.length > 0);
        expect(ends[0]?.outcome).not.toBe("played");
        expect((await heardOf(call)).caller).toBe(0);
      });
    });

    describe("what we hear", () => {
      it("gives each party's voice as whole frames of its own, in sequence, on one clock", async () => {
        const call = await inMode("spy");
        const frames: AudioFrame[] = [];
        call.on("audio", (frame) => frames.push(frame));
        const { callId } = call.description;
        await rig.other.speak(callId, { party: "caller", samples: new Int16Array(SAMPLE_RATE / 4).fill(3000) });
        await rig.other.speak(callId, { party: "agent", samples: new Int16Array(SAMPLE_RATE / 4).fill(-5000) });
        const of = (party: Party) => frames.filter((frame) => frame.party === party);
        const isLoud = ({ samples }: AudioFrame) => Math.abs(samples[FRAME_SAMPLES / 2] ?? 0) > 1000;
        await eventually("both are heard", () => of("caller").some(isLoud) && of("agent").some(isLoud));
        for (const party of ["caller", "agent"] as const) {
          for (const frame of of(party)) expect(frame.samples).toHaveLength(FRAME_SAMPLES);
          const steps = of(party).map(
            (frame, at, all) => frame.sequence - (all[at - 1]?.sequence ?? frame.sequence - 1),
          );
          expect(new Set(steps)).toEqual(new Set([1]));
        }
        expect(of("caller").find(isLoud)?.samples[FRAME_SAMPLES / 2]).toBeGreaterThan(0);
        expect(of("agent").find(isLoud)?.samples[FRAME_SAMPLES / 2]).toBeLessThan(0);
      });
    });

    describe("broken connections", () => {
      it("knows no mode while away, plays nothing, and tells the truth when back", async () => {
        const call = await inMode("whisper");
        const told: unknown[] = [];
        call.on("reachable", (isReachable) => told.push(isReachable));
        call.on("mode", (mode) => told.push(mode));
        rig.other.cutConnections();
        await eventually("away", () => told.includes(false));
        expect(told.slice(0, 2)).toEqual([false, null]);
        await eventually("back", () => told.includes(true));
        await eventually("the mode is known", () => call.mode !== null);
        expect(told[2]).toBe(true);
        expect(call.state).toBe("CONNECTED");
        expect(await call.setMode("spy")).toBe("spy");
        await eventually("up again", () => rig.gateway.status.state === "up");
      });

      it("fails a clip that is cut off, and never plays the rest to the caller", async () => {
        const call = await inMode("whisper");
        const started = new Promise<void>((resolve) => {
          void call
            .play({ samples: TWO_SECONDS, mode: "whisper", onStarted: resolve })
            .then((result) => ends.push(result));
        });
        const ends: { outcome: string }[] = [];
        await started;
        rig.other.cutConnections();
        await eventually("the clip ends", () => ends.length > 0);
        expect(ends[0]?.outcome).toBe("failed");
        await eventually("back", () => call.mode !== null);
        expect((await heardOf(call)).caller).toBe(0);
      });

      it("learns on the way back which calls ended and which began", async () => {
        const gone = await connected();
        const ends: unknown[] = [];
        gone.on("terminated", (end) => ends.push(end));
        rig.other.cutConnections();
        await rig.other.hangUp(gone.description.callId, "caller");
        const fresh = await arrive();
        await eventually("the end is known", () => ends.length > 0);
        expect(gone.state).toBe("DISCONNECTED");
        expect(fresh.state).toBe("PENDING");
        await fresh.answer();
        expect(fresh.state).toBe("ANSWERED");
      });
    });
  });
}
