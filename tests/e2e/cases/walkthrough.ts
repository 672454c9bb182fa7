import assert from "node:assert/strict";
import {
  removeNamespace,
  containerNames,
  containerStatus,
  createNamespace,
  injectionReady,
  podsIn,
  podsReady,
  statusBecomes,
} from "./cluster-objects.ts";

import { type Case, kubectl, kubectlOk, read, until } from "./environment.ts";

const namespace = "walkthrough";

const sidecarSetManifest = `
apiVersion: apps.kruise.io/v1alpha1
kind: SidecarSet
metadata:
  name: test-sidecarset
spec:
  selector:
    matchLabels:
      app: nginx
  strategy:
    rollingUpdate:
      maxUnavailable: 2
  containers:
  - name: sidecar1
    image: centos:6.7
    command: ["sleep", "999d"]
    volumeMounts:
    - name: log-volume
      mountPath: /var/log
  volumes:
  - name: log-volume
    emptyDir: {}
`;

const podManifest = `
apiVersion: v1
kind: Pod
metadata:
  labels:
    app: nginx
  name: test-pod
spec:
  containers:
  - name: app
    image: nginx:1.15.1
`;

/** SidecarSet's first documentation, command by command. */
export const walkthrough: Case = {
  name: "the first walkthrough with kubectl: apply, inject, status, upgrade in place, lazy upgrade, re-creation",
  async run(environment) {
    await createNamespace(environment, namespace);
    const run = (...parameters: string[]): Promise<string> =>
      kubectlOk(environment, ["-n", namespace, ...parameters]);

    const applied = await kubectlOk(environment, ["apply", "-f", "-"], sidecarSetManifest);
    assert.match(applied, /sidecarset\.apps\.kruise\.io\/test-sidecarset created/);
    const set = await injectionReady(environment, "test-sidecarset");
    assert.match(set.metadata.annotations["kruise.io/sidecarset-hash"], /^[0-9a-z]{16,}$/);

    await kubectlOk(environment, ["-n", namespace, "apply", "-f", "-"], podManifest);
    const [pod] = await podsReady(environment, namespace, ["test-pod"]);
    assert.deepEqual(containerNames(pod), ["sidecar1", "app"]);
    assert.ok(pod.spec.volumes.some((volume: { name: string }) => volume.name === "log-volume"));
    assert.match(await run("get", "pod"), /^test-pod\s+2\/2\s+Running\s+0\s/m);

    await statusBecomes(environment, "test-sidecarset", { matchedPods: 1, readyPods: 1, updatedPods: 1 });
    const yaml = await run("get", "sidecarset", "test-sidecarset", "-o", "yaml");
    for (const line of ["matchedPods: 1", "observedGeneration: 1", "readyPods: 1", "updatedPods: 1"]) {
      assert.match(yaml, new RegExp(`^  ${line}$`, "m"));
    }

    const edit = (path: string, value: unknown): Promise<string> =>
      run(
        "patch",
        "sidecarset",
        "test-sidecarset",
        "--type=json",
        "-p",
        JSON.stringify([{ op: "replace", path, value }]),
      );
    await edit("/spec/containers/0/image", "centos:6.8");
    await statusBecomes(environment, "test-sidecarset", { updatedPods: 1, updatedReadyPods: 1 });
    const upgraded = await read(environment, `${podsIn(namespace)}/test-pod`);
    assert.equal(upgraded.metadata.uid, pod.metadata.uid);
    assert.equal(containerStatus(upgraded, "sidecar1").restartCount, 1);
    assert.match(containerStatus(upgraded, "sidecar1").image, /centos:6\.8$/);
    assert.equal(containerStatus(upgraded, "app").containerID, containerStatus(pod, "app").containerID);

    await edit("/spec/containers/0/command", ["sleep", "1d"]);
    await injectionReady(environment, "test-sidecarset");
    await statusBecomes(environment, "test-sidecarset", { matchedPods: 1, updatedPods: 0 });
    const lazy = await read(environment, `${podsIn(namespace)}/test-pod`);
    assert.equal(containerStatus(lazy, "sidecar1").restartCount, 1);

    await run("delete", "pod", "test-pod", "--wait=true");
    await kubectlOk(environment, ["-n", namespace, "apply", "-f", "-"], podManifest);
    const [recreated] = await podsReady(environment, namespace, ["test-pod"]);
    assert.notEqual(recreated.metadata.uid, pod.metadata.uid);
    assert.deepEqual(recreated.spec.containers[0].command, ["sleep", "1d"]);
    assert.equal(recreated.spec.containers[0].image, "centos:6.8");
    await statusBecomes(environment, "test-sidecarset", { matchedPods: 1, updatedPods: 1, readyPods: 1 });

    await run("delete", "sidecarset", "test-sidecarset");
    await kubectlOk(
      environment,
      ["-n", namespace, "apply", "-f", "-"],
      podManifest.replace("test-pod", "plain-pod"),
    );
    await until(
      "Pods are left alone once the SidecarSet is gone",
      async () => {
        await run("delete", "pod", "plain-pod", "--ignore-not-found", "--wait=true");
        // A policy-server that is killed takes the requests with it that it has at that moment.
        const plain = podManifest.replace("test-pod", "plain-pod");
        await kubectl(environment, ["-n", namespace, "apply", "-f", "-"], plain);
        return await environment.admin.get(`${podsIn(namespace)}/plain-pod`);
      },
      ({ status, body }) => status === 200 && containerNames(body).join() === "app",
    );
    await removeNamespace(environment, namespace);
  },
};
