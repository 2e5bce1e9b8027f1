import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseWav } from "@/lib/audio/wav";
import { FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { modeSchema } from "@/lib/contract/call";
import { loudest, toneTrack } from "@/lib/telephony/testing/tones";
import { difference } from "./legs";

/** The switch's own record of a call: what each leg heard, and in which mode the conference was, frame by frame. */
const recordSchema = z.object({
  frames: z.number(),
  journal: z.array(z.object({ frame: z.number(), event: z.string(), mode: modeSchema.nullish() })),
});

type Heard = { caller: number; agent: number };

/**
 * How loud `frequency` was at its loudest in each mode at each leg, 0…1 of full scale, in what came from neither of the two people:
 * what a leg heard, less what the other one said. Written by the switch when the call is over; windows of 100 ms.
 */
export async function loudestByMode(options: { dir: string; callId: string; frequency: number }) {
  const { dir, callId, frequency } = options;
  const path = (suffix: string) => join(dir, `${callId}.${suffix}`);
  const { frames, journal } = recordSchema.parse(JSON.parse(await readFile(path("json"), "utf8")));
  const lane = async (name: string) => parseWav(await readFile(path(`${name}.wav`))).channels[0] ?? new Int16Array(0);
  const [callerSaid, callerHeard] = [await lane("caller-said"), await lane("caller-heard")];
  const [agentSaid, agentHeard] = [await lane("agent-said"), await lane("agent-heard")];
  const ours = { caller: difference(callerHeard, agentSaid), agent: difference(agentHeard, callerSaid) };
  const loudestOf: Record<"spy" | "whisper" | "barge", Heard> = {
    spy: { caller: 0, agent: 0 },
    whisper: { caller: 0, agent: 0 },
    barge: { caller: 0, agent: 0 },
  };
  const states = journal.filter(({ event }) => event === "state");
  states.forEach(({ frame, mode }, at) => {
    if (!mode) return;
    const [from, to] = [frame * FRAME_SAMPLES, (states[at + 1]?.frame ?? frames) * FRAME_SAMPLES];
    const most = (samples: Int16Array) =>
      loudest(toneTrack(samples.subarray(from, to), { frequency, sampleRate: SAMPLE_RATE }));
    const known = loudestOf[mode];
    known.caller = Math.max(known.caller, most(ours.caller));
    known.agent = Math.max(known.agent, most(ours.agent));
  });
  return loudestOf;
}

/** @returns how much softer `one` is than `other`, dB; −120 for nothing at all. */
export function decibels(one: number, other: number): number {
  return Math.max(-120, 20 * Math.log10(one / other));
}
