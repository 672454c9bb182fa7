import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { watchAvailability } from "./availability.ts";
import { containerStatus } from "./cluster-objects.ts";
import { type Case, type Environment, read, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

/** A set with one Pod that is up to date. */
async function oneRunning(environment: Environment, name: string): Promise<Fixture> {
  const fixture = await Fixture.make(environment, name);
  await fixture.createSet(agent);
  await fixture.createPods(["first"]);
  await fixture.statusBecomes({ matchedPods: 1, updatedPods: 1 });
  return fixture;
}

/** An outage of the API server, after which every open watch is answered with 410. */
export const apiServerRestart: Case = {
  name: "the controller goes on after the API server was restarted",
  needs: "restart",
  async run(environment) {
    await using restarted = await oneRunning(environment, "restarted");
    await environment.restartApiServer?.();
    await restarted.setImage("agent:2");
    await restarted.statusBecomes({ updatedPods: 1, updatedReadyPods: 1 }, 120);
  },
};

/** The past is gone when the watches come back. */
export const compaction: Case = {
  name: "the controller lists anew when the history it watched from is compacted away",
  needs: "compaction",
  async run(environment) {
    await using compacted = await oneRunning(environment, "compacted");
    await environment.compact?.();
    await environment.restartApiServer?.();
    await compacted.createPod("second");
    await compacted.statusBecomes({ matchedPods: 2, updatedReadyPods: 2 }, 120);
  },
};

/** The leader is killed in the middle of a rollout. */
export const leaderKilled: Case = {
  name: "the standby takes over when the leader is killed in the middle of a rollout, and ends it within maxUnavailable",
  needs: "replicas",
  async run(environment) {
    await using handedOver = await Fixture.make(environment, "handed-over");
    await handedOver.createSet({ ...agent, updateStrategy: { type: "RollingUpdate", maxUnavailable: 1 } });
    await handedOver.createPods(Array.from({ length: 12 }, (_, index) => `web-${index}`));
    await handedOver.statusBecomes({ matchedPods: 12, updatedPods: 12, readyPods: 12 });
    const watched = watchAvailability(environment, handedOver.name);
    await handedOver.setImage("agent:2");
    const upgraded = (pods: readonly Answer["body"][]): number =>
      pods.filter(({ spec }) => spec.containers.some((each: Answer["body"]) => each.image === "agent:2"))
        .length;
    await until(
      "the rollout has begun",
      () => handedOver.pods(),
      (pods) => upgraded(pods) >= 2,
    );
    const dead = await environment.killLeader?.();
    await handedOver.statusBecomes({ updatedPods: 12, updatedReadyPods: 12 }, 120);
    assert.equal(await watched.stop(), 1);
    const lease = "/apis/coordination.k8s.io/v1/namespaces/sidecarset-system/leases/sidecarset-controller";
    assert.notEqual((await read(environment, lease)).spec.holderIdentity, dead);
    for (const pod of await handedOver.pods()) {
      assert.equal(containerStatus(pod, "agent").restartCount, 1, pod.metadata.name);
    }
  },
};
