import assert from "node:assert/strict";
import { container, containerNames, containerStatus } from "./cluster-objects.ts";
import type { Case } from "./environment.ts";
import { Fixture } from "./fixture.ts";

const working = "kruise.io/sidecarset-working-hotupgrade-container";

/** Two containers that take turns. */
export const hotUpgrade: Case = {
  name: "a hot upgrade starts the new version beside the old one, then lets the old one go, and the next one swaps back",
  async run(environment) {
    await using hot = await Fixture.make(environment, "hot");
    const upgradeStrategy = { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "empty:1" };
    const containers = [container("agent", "agent:1", { upgradeStrategy })];
    await hot.createSet({ containers, updateStrategy: { maxUnavailable: 1 } });
    const names = ["one", "two"];
    const before = await hot.createPods(names);
    assert.deepEqual(containerNames(before[0]), ["agent-1", "agent-2", "app"]);
    await hot.statusBecomes({ matchedPods: 2, updatedReadyPods: 2 });

    const upgradeTo = async (image: string, expected: readonly string[], works: string): Promise<void> => {
      await hot.setImage(image);
      await hot.statusBecomes({ updatedPods: 2, updatedReadyPods: 2, readyPods: 2 }, 120);
      for (const [index, each] of names.entries()) {
        const now = await hot.pod(each);
        const images = ["agent-1", "agent-2"].map((sidecar) =>
          containerStatus(now, sidecar).image.replace(/^.*\//, ""),
        );
        assert.deepEqual(images, expected);
        assert.deepEqual(JSON.parse(now.metadata.annotations[working]), { agent: works });
        const { containerID } = containerStatus(now, "app");
        assert.equal(containerID, containerStatus(before[index], "app").containerID);
      }
    };
    await upgradeTo("agent:2", ["empty:1", "agent:2"], "agent-2");
    await upgradeTo("agent:3", ["agent:3", "empty:1"], "agent-1");
  },
};
