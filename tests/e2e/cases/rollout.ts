import assert from "node:assert/strict";
import { watchAvailability } from "./availability.ts";
import { condition, container, containerStatus } from "./cluster-objects.ts";
import type { Case } from "./environment.ts";
import { Fixture } from "./fixture.ts";

/** Fewer Pods make a shorter run; nothing else changes. */
const pods = Number(process.env["E2E_PODS"] ?? 200);
const maxUnavailable = Math.max(4, Math.floor(pods / 10));

/** Upgrades many Pods and watches how many are unavailable at any moment. */
export const rollout: Case = {
  name: `a rollout over ${pods} Pods never has more than ${maxUnavailable} of them unavailable, and stops at the partition`,
  async run(environment) {
    await using rolledOut = await Fixture.make(environment, "rolled-out");
    await rolledOut.createSet({
      containers: [container("agent", "agent:1", { command: ["agent"] })],
      updateStrategy: { type: "RollingUpdate", maxUnavailable, partition: 10 },
    });
    const before = await rolledOut.createPods(Array.from({ length: pods }, (_, index) => `web-${index}`));
    await rolledOut.statusBecomes({ matchedPods: pods, updatedPods: pods, readyPods: pods });

    const watched = watchAvailability(environment, rolledOut.name);
    const began = performance.now();
    const upgraded = (count: number) =>
      rolledOut.statusBecomes({ updatedPods: count, updatedReadyPods: count, readyPods: pods }, 120);
    await rolledOut.setImage("agent:2");
    await upgraded(pods - 10);
    assert.equal(condition(await rolledOut.set(), "Ready")?.reason, "PartitionHeld");
    await rolledOut.edit({ updateStrategy: { partition: 0 } });
    await upgraded(pods);
    const most = await watched.stop();
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${pods} Pods upgraded in ${seconds.toFixed(1)} s, ${(pods / seconds).toFixed(1)} a second, ${most} at once`,
    );

    assert.ok(
      most > 0 && most <= maxUnavailable,
      `unavailable at one moment: ${most} of at most ${maxUnavailable}`,
    );
    const after = await rolledOut.pods();
    for (const old of before) {
      const now = after.find(({ metadata }) => metadata.uid === old.metadata.uid);
      assert.equal(containerStatus(now, "agent").restartCount, 1, old.metadata.name);
      assert.equal(containerStatus(now, "app").containerID, containerStatus(old, "app").containerID);
    }
  },
};
