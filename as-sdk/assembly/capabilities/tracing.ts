import { Ascii, Writer } from "../json";
import { hostCall } from "./host-call";

/** How grave an event is, by the host's names. */
export enum Level {
  Trace,
  Debug,
  Info,
  Warning,
  Error,
}

/**
 * A structured event for the host's log. The host adds the policy and the request; every policy may log.
 *
 * Fields are written as they are given: names must be plain ASCII and none of `level` and `message`.
 */
export class LogEvent {
  private fields: Writer = new Writer(256);

  constructor(level: Level, message: string) {
    this.fields.ascii('{"level":');
    this.fields.text(levelName(level));
    this.text("message", message);
  }

  text(name: Ascii, value: string): LogEvent {
    this.fields.name(name);
    this.fields.text(value);
    return this;
  }

  integer(name: Ascii, value: i64): LogEvent {
    this.fields.name(name);
    this.fields.integer(value);
    return this;
  }

  /** A field with a value of a checked document, as it is written there; none when it is absent. */
  json(name: Ascii, value: usize): LogEvent {
    if (value == 0) return this;
    this.fields.name(name);
    this.fields.copy(value);
    return this;
  }

  /** Hands the event to the host. Failures are dropped: there is nowhere left to report them. */
  send(): void {
    this.fields.byte(0x7d);
    hostCall("tracing", "log", this.fields);
    this.fields.free();
  }
}

/** Logs a message without fields. */
export function log(level: Level, message: string): void {
  new LogEvent(level, message).send();
}

function levelName(level: Level): string {
  switch (level) {
    case Level.Trace:
      return "trace";
    case Level.Debug:
      return "debug";
    case Level.Info:
      return "info";
    case Level.Warning:
      return "warning";
    default:
      return "error";
  }
}
