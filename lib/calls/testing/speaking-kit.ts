import { expect } from "vitest";
import type { Mode, SpeakingMode } from "@/lib/contract/call";
import type { FakeCall } from "@/lib/telephony/testing/fake-call";
import { CALL_ID, CallsRig, CLIP, SUPERVISOR } from "./calls-rig";
import { Speaker } from "./speaker";

/** A connected call with two supervisors at it, and one of them speaking. */

type Options = ConstructorParameters<typeof CallsRig>[0];
export type Given = { rig: CallsRig; call: FakeCall; nora: Speaker; ben: Speaker };

export async function given(options: Options & { mode?: Mode } = {}): Promise<Given> {
  const rig = new CallsRig(options);
  const call = await rig.inMode(options.mode ?? "spy");
  rig.events.length = 0;
  call.heard.caller.length = 0;
  return { rig, call, nora: new Speaker(rig), ben: new Speaker(rig, { name: "Ben Ode" }) };
}

export async function speaking(mode: SpeakingMode, options: Options & { mode?: Mode } = {}): Promise<Given> {
  const all = await given(options);
  await all.nora.start(mode);
  for (let at = 0; at < 5; at++) all.nora.say();
  return all;
}

/** Ten frames of whisper, of which three are heard; the key is let go, and pressed again at once. */
export async function pressedAgain(): Promise<Given & { over: Promise<unknown> }> {
  const all = await given();
  const { rig, call, nora } = all;
  call.voiceClock = rig.clock;
  await nora.start("whisper");
  for (let at = 0; at < 10; at++) nora.say();
  await rig.clock.advance(60);
  const stopped = nora.stop();
  const again = expect(nora.start("whisper")).rejects.toMatchObject({ code: "CONFLICT" });
  await rig.settle();
  return { ...all, over: Promise.all([stopped, again]) };
}

export const whisperOf = (rig: CallsRig) =>
  rig.service.whisper({
    ...{ callId: CALL_ID, samples: CLIP, by: SUPERVISOR, signal: new AbortController().signal },
    onSpeaking: () => {},
  });
export const samplesAt = (call: FakeCall, party: "caller" | "agent") =>
  call.heard[party].reduce((total, { samples }) => total + samples.length, 0);
export const conflict = (words: string) => ({
  code: "CONFLICT",
  userMessage: expect.stringContaining(words),
  retryable: true,
});
