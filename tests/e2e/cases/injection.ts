import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../control-plane/api-client.ts";
import { readManifest } from "../../../sandbox/manifests.ts";
import {
  removeNamespace,
  container,
  containerNames,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  sidecarSet,
  sidecarSets,
} from "./cluster-objects.ts";
import { type Case, create, kubectlOk, read } from "./environment.ts";

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

/** Everything that a sidecar can bring along, in one Pod that the API server checks and defaults. */
export const allFeatures: Case = {
  name: "order, shared volumes, transferred environment, pull secrets, metadata: as they stand in the API server's Pod",
  async run(environment) {
    const [name, namespace] = ["features", "features"];
    await createNamespace(environment, namespace);
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, {
        containers: [
          container("first", "first:1", {
            podInjectPolicy: "BeforeAppContainer",
            shareVolumePolicy: { type: "enabled" },
            transferEnv: [{ sourceContainerName: "app", envName: "MODE" }],
            volumeMounts: [{ name: "own", mountPath: "/own" }],
            resources: { limits: { cpu: "500m", memory: "64Mi" } },
            livenessProbe: { httpGet: { path: "/", port: 80 } },
          }),
          container("last", "last:1", { podInjectPolicy: "AfterAppContainer" }),
        ],
        initContainers: [container("setup", "setup:1", { command: ["true"] })],
        volumes: [{ name: "own", emptyDir: { sizeLimit: "1Gi" } }],
        imagePullSecrets: [{ name: "registry" }],
        patchPodMetadata: [{ annotations: { "example.com/injected": "yes" }, patchPolicy: "Retain" }],
      }),
    );
    await injectionReady(environment, name);
    const app = container("app", "nginx:1.15.1", {
      env: [{ name: "MODE", value: "fast" }],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    });
    const spec = {
      containers: [app],
      volumes: [{ name: "data", emptyDir: {} }],
      imagePullSecrets: [{ name: "mine" }],
    };
    await create(environment, podsIn(namespace), pod("one", { app: name }, spec));
    const [made] = await podsReady(environment, namespace, ["one"]);
    assert.deepEqual(containerNames(made), ["first", "app", "last"]);
    const [first] = made.spec.containers;
    const mounts = first.volumeMounts.map((mount: Answer["body"]) => mount.mountPath);
    assert.ok(mounts.includes("/own") && mounts.includes("/data"), mounts.join(", "));
    assert.ok(first.env.some((each: Answer["body"]) => each.name === "MODE" && each.value === "fast"));
    assert.equal(first.livenessProbe.periodSeconds, 10);
    assert.deepEqual(made.spec.imagePullSecrets.map(nameOf), ["mine", "registry"]);
    assert.equal(made.metadata.annotations["example.com/injected"], "yes");
    assert.equal(made.spec.initContainers[0].name, "setup");
    await removeNamespace(environment, namespace);
  },
};

/** Labels of namespaces decide, as they are when a Pod is created. */
export const namespaceLabels: Case = {
  name: "a namespaceSelector follows the labels of the namespace",
  async run(environment) {
    const [name, namespace] = ["labelled", "labelled"];
    await createNamespace(environment, namespace);
    const containers = [container("agent", "agent:1")];
    const namespaceSelector = { matchLabels: { sidecars: "wanted" } };
    await create(environment, sidecarSets, sidecarSet(name, { containers, namespaceSelector }));
    await injectionReady(environment, name);
    const names = async (of: string): Promise<string[]> =>
      containerNames(await read(environment, `${podsIn(namespace)}/${of}`));
    await create(environment, podsIn(namespace), pod("before", { app: name }));
    assert.deepEqual(await names("before"), ["app"]);
    await kubectlOk(environment, ["label", "namespace", namespace, "sidecars=wanted"]);
    await create(environment, podsIn(namespace), pod("during", { app: name }));
    assert.deepEqual(await names("during"), ["agent", "app"]);
    await kubectlOk(environment, ["label", "namespace", namespace, "sidecars-"]);
    await create(environment, podsIn(namespace), pod("after", { app: name }));
    assert.deepEqual(await names("after"), ["app"]);
    await removeNamespace(environment, namespace);
  },
};

function nameOf(object: Answer["body"]): string {
  return object.metadata?.name ?? object.name;
}
