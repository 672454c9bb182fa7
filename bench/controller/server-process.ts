import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { claimed } from "./fleet/claimed.ts";
import type { TallyCounts } from "./fleet/tally.ts";
import type { Command, Reply, StreamServerOptions } from "./stream-server.ts";

/** The stream server as a child of this process; it ends with it. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(options: StreamServerOptions): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL("stream-server.ts", import.meta.url)), {
      execArgv: ["--max-old-space-size=8192"],
    });
    const { url } = await perform(child, { kind: "start", options });
    if (url === undefined) throw new Error("the server did not tell its URL");
    return new ServerProcess(child, url);
  }

  /** One command at a time. */
  perform(command: Command): Promise<Reply> {
    return perform(this.#child, command);
  }

  async counts(): Promise<TallyCounts> {
    const { counts } = await this.perform({ kind: "counts" });
    if (counts === undefined) throw new Error("the server did not tell its counts");
    return counts;
  }

  /** Waits until the status of a set is of its current generation and has these counters. */
  async statusReaches(set: string, expected: Readonly<Record<string, number>>): Promise<void> {
    for (;;) {
      const { object } = await this.perform({ kind: "set-status", set });
      const status = claimed<Readonly<Record<string, unknown>>>(object?.["status"] ?? {});
      const isCurrent = status["observedGeneration"] === object?.metadata["generation"];
      if (isCurrent && Object.entries(expected).every(([name, value]) => status[name] === value)) return;
      await sleep(20);
    }
  }

  stop(): void {
    this.#child.disconnect();
  }
}

async function perform(child: ChildProcess, command: Command): Promise<Reply> {
  const replied = once(child, "message");
  child.send(command);
  const [reply]: Reply[] = await replied;
  return reply ?? {};
}
