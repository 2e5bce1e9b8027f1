/** Longer than any step should take; past it the process ends all the same. */
const LIMIT_MS = 20_000;

/** What was started, ended in the opposite order; once, and never hanging. */
export class ShutdownList {
  readonly #steps: { name: string; end: () => Promise<unknown> }[] = [];
  #running = false;

  constructor(
    private readonly deps: { say: (line: string) => void; exit?: (code: number) => void; limitMs?: number },
  ) {}

  add(name: string, end: () => Promise<unknown>): void {
    this.#steps.push({ name, end });
  }

  /** Ends everything, then the process. A step that fails is named and the next one runs. */
  async run(code: number): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const exit = this.deps.exit ?? process.exit;
    const timer = setTimeout(() => exit(1), this.deps.limitMs ?? LIMIT_MS);
    for (const { name, end } of this.#steps.reverse()) {
      try {
        await end();
      } catch (error) {
        this.deps.say(`! ${name} did not stop cleanly: ${error instanceof Error ? error.message : error}`);
      }
    }
    clearTimeout(timer);
    exit(code);
  }
}
