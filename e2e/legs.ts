import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { correlate, correlateAt } from "@/lib/audio/correlate";
import { parseWav } from "@/lib/audio/wav";
import { silentLogger } from "@/lib/platform/logger";
import { cacheDir } from "@/lib/platform/paths";
import { ClipCache } from "@/lib/speech/clip-cache";
import { FliteSynthesizer } from "@/lib/speech/providers/flite";

async function lane(options: { dir: string; callId: string; name: string }): Promise<Int16Array> {
  const wav = parseWav(await readFile(join(options.dir, `${options.callId}.${options.name}.wav`)));
  return wav.channels[0] ?? new Int16Array(0);
}

/** @returns what a leg heard, less what the other one said: what came from us. */
export const difference = (heard: Int16Array, said: Int16Array) =>
  Int16Array.from(heard, (sample, at) => Math.max(-32_768, Math.min(32_767, sample - (said[at] ?? 0))));

/** The very audio of these words, as it was synthesised (or is again: the synthesiser always says them alike). */
export async function clipOf(words: string): Promise<Int16Array> {
  const synthesizer = new FliteSynthesizer({ logger: silentLogger });
  const clips = new ClipCache({ synthesizer, dir: join(cacheDir, "clips"), logger: silentLogger });
  return (await clips.clipFor(words)).samples;
}

/**
 * Measures at the switch what each leg got of a clip. What a leg heard, less what the other party said, is what came from
 * us; the agent's is searched for the clip, the caller's is looked at where the agent got it.
 */
export async function measureLeak(options: { dir: string; callId: string; words: string }) {
  const { dir, callId } = options;
  const [callerSaid, callerHeard, agentSaid, agentHeard] = await Promise.all(
    ["caller-said", "caller-heard", "agent-said", "agent-heard"].map((name) => lane({ dir, callId, name })),
  );
  if (!callerSaid || !callerHeard || !agentSaid || !agentHeard) throw new Error("a lane is missing");
  const clip = await clipOf(options.words);
  const agent = correlate({ clip, signal: difference(agentHeard, callerSaid) });
  const caller = correlateAt({ clip, signal: difference(callerHeard, agentSaid), lagSamples: agent.lagSamples });
  return { agent, caller, seconds: agentHeard.length / 16_000 };
}
