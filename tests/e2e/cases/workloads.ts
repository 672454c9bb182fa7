import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
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
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create, read, until } from "./environment.ts";

const proxy = container("proxy", "proxy:1", {
  restartPolicy: "Always",
  podInjectPolicy: "BeforeAppContainer",
});

/** Init containers that keep running. */
export const nativeSidecar: Case = {
  name: "a native sidecar stands first among the init containers and the API server takes the Pod",
  async run(environment) {
    const [name, namespace] = ["native", "native"];
    await createNamespace(environment, namespace);
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, { initContainers: [proxy], updateStrategy: { type: "NotUpdate" } }),
    );
    await injectionReady(environment, name);
    const own = { initContainers: [container("prepare", "prepare:1")] };
    await create(
      environment,
      podsIn(namespace),
      pod(
        "first",
        { app: name },
        {
          ...own,
          containers: [container("app", "nginx:1.15.1")],
        },
      ),
    );
    const [made] = await podsReady(environment, namespace, ["first"]);
    const init: Answer["body"][] = made.spec.initContainers;
    assert.deepEqual(
      init.map((each) => [each.name, each.restartPolicy]),
      [
        ["proxy", "Always"],
        ["prepare", undefined],
      ],
    );
    assert.deepEqual(containerNames(made), ["app"]);
    await statusBecomes(environment, name, { matchedPods: 1 });
    await removeNamespace(environment, namespace);
  },
};

/** A Job ends although its sidecar would run for ever. */
export const nativeSidecarInJob: Case = {
  name: "a Job with a native sidecar completes",
  needs: "controllers",
  async run(environment) {
    const [name, namespace] = ["job-sidecar", "job-sidecar"];
    await createNamespace(environment, namespace);
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, { initContainers: [proxy], updateStrategy: { type: "NotUpdate" } }),
    );
    await injectionReady(environment, name);
    const template = {
      metadata: { labels: { app: name } },
      spec: { restartPolicy: "Never", containers: [container("work", "work:1", { command: ["true"] })] },
    };
    const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    await create(environment, jobs, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "once" },
      spec: { template },
    });
    const job = await until(
      "Job once: Complete",
      () => read(environment, `${jobs}/once`),
      (seen) => seen.status?.conditions?.some((each: Answer["body"]) => each.type === "Complete") && seen,
    );
    assert.equal(job.spec.template.spec.initContainers, undefined);
    const [made] = (await read(environment, podsIn(namespace))).items;
    assert.equal(made.spec.initContainers[0].name, "proxy");
    assert.equal(made.status.phase, "Succeeded");
    await removeNamespace(environment, namespace);
  },
};

/** Workloads do not see what their Pods get. */
export const deployment: Case = {
  name: "a Deployment's Pods are injected and upgraded in place; its template and its revision stay as they were",
  needs: "controllers",
  async run(environment) {
    const [name, namespace] = ["deployed", "deployed"];
    await createNamespace(environment, namespace);
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, {
        containers: [container("agent", "agent:1")],
        updateStrategy: { type: "RollingUpdate", maxUnavailable: 2 },
      }),
    );
    await injectionReady(environment, name);
    const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const labels = { app: name };
    await create(environment, deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: 5,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container("app", "nginx:1.15.1")] } },
      },
    });
    await statusBecomes(environment, name, { matchedPods: 5, updatedPods: 5, readyPods: 5 });
    const before: Answer["body"][] = (await read(environment, podsIn(namespace))).items;
    assert.deepEqual(
      before.map(containerNames),
      Array.from({ length: 5 }, () => ["agent", "app"]),
    );
    const image = [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }];
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", image)).status, 200);
    await statusBecomes(environment, name, { updatedPods: 5, updatedReadyPods: 5, readyPods: 5 });
    const after: Answer["body"][] = (await read(environment, podsIn(namespace))).items;
    const uids = (pods: readonly Answer["body"][]): Set<string> =>
      new Set(pods.map(({ metadata }) => metadata.uid));
    assert.deepEqual(uids(after), uids(before), "no Pod was re-created");
    const web = await read(environment, `${deployments}/web`);
    assert.deepEqual(containerNames(web.spec.template), ["app"]);
    assert.equal(web.metadata.generation, 1);
    assert.equal(web.metadata.annotations["deployment.kubernetes.io/revision"], "1");
    await removeNamespace(environment, namespace);
  },
};
