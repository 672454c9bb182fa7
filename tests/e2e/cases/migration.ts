import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import {
  container,
  containerStatus,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  removeNamespace,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create, kubectlOk, read } from "./environment.ts";

/** A manifest as the first versions of OpenKruise had it: `paused` and `strategy` lie in the spec itself. */
function firstManifest(name: string, image: string, paused: boolean): Record<string, unknown> {
  return {
    apiVersion: "apps.kruise.io/v1alpha1",
    kind: "SidecarSet",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      paused,
      strategy: { rollingUpdate: { maxUnavailable: 1 } },
      containers: [container("agent", image)],
      volumes: [{ name: "log", emptyDir: {} }],
    },
  };
}

/** Pods that the first versions injected record a plain hash, and nothing of the hash without images. */
const recordsOf: Readonly<
  Record<string, (name: string, hash: string, woi: string) => Record<string, string>>
> = {
  "of 2019": (name, hash, woi) => ({
    "kruise.io/sidecarset-hash": JSON.stringify({ [name]: hash }),
    "kruise.io/sidecarset-hash-without-image": JSON.stringify({ [name]: woi }),
    "kruise.io/sidecarset-injected-list": name,
  }),
  "of today": (name, hash, woi) => {
    const record = (text: string, list: readonly string[]): string => {
      const entry = {
        updateTimestamp: "2024-05-06T07:08:09Z",
        hash: text,
        sidecarSetName: name,
        sidecarList: list,
        controllerRevision: `${name}-5f6d95f777`,
      };
      return JSON.stringify({ [name]: entry });
    };
    return {
      "kruise.io/sidecarset-hash": record(hash, ["agent"]),
      "kruise.io/sidecarset-hash-without-image": record(woi, ["agent"]),
      "kruise.io/sidecarset-injected-list": name,
    };
  },
};

/** Comes from OpenKruise with everything running. */
export const migration: Case = {
  name: "Pods that OpenKruise injected, long ago and of late, count and are upgraded in place; first manifests mean what they said",
  async run(environment) {
    const [name, namespace] = ["migrated", "migrated"];
    await createNamespace(environment, namespace);
    const dryRun = ["create", "--dry-run=server", "-o", "json", "-f", "-"];
    const old = JSON.parse(await kubectlOk(environment, dryRun, firstManifest(name, "agent:1", false)));
    const hash: string = old.metadata.annotations["kruise.io/sidecarset-hash"];
    const woi: string = old.metadata.annotations["kruise.io/sidecarset-hash-without-image"];
    const names = Object.keys(recordsOf).map((age) => age.replace(" ", "-"));
    for (const [index, records] of Object.values(recordsOf).entries()) {
      const sidecar = container("agent", "agent:1", { env: [{ name: "IS_INJECTED", value: "true" }] });
      const made = pod(
        names[index] ?? "",
        { app: name },
        { containers: [sidecar, container("app", "nginx:1.15.1")] },
      );
      const metadata = { name: names[index], labels: { app: name }, annotations: records(name, hash, woi) };
      await create(environment, podsIn(namespace), { ...made, metadata });
    }
    const before = await podsReady(environment, namespace, names);

    await kubectlOk(environment, ["apply", "-f", "-"], firstManifest(name, "agent:1", true));
    await injectionReady(environment, name);
    const count = names.length;
    await statusBecomes(environment, name, { matchedPods: count, updatedPods: count, readyPods: count });
    await kubectlOk(environment, ["apply", "-f", "-"], firstManifest(name, "agent:2", true));
    const paused = await statusBecomes(environment, name, { matchedPods: count, updatedPods: 0 });
    const ready = paused.status.conditions.find((each: Answer["body"]) => each.type === "Ready");
    assert.equal(ready.reason, "RolloutPaused");
    await kubectlOk(environment, ["apply", "-f", "-"], firstManifest(name, "agent:2", false));
    await statusBecomes(environment, name, { updatedPods: count, updatedReadyPods: count });
    for (const [index, each] of names.entries()) {
      const now = await read(environment, `${podsIn(namespace)}/${each}`);
      assert.equal(now.metadata.uid, before[index].metadata.uid);
      assert.match(containerStatus(now, "agent").image, /agent:2$/);
      assert.equal(
        containerStatus(now, "app").containerID,
        containerStatus(before[index], "app").containerID,
      );
    }
    const stored = await read(environment, `${sidecarSets}/${name}`);
    assert.equal(stored.spec.strategy.rollingUpdate.maxUnavailable, 1);
    await removeNamespace(environment, namespace);
  },
};
