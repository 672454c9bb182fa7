import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { container, containerNames } from "./cluster-objects.ts";
import { type Case, create, read, until } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

const proxy = {
  initContainers: [
    container("proxy", "proxy:1", { restartPolicy: "Always", podInjectPolicy: "BeforeAppContainer" }),
  ],
  updateStrategy: { type: "NotUpdate" },
};

/** Init containers that keep running. */
export const nativeSidecar: Case = {
  name: "a native sidecar stands first among the init containers and the API server takes the Pod",
  async run(environment) {
    await using native = await Fixture.make(environment, "native");
    await native.createSet(proxy);
    const initContainers = [container("prepare", "prepare:1")];
    const spec = { initContainers, containers: [container("app", "nginx:1.15.1")] };
    const [made] = await native.createPods(["first"], { spec });
    const init: Answer["body"][] = made.spec.initContainers;
    assert.deepEqual(
      init.map((each) => [each.name, each.restartPolicy]),
      [
        ["proxy", "Always"],
        ["prepare", undefined],
      ],
    );
    assert.deepEqual(containerNames(made), ["app"]);
    await native.statusBecomes({ matchedPods: 1 });
  },
};

/** A Job ends although its sidecar would run for ever. */
export const nativeSidecarInJob: Case = {
  name: "a Job with a native sidecar completes",
  needs: "controllers",
  async run(environment) {
    await using inJob = await Fixture.make(environment, "job-sidecar");
    await inJob.createSet(proxy);
    const template = {
      metadata: { labels: { app: inJob.name } },
      spec: { restartPolicy: "Never", containers: [container("work", "work:1", { command: ["true"] })] },
    };
    const jobs = `/apis/batch/v1/namespaces/${inJob.name}/jobs`;
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
    const [made] = await inJob.pods();
    assert.equal(made.spec.initContainers[0].name, "proxy");
    assert.equal(made.status.phase, "Succeeded");
  },
};

/** Workloads do not see what their Pods get. */
export const deployment: Case = {
  name: "a Deployment's Pods are injected and upgraded in place; its template and its revision stay as they were",
  needs: "controllers",
  async run(environment) {
    await using deployed = await Fixture.make(environment, "deployed");
    await deployed.createSet({ ...agent, updateStrategy: { type: "RollingUpdate", maxUnavailable: 2 } });
    const deployments = `/apis/apps/v1/namespaces/${deployed.name}/deployments`;
    const labels = { app: deployed.name };
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
    await deployed.statusBecomes({ matchedPods: 5, updatedPods: 5, readyPods: 5 });
    const before = await deployed.pods();
    assert.deepEqual(
      before.map(containerNames),
      Array.from({ length: 5 }, () => ["agent", "app"]),
    );
    await deployed.setImage("agent:2");
    await deployed.statusBecomes({ updatedPods: 5, updatedReadyPods: 5, readyPods: 5 });
    const uids = (pods: readonly Answer["body"][]): Set<string> =>
      new Set(pods.map(({ metadata }) => metadata.uid));
    assert.deepEqual(uids(await deployed.pods()), uids(before), "no Pod was re-created");
    const web = await read(environment, `${deployments}/web`);
    assert.deepEqual(containerNames(web.spec.template), ["app"]);
    assert.equal(web.metadata.generation, 1);
    assert.equal(web.metadata.annotations["deployment.kubernetes.io/revision"], "1");
  },
};
