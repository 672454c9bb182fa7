import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { watchAvailability } from "./availability.ts";
import {
  removeNamespace,
  condition,
  container,
  containerStatus,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  sidecarSet,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create, read } from "./environment.ts";

const namespace = "rollout";
const name = "rolled-out";
/** Fewer Pods make a shorter run; nothing else changes. */
const pods = Number(process.env["E2E_PODS"] ?? 200);
const maxUnavailable = Math.max(4, Math.floor(pods / 10));

/** Upgrades many Pods and watches how many are unavailable at any moment. */
export const rollout: Case = {
  name: `a rollout over ${pods} Pods never has more than ${maxUnavailable} of them unavailable, and stops at the partition`,
  async run(environment) {
    await createNamespace(environment, namespace);
    await create(
      environment,
      sidecarSets,
      sidecarSet(name, {
        containers: [container("agent", "agent:1", { command: ["agent"] })],
        updateStrategy: { type: "RollingUpdate", maxUnavailable, partition: 10 },
      }),
    );
    await injectionReady(environment, name);
    const names = Array.from({ length: pods }, (_, index) => `web-${index}`);
    for (const each of names) await create(environment, podsIn(namespace), pod(each, { app: name }));
    const before = await podsReady(environment, namespace, names);
    await statusBecomes(environment, name, { matchedPods: pods, updatedPods: pods, readyPods: pods });

    const watched = watchAvailability(environment, namespace);
    const began = performance.now();
    const upgrade = [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }];
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", upgrade)).status, 200);
    await statusBecomes(
      environment,
      name,
      { updatedPods: pods - 10, updatedReadyPods: pods - 10, readyPods: pods },
      120,
    );
    const held = condition(await read(environment, `${sidecarSets}/${name}`), "Ready");
    assert.equal(held?.reason, "PartitionHeld");

    const all = [{ op: "replace", path: "/spec/updateStrategy/partition", value: 0 }];
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", all)).status, 200);
    await statusBecomes(
      environment,
      name,
      { updatedPods: pods, updatedReadyPods: pods, readyPods: pods },
      120,
    );
    const most = await watched.stop();
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${pods} Pods upgraded in ${seconds.toFixed(1)} s, ${(pods / seconds).toFixed(1)} a second, ${most} at once`,
    );

    assert.ok(
      most > 0 && most <= maxUnavailable,
      `unavailable at one moment: ${most} of at most ${maxUnavailable}`,
    );
    const after: Answer["body"][] = (await read(environment, podsIn(namespace))).items;
    for (const old of before) {
      const now = after.find(({ metadata }) => metadata.uid === old.metadata.uid);
      assert.equal(containerStatus(now, "agent").restartCount, 1, old.metadata.name);
      assert.equal(containerStatus(now, "app").containerID, containerStatus(old, "app").containerID);
    }
    await removeNamespace(environment, namespace);
  },
};
