import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cases } from "./cases/index.ts";
import { removeSidecarSets } from "./cases/cluster-objects.ts";
import type { Case, Environment } from "./cases/environment.ts";
import { findKubectl } from "./control-plane/binaries.ts";

/** The release module; `npm run build` makes it. */
export const policyFile = join(import.meta.dirname, "../../build/policy.wasm");

/** An environment with what a run of all cases needs around it. */
export interface Cluster extends Environment {
  readonly startSeconds: number;
  /** What went wrong behind the scenes; empty in a good run. */
  problems(): readonly string[];
  /** The end of the logs, for a failed case. */
  log(): string;
  /** One line of numbers at the end. */
  summary(): string;
  stop(): Promise<void>;
}

/** Runs all cases in one cluster. `absent` is why there can be none; everything is then skipped, aloud. */
export async function describeCases(
  title: string,
  absent: string | undefined,
  start: (kubectl: string) => Promise<Cluster>,
): Promise<void> {
  const kubectl = await findKubectl();
  const because = absent ?? missingFile() ?? (kubectl === undefined ? "kubectl is absent" : undefined);
  if (because !== undefined || kubectl === undefined) {
    // One skip for each case: counts then tell how much was not tried.
    for (const { name } of cases)
      test(`${title}: ${name}`, { skip: `skipped, because ${because}` }, () => {});
    return;
  }

  await describe(title, { timeout: 3_600_000 }, () => {
    let cluster: Cluster;

    before(async () => {
      cluster = await start(kubectl);
      console.log(`${cluster.name}: up in ${cluster.startSeconds.toFixed(1)} s`);
    });

    after(async () => {
      if (cluster === undefined) return;
      console.log(`${cluster.name}: ${cluster.summary()}`);
      await cluster.stop();
    });

    for (const each of cases) {
      test(each.name, { timeout: 480_000 }, async (context) => {
        const missing = missingFor(each, cluster);
        if (missing !== undefined) {
          console.log(`skipped, because ${missing}: ${each.name}`);
          context.skip(`skipped, because ${missing}`);
          return;
        }
        // What does not work any more would make every case wait for nothing.
        assert.deepEqual(cluster.problems(), []);
        try {
          await each.run(cluster);
        } catch (error) {
          console.log([...cluster.problems(), cluster.log()].join("\n"));
          throw error;
        } finally {
          await removeSidecarSets(cluster);
        }
      });
    }

    test("nothing went wrong behind the scenes", () => {
      assert.deepEqual(cluster.problems(), []);
    });
  });
}

function missingFile(): string | undefined {
  return existsSync(policyFile) ? undefined : "build/policy.wasm is absent: run npm run build";
}

function missingFor({ needs }: Case, cluster: Environment): string | undefined {
  if (needs === "controllers" && !cluster.hasControllers) return "there is no kube-controller-manager";
  if (needs === "audit" && cluster.audited === undefined) return "nobody writes an audit log";
  if (needs === "outage" && cluster.interruptPolicies === undefined)
    return "the policies cannot be interrupted";
  if (needs === "policy-servers" && cluster.takeCrashes === undefined) return "no policy-server runs here";
  if (needs === "restart" && cluster.restartApiServer === undefined)
    return "the API server cannot be restarted";
  if (needs === "compaction" && cluster.compact === undefined) return "history cannot be compacted";
  if (needs === "replicas" && cluster.killLeader === undefined) return "there is one controller only";
  return undefined;
}
