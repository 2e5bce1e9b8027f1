import { COMMAND_RULES, type CommandRules } from "../command-handlers";

/** The real rules without rates, for tests that send more than a person would. */
export const NO_LIMITS = Object.fromEntries(
  Object.entries(COMMAND_RULES).map(([name, rule]) => [name, { ...rule, rate: { burst: 1e9, perSecond: 1e9 } }]),
) as CommandRules;
