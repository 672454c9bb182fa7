import { type DestinationStream, pino } from "pino";
import type { Logger } from "./logger.ts";

/** Least severe level that is written; silent writes nothing. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** The levels, most talkative first. */
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/**
 * JSON lines on standard output (or `destination`) with an RFC 3339 time and the level as a word. Written at once, so
 * that the last line before a crash is there.
 */
export function pinoLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination ?? pino.destination({ fd: 1, sync: true }));
}
