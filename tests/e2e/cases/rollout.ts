import assert from "node:assert/strict";
import { watchAvailability } from "./availability.ts";
import { condition, container, containerStatus } from "./cluster-objects.ts";
import type { Case } from "./environment.ts";
import { Fixture } from "./fixture.ts";

/** Fewer Pods make a shorter run; nothing else changes. */
const pods = Number(process.env["E2E_PODS"] ?? 200);
const maxUnavailable = Math.max(4, Math.floor(pods / 10));
/** The first Pods are upgraded by themselves, the last ones stay until everything is. */
const [first, last] = [Math.floor(pods / 10), 10];

/** Upgrades many Pods in three parts and watches how many are unavailable at any moment. */
export const rollout: Case = {
  name: `a rollout over ${pods} Pods goes by selector, then by priority as far as its partition, then all the way, with at most ${maxUnavailable} of them unavailable`,
  async run(environment) {
    await using rolledOut = await Fixture.make(environment, "rolled-out");
    await rolledOut.createSet({
      containers: [container("agent", "agent:1", { command: ["agent"] })],
      updateStrategy: { type: "RollingUpdate", maxUnavailable, selector: { matchLabels: { part: "first" } } },
    });
    const names = Array.from({ length: pods }, (_, index) => `web-${index}`);
    for (const [index, name] of names.entries()) {
      const part = index < first ? "first" : index < pods - last ? "middle" : "last";
      await rolledOut.createPod(name, { labels: { part } });
    }
    const before = await rolledOut.podsReady(names);
    await rolledOut.statusBecomes({ matchedPods: pods, updatedPods: pods, readyPods: pods });

    const watched = watchAvailability(environment, rolledOut.name);
    const began = performance.now();
    const upgraded = async (parts: readonly string[], count: number): Promise<void> => {
      const counts = { updatedPods: count, updatedReadyPods: count, readyPods: pods };
      const { status } = await rolledOut.statusBecomes(counts, 120);
      if (count < pods) assert.equal(condition({ status }, "Ready")?.reason, "PartitionHeld");
      const seen = (await rolledOut.pods()).filter((pod) =>
        containerStatus(pod, "agent").image.endsWith("agent:2"),
      );
      assert.deepEqual(new Set(seen.map(({ metadata }) => metadata.labels.part)), new Set(parts));
    };
    await rolledOut.setImage("agent:2");
    await upgraded(["first"], first);
    const weightPriority = [{ weight: 10, matchSelector: { matchLabels: { part: "middle" } } }];
    await rolledOut.edit({
      updateStrategy: { selector: null, partition: last, priorityStrategy: { weightPriority } },
    });
    await upgraded(["first", "middle"], pods - last);
    await rolledOut.edit({ updateStrategy: { partition: 0 } });
    await upgraded(["first", "middle", "last"], pods);
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
