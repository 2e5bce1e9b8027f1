import type { Advice, Advisor, CallPicture } from "./advisor";
import { compileRule } from "./rules/compile";
import type { Check } from "./rules/finding";
import { type Playbook, type PlaybookRule, playbookSchema } from "./schema";

/** Advice from the rules of a playbook: no state, no waiting, every cause that holds named at every question. */
export class PlaybookAdvisor implements Advisor {
  readonly name = "playbook";
  readonly restates = true;
  readonly wakesOn = "talk";
  readonly minIntervalMs = 0;
  readonly #rules: { rule: PlaybookRule; check: Check }[];

  /** @throws ZodError where the playbook is not valid. */
  constructor({ playbook }: { playbook: Playbook }) {
    const { rules } = playbookSchema.parse(playbook);
    this.#rules = rules.filter((rule) => rule.enabled).map((rule) => ({ rule, check: compileRule(rule) }));
  }

  async advise(picture: CallPicture): Promise<Advice[]> {
    return this.#rules.flatMap(({ rule, check }) =>
      check(picture).map((finding) => ({
        rule: rule.key,
        ruleLabel: rule.label,
        urgency: rule.urgency,
        text: rule.text,
        reason: finding.reason,
        evidence: finding.evidence,
        cause: finding.cause,
      })),
    );
  }
}
