import { type Logger, pino } from "pino";

export type { Logger };

/**
 * Structured logs. A line is a static message plus fields; anything about a person (number, name, transcript) goes under
 * the key `pii` and nowhere else, so that one rule can drop it (`redactPii`).
 */
export function createLogger(options: {
  level: string;
  name: string;
  redactPii?: boolean;
  pretty?: boolean;
  /** For a process whose standard output is read by its parent. */
  toStderr?: boolean;
}): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    ...(options.redactPii ? { redact: { paths: ["pii", "*.pii"], censor: "[redacted]" } } : {}),
    ...(options.pretty
      ? { transport: { target: "pino-pretty", options: { destination: 2, ignore: "pid,hostname" } } }
      : {}),
  };
  return options.toStderr && !options.pretty ? pino(settings, pino.destination(2)) : pino(settings);
}

/** For tests: says nothing. */
export const silentLogger: Logger = pino({ level: "silent" });
