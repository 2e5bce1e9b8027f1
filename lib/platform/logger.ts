import { type Logger, pino } from "pino";

export type { Logger };

/**
 * Structured logs. A line is a static message plus fields; anything about a person (number, name, transcript) goes under
 * the key `pii` and nowhere else, so that one rule can drop it (`redactPii`).
 */
export function createLogger(options: { level: string; name: string; redactPii?: boolean; pretty?: boolean }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    ...(options.redactPii ? { redact: { paths: ["pii", "*.pii"], censor: "[redacted]" } } : {}),
    ...(options.pretty
      ? { transport: { target: "pino-pretty", options: { destination: 2, ignore: "pid,hostname" } } }
      : {}),
  });
}

/** For tests: says nothing. */
export const silentLogger: Logger = pino({ level: "silent" });
