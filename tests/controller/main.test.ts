import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startProjectSandbox } from "../../sandbox/project.ts";

const main = fileURLToPath(new URL("../../controller/main.ts", import.meta.url));
const ports = ["--health-port", "0", "--metrics-port", "0"];

interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first log line that has this message. */
  line(msg: string): Promise<Readonly<Record<string, unknown>>>;
  readonly exit: Promise<number | null>;
}

function run(t: TestContext, ...argv: readonly string[]): Running {
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

async function withSandbox(t: TestContext): Promise<readonly string[]> {
  const sandbox = await startProjectSandbox({ kubelet: false });
  const folder = await mkdtemp(join(tmpdir(), "sidecarset-"));
  const file = join(folder, "kubeconfig");
  await writeFile(file, sandbox.kubeconfig());
  t.after(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  return ["--kubeconfig", file, ...ports];
}

test("the process serves probes and metrics and stops with 0 on SIGTERM", async (t) => {
  const process = run(t, ...(await withSandbox(t)));
  await process.line("Caches synced, starting work");
  const { healthPort, metricsPort } = await process.line("Serving probes and metrics");
  const get = async (port: unknown, path: string) => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const ready = await get(healthPort, "/readyz");
  assert.equal(ready.status, 200, ready.text);
  assert.equal((await get(healthPort, "/livez")).status, 200);
  assert.match((await get(metricsPort, "/metrics")).text, /reflector_lists_total\{name="pods"\} 1/);
  process.child.kill("SIGTERM");
  await process.line("Stopped");
  assert.equal(await process.exit, 0);
});

test("wrong configuration ends the process with 2", async (t) => {
  assert.equal(await run(t, "--workers", "none").exit, 2);
  const noPolicy = run(t, "--policy-module", "/nowhere/policy.wasm", ...ports);
  assert.match(JSON.stringify(await noPolicy.line("Wrong configuration")), /\/nowhere\/policy\.wasm/);
  assert.equal(await noPolicy.exit, 2);
});
