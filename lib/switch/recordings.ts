import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { CallSpec } from "./call-spec";
import type { DirectoryAgent } from "./directory";
import { loadWav, recordedParty } from "./parties/recorded";
import type { CallPool, Offer } from "./scheduler";

const CALLER_FILE = /^(.+)-caller\.wav$/i;

/** What may stand beside a recording in `NAME.json`. */
const aboutSchema = z.object({
  callerNumber: z.string().max(64).optional(),
  callerName: z.string().max(120).optional(),
  calleeNumber: z.string().max(64).optional(),
  calleeName: z.string().max(120).optional(),
  ringMs: z.number().int().min(0).max(60_000).optional(),
});

export type Recording = { name: string; callerPath: string; agentPath: string; about: z.infer<typeof aboutSchema> };

/**
 * The pairs `NAME-caller.wav` / `NAME-agent.wav` of a folder, by name. A caller's file without its agent's is no pair.
 * @throws Error where there is no pair at all, or a NAME.json is not what it should be.
 */
export async function findRecordings(dir: string): Promise<Recording[]> {
  const files = await readdir(dir);
  const found = files.sort().flatMap((file) => {
    const name = CALLER_FILE.exec(file)?.[1];
    const agentFile = files.find((other) => other.toLowerCase() === `${name}-agent.wav`.toLowerCase());
    return name && agentFile ? [{ name, callerPath: join(dir, file), agentPath: join(dir, agentFile) }] : [];
  });
  if (found.length === 0) throw new Error(`${dir} holds no pair NAME-caller.wav and NAME-agent.wav`);
  return Promise.all(
    found.map(async (recording) => {
      const aboutFile = `${recording.name}.json`;
      const about = files.includes(aboutFile) ? JSON.parse(await readFile(join(dir, aboutFile), "utf8")) : {};
      return { ...recording, about: aboutSchema.parse(about) };
    }),
  );
}

/** Places the recordings one after another, each `times` times (0: for ever), with the agents of the directory. */
export class RecordingPool implements CallPool {
  readonly #rounds: { recording: Recording; place: number }[] = [];
  #round = 0;

  constructor(
    private readonly options: { recordings: readonly Recording[]; agents: readonly DirectoryAgent[]; times: number },
  ) {}

  next({ isFree }: { isFree: (extension: string) => boolean }): Offer | "wait" | "exhausted" {
    const { recordings, times } = this.options;
    if (this.#rounds.length === 0) {
      if (times > 0 && this.#round >= times) return "exhausted";
      this.#round += 1;
      this.#rounds.push(...recordings.map((recording, place) => ({ recording, place })));
    }
    const at = this.#rounds.findIndex(({ recording, place }) => isFree(this.#calleeOf(recording, place).number));
    const [chosen] = at < 0 ? [] : this.#rounds.splice(at, 1);
    if (!chosen) return "wait";
    const { recording, place } = chosen;
    const callee = this.#calleeOf(recording, place);
    return { extension: callee.number, prepare: () => prepare(recording, callee) };
  }

  #calleeOf({ about }: Recording, place: number): { number: string; name: string | null } {
    const agent = this.options.agents[place % this.options.agents.length];
    const number = about.calleeNumber ?? agent?.extension ?? "1000";
    return { number, name: about.calleeName ?? (about.calleeNumber ? null : (agent?.name ?? null)) };
  }
}

async function prepare(recording: Recording, callee: { number: string; name: string | null }): Promise<CallSpec> {
  const { about, name } = recording;
  const [caller, agent] = await Promise.all([loadWav(recording.callerPath), loadWav(recording.agentPath)]);
  return {
    caller: recordedParty(caller),
    callee: recordedParty(agent),
    callerNumber: about.callerNumber ?? "anonymous",
    callerName: about.callerName ?? name.replaceAll(/[-_]+/g, " "),
    calleeNumber: callee.number,
    calleeName: callee.name,
    ringMs: about.ringMs ?? 2000,
    origin: name,
  };
}
