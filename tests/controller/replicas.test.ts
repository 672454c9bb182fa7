import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Running, runController, sandboxFlags } from "./controller-process.ts";

const leaseMs = 2_000;
const election = ["--leader-elect", "--lease-duration", `${leaseMs}ms`];
const begin = "Caches synced, starting work";

/** Sum of the samples of a metric whose labels match. */
async function metric(process: Running, name: string, labels: RegExp): Promise<number> {
  const { metricsPort } = await process.line("Serving probes and metrics");
  const text = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && labels.test(line))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function leaderAndStandby(t: TestContext) {
  const flags = [...(await sandboxFlags(t)), ...election];
  const leader = runController(t, ...flags);
  await leader.line(begin);
  const standby = runController(t, ...flags);
  await standby.line("Caches synced, waiting for the Lease");
  return { leader, standby };
}

const leads = (process: Running): Promise<number> =>
  metric(process, "leader_election_master_status", /name="sidecarset-controller"/);
const writes = (process: Running): Promise<number> =>
  metric(process, "rest_client_requests_total", /method="(PATCH|PUT|POST|DELETE)"/);

test("a leader that is killed is followed when its Lease is over, by a process that had written nothing", async (t) => {
  const { leader, standby } = await leaderAndStandby(t);
  assert.deepEqual([await leads(leader), await leads(standby)], [1, 0]);
  assert.equal(await writes(standby), 0);
  const { healthPort } = await standby.line("Serving probes and metrics");
  assert.equal((await fetch(`http://127.0.0.1:${String(healthPort)}/readyz`)).status, 200);
  const killed = performance.now();
  leader.child.kill("SIGKILL");
  await standby.line("leading");
  const tookMs = performance.now() - killed;
  // The last renewal may have come just before the kill, and the look after the end takes a third of the Lease.
  assert.ok(tookMs < leaseMs * 1.6, `took over after ${Math.round(tookMs)} ms`);
  await standby.line(begin);
  assert.equal(await leads(standby), 1);
});

test("a leader that is stopped gives the Lease back and ends with 0; the other need not wait for its end", async (t) => {
  const { leader, standby } = await leaderAndStandby(t);
  const stopped = performance.now();
  leader.child.kill("SIGTERM");
  await standby.line("leading");
  const tookMs = performance.now() - stopped;
  assert.ok(tookMs < leaseMs * 0.75, `took over after ${Math.round(tookMs)} ms`);
  assert.equal(await leader.exit, 0);
});

test("a leader whose Lease was taken from it ends with 1", async (t) => {
  const { leader, standby } = await leaderAndStandby(t);
  leader.child.kill("SIGSTOP");
  await standby.line("leading");
  leader.child.kill("SIGCONT");
  assert.equal(await leader.exit, 1);
  assert.match(JSON.stringify(await leader.line("Broken down")), /LeaseLost/);
});
