import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../control-plane/api-client.ts";
import { readManifest } from "../../../sandbox/manifests.ts";
import {
  containerNames,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  removeNamespace,
} from "./cluster-objects.ts";
import { type Case, create, kubectlOk, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

const examples = join(import.meta.dirname, "../../../policy/examples");

/** Every example of the project, with a Pod that it selects. */
export const examplesWork: Case = {
  name: "every example SidecarSet is taken, and the API server takes the Pods that it is injected into",
  async run(environment) {
    const namespace = "examples";
    await createNamespace(environment, namespace, { logs: "shipped" });
    const files = readdirSync(examples).filter((file) => file.endsWith(".yaml"));
    const objects: Answer["body"][] = files.flatMap((file) => readManifest(join(examples, file)));
    const sets = objects.filter(({ kind }) => kind === "SidecarSet");
    assert.ok(sets.length >= 5, `expected examples in ${examples}, got ${sets.length}`);
    for (const set of sets) {
      const { name } = set.metadata;
      await kubectlOk(environment, ["apply", "-f", "-"], set);
      await injectionReady(environment, name);
      const { matchLabels = {}, matchExpressions = [] } = set.spec.selector;
      const labels = { ...matchLabels };
      for (const { key } of matchExpressions) labels[key] = "example";
      await create(environment, podsIn(namespace), pod(name, labels));
      const [made] = await podsReady(environment, namespace, [name]);
      const names = [...containerNames(made), ...(made.spec.initContainers ?? []).map(nameOf)];
      for (const each of [...(set.spec.containers ?? []), ...(set.spec.initContainers ?? [])]) {
        assert.ok(
          names.some((candidate) => candidate === each.name || candidate.startsWith(`${each.name}-`)),
          `${name}: ${each.name} is not among ${names.join(", ")}`,
        );
      }
      assert.equal(made.metadata.annotations["kruise.io/sidecarset-injected-list"], name);
    }
    await removeNamespace(environment, namespace);
  },
};

/** Labels of namespaces decide, as they are when a Pod is created. */
export const namespaceLabels: Case = {
  name: "a namespaceSelector follows the labels of the namespace",
  async run(environment) {
    await using labelled = await Fixture.make(environment, "labelled");
    await labelled.createSet({ ...agent, namespaceSelector: { matchLabels: { sidecars: "wanted" } } });
    const becomes = (names: string): Promise<unknown> =>
      until(
        `Pods of ${labelled.name} have ${names}`,
        () => labelled.wouldBe("one"),
        (made) => containerNames(made).join() === names,
      );
    const label = (change: string): Promise<string> =>
      kubectlOk(environment, ["label", "namespace", labelled.name, change]);
    // policy-server remembers the labels of a Namespace for some seconds.
    await becomes("app");
    await label("sidecars=wanted");
    await becomes("agent,app");
    await label("sidecars-");
    await becomes("app");
  },
};

function nameOf(object: Answer["body"]): string {
  return object.metadata?.name ?? object.name;
}
