import type { Suggestion } from "@/lib/contract/coaching";
import { AppError } from "@/lib/platform/errors";
import type { CoachingCommands } from "./commands";
import type { CoachingDeps } from "./types";

/** Suggestions for every live call: listens to the bus from `start` to `stop`. */
export class CoachingService implements CoachingCommands {
  readonly #deps: CoachingDeps;

  constructor(deps: CoachingDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#deps.logger.debug("coaching started");
  }

  stop(): void {
    this.#deps.logger.debug("coaching stopped");
  }

  async claim(): Promise<Suggestion> {
    throw this.#unknown();
  }

  async approve(): Promise<Suggestion> {
    throw this.#unknown();
  }

  async reject(): Promise<Suggestion> {
    throw this.#unknown();
  }

  async compose(): Promise<Suggestion> {
    throw this.#unknown();
  }

  async interrupt(): Promise<Suggestion> {
    throw this.#unknown();
  }

  #unknown(): AppError {
    return new AppError("NOT_FOUND", { message: "no such call" });
  }
}
