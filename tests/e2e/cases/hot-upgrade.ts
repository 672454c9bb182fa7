import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import {
  container,
  containerNames,
  containerStatus,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  removeNamespace,
  sidecarSet,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create, read } from "./environment.ts";

const working = "kruise.io/sidecarset-working-hotupgrade-container";

/** Two containers that take turns. */
export const hotUpgrade: Case = {
  name: "a hot upgrade starts the new version beside the old one, then lets the old one go, and the next one swaps back",
  async run(environment) {
    const [name, namespace] = ["hot", "hot"];
    await createNamespace(environment, namespace);
    const upgradeStrategy = { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "empty:1" };
    const containers = [container("agent", "agent:1", { upgradeStrategy })];
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, { containers, updateStrategy: { maxUnavailable: 1 } }),
    );
    await injectionReady(environment, name);
    const names = ["one", "two"];
    for (const each of names) await create(environment, podsIn(namespace), pod(each, { app: name }));
    const before = await podsReady(environment, namespace, names);
    assert.deepEqual(containerNames(before[0]), ["agent-1", "agent-2", "app"]);
    await statusBecomes(environment, name, { matchedPods: 2, updatedReadyPods: 2 });

    const upgradeTo = async (image: string, expected: readonly string[], works: string): Promise<void> => {
      const edit = [{ op: "replace", path: "/spec/containers/0/image", value: image }];
      assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", edit)).status, 200);
      await statusBecomes(environment, name, { updatedPods: 2, updatedReadyPods: 2, readyPods: 2 }, 120);
      for (const [index, each] of names.entries()) {
        const now: Answer["body"] = await read(environment, `${podsIn(namespace)}/${each}`);
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
    await removeNamespace(environment, namespace);
  },
};
