import assert from "node:assert/strict";
import { container, containerStatus, sidecarSet } from "./cluster-objects.ts";
import { type Case, kubectl, kubectlOk } from "./environment.ts";
import { Fixture } from "./fixture.ts";

/** All the ways in which people change a set, one after the other, on one running Pod. */
export const editing: Case = {
  name: "apply, edit, patch and set of kubectl each upgrade the sidecar once, and an apply of the same changes nothing",
  async run(environment) {
    await using edited = await Fixture.make(environment, "edited");
    const { name } = edited;
    const apply = (image: string): Promise<string> => {
      const spec = { containers: [container("agent", image)], updateStrategy: { maxUnavailable: 1 } };
      return kubectlOk(environment, ["apply", "-f", "-"], sidecarSet(name, spec));
    };
    const upgraded = async (image: string, restarts: number): Promise<void> => {
      await edited.statusBecomes({ updatedPods: 1, updatedReadyPods: 1 });
      const status = containerStatus(await edited.pod("one"), "agent");
      assert.match(status.image, new RegExp(`${image}$`));
      assert.equal(status.restartCount, restarts);
    };
    await apply("agent:1");
    await edited.injectionReady();
    await edited.createPods(["one"]);
    await upgraded("agent:1", 0);

    await apply("agent:1");
    assert.equal((await edited.set()).metadata.generation, 1);

    await apply("agent:2");
    await upgraded("agent:2", 1);

    const edit = ["edit", "sidecarset", name];
    const changed = await kubectl(environment, edit, undefined, { KUBE_EDITOR: "sed -i s/agent:2/agent:3/" });
    assert.equal(changed.code, 0, changed.stderr);
    await upgraded("agent:3", 2);

    const patch = JSON.stringify({ spec: { containers: [container("agent", "agent:4")] } });
    await kubectlOk(environment, ["patch", "sidecarset", name, "--type=merge", "-p", patch]);
    await upgraded("agent:4", 3);

    const refused = await kubectl(environment, edit, undefined, {
      KUBE_EDITOR: "sed -i s/RollingUpdate/Replace/",
    });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /sidecarsets\.apps\.kruise\.io "edited" is invalid/);
  },
};
