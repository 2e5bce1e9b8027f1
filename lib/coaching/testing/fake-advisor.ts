import type { Advice, Advisor, CallPicture } from "../advisor";

/** Says what it is told to; keeps what it was asked. */
export class FakeAdvisor implements Advisor {
  readonly name: string;
  readonly restates: boolean;
  readonly wakesOn: Advisor["wakesOn"];
  readonly minIntervalMs: number;
  readonly asked: CallPicture[] = [];
  readonly signals: AbortSignal[] = [];
  active = 0;
  mostActive = 0;
  /** Answers every question with this. */
  advice: Advice[] = [];
  /** Answers instead, when set. */
  answer: ((picture: CallPicture) => Promise<Advice[]>) | null = null;

  constructor(options: Partial<Pick<Advisor, "name" | "restates" | "wakesOn" | "minIntervalMs">> = {}) {
    this.name = options.name ?? "fake";
    this.restates = options.restates ?? false;
    this.wakesOn = options.wakesOn ?? "talk";
    this.minIntervalMs = options.minIntervalMs ?? 0;
  }

  async advise(picture: CallPicture, signal: AbortSignal): Promise<Advice[]> {
    this.asked.push(picture);
    this.signals.push(signal);
    this.active += 1;
    this.mostActive = Math.max(this.mostActive, this.active);
    try {
      return this.answer ? await this.answer(picture) : this.advice;
    } finally {
      this.active -= 1;
    }
  }
}

/** Advice with a cause of its own; `changes` overrides. */
export function makeAdvice(changes: Partial<Advice> = {}): Advice {
  const rule = changes.rule ?? "cancel-intent";
  return {
    rule,
    ruleLabel: "Wants to cancel",
    urgency: "normal",
    text: `Coach on ${rule}.`,
    reason: "The customer speaks of cancelling.",
    evidence: [],
    cause: "1",
    ...changes,
  };
}
