import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";

/**
 * Runs "$@" for as long as somebody holds the other end of standard input: when the test process ends, by whatever
 * signal, the pipe closes and the program is stopped. Programs of the control plane do not notice a dead parent.
 */
const untilStandardInputCloses = `
exec 3<&0
"$@" 3<&- </dev/null & program=$!
{ cat <&3 >/dev/null; kill "$program"; sleep 10; kill -9 "$program"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$program"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** A program that runs until it is stopped or until this process ends. */
export interface SupervisedProcess {
  readonly name: string;
  /** Both output streams. */
  readonly logFile: string;
  /** The exit code or signal name once it has ended; null while it runs. */
  ended(): number | string | null;
  /** Resolves when the program has ended; asks it to end first. */
  stop(): Promise<void>;
  /** Ends it as kill -9 does: it gets no chance to do anything. */
  kill(): Promise<void>;
}

/** Starts a program with its output in `logFile`. */
export function supervise(
  name: string,
  command: readonly string[],
  options: { readonly logFile: string; readonly env?: NodeJS.ProcessEnv },
): SupervisedProcess {
  const log = openSync(options.logFile, "a");
  const child: ChildProcess = spawn("sh", ["-c", untilStandardInputCloses, name, ...command], {
    stdio: ["pipe", log, log],
    // A group of its own: a signal to the whole group of the tests, such as Ctrl-C, must not end the shell that watches.
    detached: true,
    env: options.env ?? process.env,
  });
  closeSync(log);
  child.stdin?.on("error", () => {});
  const exited = once(child, "exit");
  exited.catch(() => {});
  const ended = (): number | string | null => child.exitCode ?? child.signalCode;
  return {
    name,
    logFile: options.logFile,
    ended,
    async stop() {
      if (ended() !== null) return;
      child.stdin?.end();
      await exited;
    },
    async kill() {
      if (ended() !== null || child.pid === undefined) return;
      process.kill(-child.pid, "SIGKILL");
      await exited;
    },
  };
}

/** The last lines of a program's output, for error messages. */
export function lastLines(process: SupervisedProcess, count = 15): string {
  return readFileSync(process.logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
