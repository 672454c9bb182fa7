import assert from "node:assert/strict";
import {
  container,
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
import { type Case, create, kubectl, kubectlOk, read } from "./environment.ts";

/** All the ways in which people change a set, one after the other, on one running Pod. */
export const editing: Case = {
  name: "apply, edit, patch and set of kubectl each upgrade the sidecar once, and an apply of the same changes nothing",
  async run(environment) {
    const [name, namespace] = ["edited", "edited"];
    await createNamespace(environment, namespace);
    const manifest = (image: string): unknown =>
      sidecarSet(name, { containers: [container("agent", image)], updateStrategy: { maxUnavailable: 1 } });
    const upgraded = async (image: string, restarts: number): Promise<void> => {
      await statusBecomes(environment, name, { updatedPods: 1, updatedReadyPods: 1 });
      const status = containerStatus(await read(environment, `${podsIn(namespace)}/one`), "agent");
      assert.match(status.image, new RegExp(`${image}$`));
      assert.equal(status.restartCount, restarts);
    };
    await kubectlOk(environment, ["apply", "-f", "-"], manifest("agent:1"));
    await injectionReady(environment, name);
    await create(environment, podsIn(namespace), pod("one", { app: name }));
    await podsReady(environment, namespace, ["one"]);
    await upgraded("agent:1", 0);

    await kubectlOk(environment, ["apply", "-f", "-"], manifest("agent:1"));
    assert.equal((await read(environment, `${sidecarSets}/${name}`)).metadata.generation, 1);

    await kubectlOk(environment, ["apply", "-f", "-"], manifest("agent:2"));
    await upgraded("agent:2", 1);

    const edit = ["edit", "sidecarset", name];
    const edited = await kubectl(environment, edit, undefined, { KUBE_EDITOR: "sed -i s/agent:2/agent:3/" });
    assert.equal(edited.code, 0, edited.stderr);
    await upgraded("agent:3", 2);

    const patch = JSON.stringify({ spec: { containers: [container("agent", "agent:4")] } });
    await kubectlOk(environment, ["patch", "sidecarset", name, "--type=merge", "-p", patch]);
    await upgraded("agent:4", 3);

    const refused = await kubectl(environment, edit, undefined, {
      KUBE_EDITOR: "sed -i s/RollingUpdate/Replace/",
    });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /sidecarsets\.apps\.kruise\.io "edited" is invalid/);
    await removeNamespace(environment, namespace);
  },
};
