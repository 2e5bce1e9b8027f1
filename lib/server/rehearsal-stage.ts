import { randomUUID } from "node:crypto";
import type { CallId } from "@/lib/contract/ids";
import type { FromSwitch, ScenarioCard, ToSwitch } from "@/lib/contract/switch-control";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { RehearsalStage, StageEnd } from "@/lib/rehearsal/stage";
import type { SwitchProcess } from "./switch-process";

const LIST_LIMIT_MS = 5_000;
/** Longer than the switch itself waits for a busy agent. */
const PLACE_LIMIT_MS = 200_000;

type Exchange = Pick<SwitchProcess, "send" | "onMessage" | "onEnded">;
type Answer = Exclude<FromSwitch, { type: "listening" | "rehearsal.over" }>;
type Request = { type: "scenarios.list" } | { type: "rehearsal.place"; scenarioId: string; callId: CallId };

/** Rehearsals on the built-in switch, over its process channel. */
export class SwitchStage implements RehearsalStage {
  constructor(private readonly deps: { exchange: Exchange; clock: Clock }) {}

  async scenarios(): Promise<readonly ScenarioCard[]> {
    const answer = await this.#ask({ type: "scenarios.list" }, { limitMs: LIST_LIMIT_MS });
    return answer.type === "scenarios" ? answer.scenarios : [];
  }

  async place(request: { scenarioId: string; callId: CallId }): Promise<void> {
    const answer = await this.#ask({ type: "rehearsal.place", ...request }, { limitMs: PLACE_LIMIT_MS });
    if (answer.type === "rehearsal.refused")
      throw new AppError("CONFLICT", { message: answer.message, userMessage: answer.message, retryable: true });
  }

  onOver(listener: (end: StageEnd) => void): () => void {
    return this.deps.exchange.onMessage((message) => {
      if (message.type === "rehearsal.over") listener(message);
    });
  }

  onLost(listener: () => void): () => void {
    return this.deps.exchange.onEnded(listener);
  }

  #ask(request: Request, { limitMs }: { limitMs: number }): Promise<Answer> {
    const { exchange, clock } = this.deps;
    const requestId = randomUUID();
    return new Promise((resolve, reject) => {
      const stop = () => {
        cancel();
        stopListening();
        stopWatching();
      };
      const silent = () => {
        stop();
        const userMessage = "The built-in switch does not answer. Try again in a moment.";
        reject(new AppError("UNAVAILABLE", { message: `no answer to ${request.type}`, userMessage, retryable: true }));
      };
      const cancel = clock.after(limitMs, silent);
      const stopListening = exchange.onMessage((message) => {
        if (!("requestId" in message) || message.requestId !== requestId) return;
        stop();
        resolve(message);
      });
      const stopWatching = exchange.onEnded(silent);
      if (!exchange.send({ ...request, requestId } satisfies ToSwitch)) silent();
    });
  }
}
