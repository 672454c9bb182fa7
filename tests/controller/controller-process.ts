import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { startProjectSandbox } from "../../sandbox/project.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";

const main = fileURLToPath(new URL("../../controller/main.ts", import.meta.url));

/** Flags for ports that nobody has. */
export const ports = ["--health-port", "0", "--metrics-port", "0"];

/** A controller process, which the end of the test kills. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first log line that has this message. */
  line(msg: string): Promise<Readonly<Record<string, unknown>>>;
  /** Resolves with the exit code, or null when a signal ended the process. */
  readonly exit: Promise<number | null>;
}

/** Starts controller/main.ts as a process of its own. */
export function runController(t: TestContext, ...argv: readonly string[]): Running {
  const child = spawn(process.execPath, [main, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const lines: Readonly<Record<string, unknown>>[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => waiting.splice(0).forEach((resolve) => resolve());
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) lines.push(JSON.parse(part));
    wake();
  });
  const exit = once(child, "close").then(([code]: (number | null)[]) => {
    wake();
    return code ?? null;
  });
  return {
    child,
    exit,
    async line(msg) {
      for (;;) {
        const found = lines.find((line) => line["msg"] === msg);
        if (found !== undefined) return found;
        assert.equal(child.exitCode, null, `${msg}: the process has ended`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** Starts a sandbox without Pods at work. */
export async function startControlPlane(t: TestContext): Promise<Sandbox> {
  const sandbox = await startProjectSandbox({ kubelet: false });
  t.after(() => sandbox.close());
  return sandbox;
}

/** Flags that lead a controller to a sandbox. */
export async function flagsFor(t: TestContext, sandbox: Sandbox): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "sidecarset-"));
  const file = join(folder, "kubeconfig");
  await writeFile(file, sandbox.kubeconfig());
  t.after(() => rm(folder, { recursive: true }));
  return ["--kubeconfig", file, ...ports];
}
