import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { cases } from "./cases/index.ts";
import type { Case } from "./cases/environment.ts";
import { findBinaries } from "./control-plane/binaries.ts";
import { policyFile, type RealCluster, startRealCluster } from "./real-cluster.ts";

const binaries = await findBinaries({ build: process.env.E2E_BUILD === "1", report: console.log });
const because = reasonToSkip();
const skip = because === undefined ? false : `skipped, because ${because}`;
if (skip !== false) console.log(`real control plane: ${skip}`);

describe("on a real control plane", { skip, timeout: 900_000 }, () => {
  let cluster: RealCluster;

  before(async () => {
    if (binaries.kind === "absent") throw new Error(binaries.reason);
    console.log(`control plane from ${binaries.source}`);
    cluster = await startRealCluster(binaries.paths);
    console.log(`${cluster.name}: up in ${cluster.startSeconds.toFixed(1)} s`);
  });

  after(async () => {
    if (cluster === undefined) return;
    const { count, median, most } = cluster.reviews();
    console.log(`${count} admission reviews: median ${median.toFixed(1)} ms, at most ${most.toFixed(1)} ms`);
    await cluster.stop();
  });

  for (const each of cases) {
    test(each.name, { timeout: 240_000 }, async (context) => {
      const missing = missingFor(each, cluster);
      if (missing !== undefined) {
        context.skip(`skipped, because ${missing}`);
        return;
      }
      const started = performance.now();
      try {
        await each.run(cluster);
      } catch (error) {
        console.log([...cluster.problems(), "controller log:", cluster.controllerLog()].join("\n"));
        throw error;
      }
      console.log(`${((performance.now() - started) / 1000).toFixed(1)} s  ${each.name}`);
    });
  }

  test("nothing went wrong behind the scenes", () => {
    assert.deepEqual(cluster.problems(), []);
  });
});

function reasonToSkip(): string | undefined {
  if (binaries.kind === "absent") return binaries.reason;
  if (!existsSync(policyFile)) return "build/policy.wasm is absent: run npm run build";
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
  } catch {
    return "kubectl is absent";
  }
  return undefined;
}

function missingFor({ needs }: Case, cluster: RealCluster): string | undefined {
  if (needs === "controllers" && !cluster.hasControllers) return "kube-controller-manager is absent";
  if (needs === "audit" && cluster.audited === undefined) return "nobody writes an audit log";
  if (needs === "restart" && cluster.restartApiServer === undefined)
    return "the API server cannot be restarted";
  return undefined;
}
