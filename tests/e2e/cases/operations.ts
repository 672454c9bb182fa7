import assert from "node:assert/strict";
import {
  cleanUp,
  container,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  sidecarSet,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { type Case, create } from "./environment.ts";

/** An outage of the API server, after which every open watch is answered with 410. */
export const apiServerRestart: Case = {
  name: "the controller goes on after the API server was restarted",
  needs: "restart",
  async run(environment) {
    const [name, namespace] = ["restarted", "restarted"];
    await createNamespace(environment, namespace);
    await create(environment, sidecarSets, sidecarSet(name, { containers: [container("agent", "agent:1")] }));
    await injectionReady(environment, name);
    await create(environment, podsIn(namespace), pod("first", { app: name }));
    await podsReady(environment, namespace, ["first"]);
    await statusBecomes(environment, name, { matchedPods: 1, updatedPods: 1 });
    await environment.restartApiServer?.();
    const image = [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }];
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", image)).status, 200);
    await statusBecomes(environment, name, { updatedPods: 1, updatedReadyPods: 1 }, 120);
    await cleanUp(environment, { sets: [name], namespace });
  },
};

/** Judges what the controller did in the cases before. */
export const permissions: Case = {
  name: "the rights that we ship are enough for all of this: nothing was forbidden to the controller",
  needs: "audit",
  async run(environment) {
    const requests = environment.audited?.() ?? [];
    assert.ok(
      requests.length > 50,
      `expected the controller's requests in the audit log, got ${requests.length}`,
    );
    const refused = requests.filter(({ code }) => code === 401 || code === 403);
    assert.deepEqual(refused, []);
    const statuses = requests.filter(
      ({ verb, resource }) => verb !== "get" && resource.startsWith("sidecarsets"),
    );
    assert.ok(
      statuses.every(
        ({ verb, resource }) => verb !== "patch" || resource === "sidecarsets.apps.kruise.io/status",
      ),
      "the controller wrote a SidecarSet itself",
    );
  },
};
