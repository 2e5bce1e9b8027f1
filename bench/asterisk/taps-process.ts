import { z } from "zod";
import { BareTaps } from "./bare-taps";
import { answerParent } from "./child-link";
import { type Contender, TapEars, type Usage } from "./contender";
import { DriverTaps } from "./driver-taps";

const requestSchema = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("be"),
    kind: z.enum(["driver", "bare"]),
    url: z.string(),
    username: z.string(),
    password: z.string(),
  }),
  z.object({ do: z.literal("open") }),
  z.object({ do: z.literal("follow"), calls: z.number() }),
  z.object({ do: z.literal("inject"), ms: z.number() }),
  z.object({ do: z.literal("take") }),
  z.object({ do: z.literal("usage"), collect: z.boolean() }),
  z.object({ do: z.literal("close") }),
]);
export type TapsRequest = z.infer<typeof requestSchema>;

/**
 * Of this process alone: the transpiler that started beside it is not part of what is measured. Memory is what is alive after
 * a collection; the resident memory of Node moves by tens of megabytes with the garbage of the moment, and hides a call's.
 */
function usageOf({ collect }: { collect: boolean }): Usage {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { heapUsed, external } = process.memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, memoryMb: (heapUsed + external) / 1e6 };
}

/** One contender, in a process of its own, so that its processor time and memory are its alone. */
class TapsProcess {
  readonly #ears = new TapEars();
  #contender: Contender | null = null;

  async handle(request: TapsRequest): Promise<unknown> {
    if (request.do === "be") {
      const parts = { ...request, ears: this.#ears };
      this.#contender = request.kind === "driver" ? new DriverTaps(parts) : new BareTaps(parts);
      return null;
    }
    if (request.do === "take") return this.#ears.take();
    if (request.do === "usage") return usageOf(request);
    if (!this.#contender) throw new Error("nobody said what to be");
    if (request.do === "open") return this.#contender.open();
    if (request.do === "follow") return this.#contender.follow(request.calls);
    if (request.do === "inject") return this.#contender.inject(request.ms);
    return this.#contender.close();
  }
}

const taps = new TapsProcess();
answerParent((message) => taps.handle(requestSchema.parse(message)));
