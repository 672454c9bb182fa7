// The worker of WasmtimeHost: the main thread waits for it, so that a call of the host can be synchronous.

import { spawn } from "node:child_process";
import { type MessagePort, workerData } from "node:worker_threads";

const { program, port, answered }: { program: string; port: MessagePort; answered: Int32Array } = workerData;

const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });

function deliver(message: { line: string } | { ended: string }): void {
  port.postMessage(message);
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}

port.on("message", (line: string) => child.stdin.write(`${line}\n`));
// Not readline: for that, U+2028 ends a line, too.
let parts: string[] = [];
child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
  const [first = "", ...more] = chunk.split("\n");
  parts.push(first);
  for (const next of more) {
    deliver({ line: parts.join("") });
    parts = [next];
  }
});
child.stdin.on("error", () => {});
child.on("error", (error) => deliver({ ended: error.message }));
child.on("exit", (code, signal) => deliver({ ended: `it ended with ${code ?? signal}` }));
