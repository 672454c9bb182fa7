import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { KubeObject } from "../../sandbox/store/object.ts";
import { flagsFor, type Running, runController, startControlPlane } from "./controller-process.ts";

const leaseMs = 6_000;
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

/** What is asked of a Lease. */
interface Reign {
  readonly holder: string;
  /** When it was acquired and renewed last, by the clock that both processes have. */
  readonly acquired: number;
  readonly renewed: number;
}

async function leaderAndStandby(t: TestContext) {
  const sandbox = await startControlPlane(t);
  const flags = [...(await flagsFor(t, sandbox)), ...election];
  const reigns: Reign[] = [];
  sandbox.store.listenToAll(({ object }) => {
    if (object.kind === "Lease") reigns.push(reignOf(object));
  });
  const leader = runController(t, ...flags);
  await leader.line(begin);
  const standby = runController(t, ...flags);
  await standby.line("Caches synced, waiting for the Lease");
  return { leader, standby, reigns };
}

function reignOf(lease: KubeObject): Reign {
  const { holderIdentity, acquireTime, renewTime } = JSON.parse(JSON.stringify(lease["spec"]));
  return { holder: holderIdentity, acquired: Date.parse(acquireTime), renewed: Date.parse(renewTime) };
}

/** The Lease before and after the standby took it. */
function aroundTheChange(reigns: readonly Reign[]): readonly [Reign, Reign] {
  const first = reigns.findLastIndex(({ holder }, index) => holder !== reigns[index - 1]?.holder);
  return [
    reigns[first - 1] ?? assert.fail("nobody led before"),
    reigns[first] ?? assert.fail("nobody leads"),
  ];
}

const leads = (process: Running): Promise<number> =>
  metric(process, "leader_election_master_status", /name="sidecarset-controller"/);
const writes = (process: Running): Promise<number> =>
  metric(process, "rest_client_requests_total", /method="(PATCH|PUT|POST|DELETE)"/);

test("a leader that is killed is followed when its Lease is over, by a process that had written nothing", async (t) => {
  const { leader, standby, reigns } = await leaderAndStandby(t);
  assert.deepEqual([await leads(leader), await leads(standby)], [1, 0]);
  assert.equal(await writes(standby), 0);
  const { healthPort } = await standby.line("Serving probes and metrics");
  assert.equal((await fetch(`http://127.0.0.1:${String(healthPort)}/readyz`)).status, 200);
  leader.child.kill("SIGKILL");
  await standby.line("leading");
  const [last, first] = aroundTheChange(reigns);
  assert.ok(first.acquired - last.renewed >= leaseMs, `${last.renewed} was followed at ${first.acquired}`);
  await standby.line(begin);
  assert.equal(await leads(standby), 1);
});

test("a leader that is stopped gives the Lease back and ends with 0; the other takes it as it is", async (t) => {
  const { leader, standby, reigns } = await leaderAndStandby(t);
  leader.child.kill("SIGTERM");
  await standby.line("leading");
  const [last] = aroundTheChange(reigns);
  assert.equal(last.holder, "");
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
