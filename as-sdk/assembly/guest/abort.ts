import { __console_log } from "./wapc";

/**
 * Ends the call after telling the host's log why and where.
 *
 * The message goes to the log and not to `__guest_error`: the host replaces that text by the trap's own.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text =
    (message ? message : "abort") +
    " at " +
    (file ? file : "?") +
    ":" +
    line.toString() +
    ":" +
    column.toString();
  const bytes = String.UTF8.encode(text);
  __console_log(changetype<usize>(bytes), bytes.byteLength);
  unreachable();
}
