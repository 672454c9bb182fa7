import assert from "node:assert/strict";
import { test } from "node:test";
import { flagsFor, ports, runController, startControlPlane } from "./controller-process.ts";

test("the process serves probes and metrics and stops with 0 on SIGTERM", async (t) => {
  const process = runController(t, ...(await flagsFor(t, await startControlPlane(t))));
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
  assert.equal(await runController(t, "--workers", "none").exit, 2);
  const noPolicy = runController(t, "--policy-module", "/nowhere/policy.wasm", ...ports);
  assert.match(JSON.stringify(await noPolicy.line("Wrong configuration")), /\/nowhere\/policy\.wasm/);
  assert.equal(await noPolicy.exit, 2);
});
