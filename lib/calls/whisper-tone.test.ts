import { describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { agentIdSchema, teamIdSchema } from "@/lib/contract/ids";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { POLICY_LIMIT_MS } from "./constants";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./testing/calls-rig";
import { Speaker } from "./testing/speaker";
import { makeWhisperTone } from "./tone";
import type { CallsDeps } from "./types";

const TEAM = teamIdSchema.parse("t1");
const TONE = makeWhisperTone();

type Policy = () => Promise<{ whisperTone: boolean }>;

async function inSpy({ policy, hasTeam = true }: { policy: Policy; hasTeam?: boolean }) {
  const asked: string[] = [];
  const agent = { agentId: agentIdSchema.parse("a1"), agentName: "Ann", teamId: hasTeam ? TEAM : null, teamName: null };
  const deps: Partial<CallsDeps> = {
    agents: { byExtension: async () => agent },
    policies: {
      forTeam: (teamId) => {
        asked.push(teamId);
        return policy();
      },
    },
  };
  const rig = new CallsRig({ deps });
  const call = await rig.inSpy();
  call.heard.caller.length = 0;
  rig.events.length = 0;
  return { rig, call, asked, nora: new Speaker(rig) };
}

const heardBy = (call: FakeCall, party: "agent" | "caller") => call.heard[party].flatMap(({ samples }) => [...samples]);
const whisper = (rig: CallsRig, onSpeaking = () => {}) =>
  rig.service.whisper({
    ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, onSpeaking },
    signal: new AbortController().signal,
  });

describe("where the team wants it, a soft tone", () => {
  it("goes before an AI whisper, to the agent alone, and is no part of it", async () => {
    const { rig, call, asked } = await inSpy({ policy: async () => ({ whisperTone: true }) });
    const heardAtStart: number[] = [];
    const told = await whisper(rig, () => heardAtStart.push(heardBy(call, "agent").length));
    expect(told).toMatchObject({ outcome: "spoken", proof: { playedMs: 300, callerClear: true } });
    expect(heardBy(call, "agent")).toEqual([...TONE, ...CLIP]);
    expect(heardBy(call, "caller")).toEqual([]);
    // `onSpeaking` comes with the clip's first frame.
    expect(heardAtStart).toEqual([TONE.length + CLIP.length]);
    // At the arrival, and anew for the whisper.
    expect(asked).toEqual([TEAM, TEAM]);
  });

  it("that fails, fails nothing; but nothing follows it when the mode changed meanwhile", async () => {
    const { rig, call } = await inSpy({ policy: async () => ({ whisperTone: true }) });
    const play = call.play.bind(call);
    const results = [{ outcome: "refused", playedMs: 0, code: "BUSY", message: "busy" } as const];
    call.play = async (request) => results.shift() ?? play(request);
    expect(await whisper(rig)).toMatchObject({ outcome: "spoken", proof: { playedMs: 300 } });
    call.playback = "manual";
    const told = whisper(rig);
    await rig.settle();
    call.advancePlayback(100);
    call.changeMode("barge");
    expect(await told).toMatchObject({
      outcome: "failed",
      proof: { playedMs: 0, modeDuring: "barge", modeAfter: "spy" },
    });
    expect(heardBy(call, "caller")).toEqual([]);
  });

  it("goes before a person's whisper at the pace of speech, and is no part of what they said", async () => {
    const { rig, call, nora } = await inSpy({ policy: async () => ({ whisperTone: true }) });
    let isOpen = false;
    const started = nora.start("whisper").then(() => {
      isOpen = true;
    });
    await rig.settle();
    expect(heardBy(call, "agent").length).toBeLessThan(TONE.length / 2);
    expect(isOpen).toBe(false);
    await rig.clock.advance(200);
    await started;
    expect(heardBy(call, "agent")).toEqual([...TONE]);
    nora.say();
    await nora.stop();
    expect(heardBy(call, "agent").slice(TONE.length)).toEqual(Array(FRAME_SAMPLES).fill(5));
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 20, callerClear: true }]);
  });

  it("is cut with the microphone, and nothing of the voice follows", async () => {
    const { rig, call, nora } = await inSpy({ policy: async () => ({ whisperTone: true }) });
    const started = expect(nora.start("whisper")).rejects.toMatchObject({ code: "CONFLICT" });
    await rig.clock.advance(60);
    nora.drop();
    await rig.clock.advance(1_000);
    await started;
    expect(heardBy(call, "agent").length).toBeLessThan(TONE.length);
    expect(rig.of("speaking.ended")).toMatchObject([{ spokenMs: 0, reason: "disconnected" }]);
    expect(call.mode).toBe("spy");
  });

  it("never goes before a barge", async () => {
    const { call, nora } = await inSpy({ policy: async () => ({ whisperTone: true }) });
    await nora.start("barge");
    expect(heardBy(call, "agent")).toEqual([]);
  });
});

describe("there is no tone", () => {
  it.each<[string, Parameters<typeof inSpy>[0]]>([
    ["the team does not want it", { policy: async () => ({ whisperTone: false }) }],
    ["the policy cannot be told", { policy: () => Promise.reject(new Error("no database")) }],
    ["the agent has no team", { policy: async () => ({ whisperTone: true }), hasTeam: false }],
  ])("where %s", async (_, given) => {
    const { rig, call } = await inSpy(given);
    expect((await whisper(rig)).outcome).toBe("spoken");
    expect(heardBy(call, "agent")).toEqual([...CLIP]);
  });

  it("where the policy never answered, and the whisper waits no longer than its bound", async () => {
    const { rig, call } = await inSpy({ policy: () => new Promise(() => {}) });
    const told = whisper(rig);
    await rig.clock.advance(POLICY_LIMIT_MS);
    expect((await told).outcome).toBe("spoken");
    expect(heardBy(call, "agent")).toEqual([...CLIP]);
  });

  it("any more once the team changed its mind", async () => {
    let whisperTone = true;
    const { rig, call } = await inSpy({ policy: async () => ({ whisperTone }) });
    await whisper(rig);
    whisperTone = false;
    call.heard.agent.length = 0;
    await whisper(rig);
    expect(heardBy(call, "agent")).toEqual([...CLIP]);
  });
});
