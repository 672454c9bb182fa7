/** Structured log lines: fields first, then a sentence without them. pino's loggers fit. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Errors go under the key `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

const nothing = (): void => {};

/** Throws every line away. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
