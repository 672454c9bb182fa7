import assert from "node:assert/strict";
import { condition, container, containerStatus } from "./cluster-objects.ts";
import { type Case, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

/** More than images changes: Pods keep what they have until they are made anew. */
export const lazyUpgrade: Case = {
  name: "Pods from before a change of more than images keep their sidecar and say so; later ones are upgraded; taking it back heals",
  async run(environment) {
    await using lazy = await Fixture.make(environment, "lazy");
    await lazy.createSet({ ...agent, updateStrategy: { maxUnavailable: "100%" } });
    const [old] = await lazy.createPods(["old"]);
    await lazy.statusBecomes({ matchedPods: 1, updatedPods: 1 });

    const changed = (image: string) => ({
      containers: [container("agent", image, { env: [{ name: "LEVEL", value: "debug" }] })],
    });
    await lazy.edit(changed("agent:1"));
    await lazy.injectionReady();
    await lazy.statusBecomes({ matchedPods: 1, updatedPods: 0 });
    await lazy.createPods(["young"]);
    await lazy.edit(changed("agent:2"));
    const held = await lazy.statusBecomes({
      matchedPods: 2,
      updatedPods: 1,
      updatedReadyPods: 1,
      readyPods: 2,
    });
    assert.equal(condition(held, "Stalled").reason, "PodRecreationRequired");
    const upgradable = (status: string) =>
      until(
        `Pod old: SidecarSetUpgradable ${status}`,
        () => lazy.pod("old"),
        (pod) => condition(pod, "SidecarSetUpgradable")?.status === status && pod,
      );
    const kept = await upgradable("False");
    assert.equal(containerStatus(kept, "agent").restartCount, 0);
    assert.deepEqual(kept.spec, old.spec);
    assert.match(containerStatus(await lazy.pod("young"), "agent").image, /agent:2$/);

    await lazy.edit({ containers: [container("agent", "agent:3")] });
    await lazy.statusBecomes({ matchedPods: 2, updatedPods: 1, updatedReadyPods: 1 });
    const healed = await upgradable("True");
    assert.match(containerStatus(healed, "agent").image, /agent:3$/);
    assert.equal(healed.metadata.uid, old.metadata.uid);
  },
};
