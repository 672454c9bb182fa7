import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../control-plane/api-client.ts";
import { watchAvailability } from "./availability.ts";
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
import {
  type AuditedRequest,
  type Case,
  create,
  type Environment,
  kubectl,
  read,
  until,
} from "./environment.ts";

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
    await removeNamespace(environment, namespace);
  },
};

/** The leader is killed in the middle of a rollout. */
export const leaderKilled: Case = {
  name: "the standby takes over when the leader is killed in the middle of a rollout, and ends it within maxUnavailable",
  needs: "replicas",
  async run(environment) {
    const [name, namespace] = ["handed-over", "handed-over"];
    await createNamespace(environment, namespace);
    const containers = [container("agent", "agent:1")];
    const updateStrategy = { type: "RollingUpdate", maxUnavailable: 1 };
    await create(environment, sidecarSets, sidecarSet(name, { containers, updateStrategy }));
    await injectionReady(environment, name);
    const names = Array.from({ length: 12 }, (_, index) => `web-${index}`);
    for (const each of names) await create(environment, podsIn(namespace), pod(each, { app: name }));
    await podsReady(environment, namespace, names);
    await statusBecomes(environment, name, { matchedPods: 12, updatedPods: 12, readyPods: 12 });
    const watched = watchAvailability(environment, namespace);
    const image = [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }];
    assert.equal((await environment.admin.patch(`${sidecarSets}/${name}`, "json", image)).status, 200);
    const upgraded = (pods: Answer["body"][]): number =>
      pods.filter(({ spec }) => spec.containers.some((each: Answer["body"]) => each.image === "agent:2"))
        .length;
    await until(
      "the rollout has begun",
      () => read(environment, podsIn(namespace)),
      ({ items }) => upgraded(items) >= 2,
    );
    const dead = await environment.killLeader?.();
    await statusBecomes(environment, name, { updatedPods: 12, updatedReadyPods: 12 }, 120);
    assert.equal(await watched.stop(), 1);
    const lease = "/apis/coordination.k8s.io/v1/namespaces/sidecarset-system/leases/sidecarset-controller";
    assert.notEqual((await read(environment, lease)).spec.holderIdentity, dead);
    for (const { status } of (await read(environment, podsIn(namespace))).items) {
      const agent = status.containerStatuses.find((each: Answer["body"]) => each.name === "agent");
      assert.equal(agent.restartCount, 1);
    }
    await removeNamespace(environment, namespace);
  },
};

/** The past is gone when the watches come back. */
export const compaction: Case = {
  name: "the controller lists anew when the history it watched from is compacted away",
  needs: "compaction",
  async run(environment) {
    const [name, namespace] = ["compacted", "compacted"];
    await createNamespace(environment, namespace);
    await create(environment, sidecarSets, sidecarSet(name, { containers: [container("agent", "agent:1")] }));
    await injectionReady(environment, name);
    await create(environment, podsIn(namespace), pod("first", { app: name }));
    await podsReady(environment, namespace, ["first"]);
    await statusBecomes(environment, name, { matchedPods: 1, updatedPods: 1 });
    await environment.compact?.();
    await environment.restartApiServer?.();
    await create(environment, podsIn(namespace), pod("second", { app: name }));
    await statusBecomes(environment, name, { matchedPods: 2, updatedReadyPods: 2 }, 120);
    await removeNamespace(environment, namespace);
  },
};

/** Nobody answers, and it was said before that this must not keep Pods from starting. */
export const policyOutageIgnored: Case = {
  name: "with failurePolicy Ignore Pods start without sidecars while no policy server answers",
  needs: "outage",
  async run(environment) {
    const [name, namespace] = ["ignored", "ignored"];
    const policy = "/apis/policies.kubewarden.io/v1/clusteradmissionpolicies/sidecarset-injection";
    await createNamespace(environment, namespace);
    await create(environment, sidecarSets, sidecarSet(name, { containers: [container("agent", "agent:1")] }));
    await injectionReady(environment, name);
    const failurePolicy = async (value: "Fail" | "Ignore"): Promise<void> => {
      assert.equal(
        (await environment.admin.patch(policy, "merge", { spec: { failurePolicy: value } })).status,
        200,
      );
      // The webhook follows its policy, and the API server the webhook, a moment later.
      await sleep(2_000);
      await injectionReady(environment, name);
    };
    await failurePolicy("Ignore");
    const restore = await environment.interruptPolicies?.();
    try {
      await create(environment, podsIn(namespace), pod("during", { app: name }));
      const [made] = await podsReady(environment, namespace, ["during"]);
      assert.deepEqual(containerNames(made), ["app"]);
    } finally {
      await restore?.();
      await failurePolicy("Fail");
    }
    await create(environment, podsIn(namespace), pod("after", { app: name }));
    const [made] = await podsReady(environment, namespace, ["after"]);
    assert.deepEqual(containerNames(made), ["agent", "app"]);
    await statusBecomes(environment, name, { matchedPods: 1 });
    await removeNamespace(environment, namespace);
  },
};

/** Nobody answers for the policies. */
export const policyOutage: Case = {
  name: "while no policy server answers, Pods and SidecarSets are refused, and kubectl says by whom",
  needs: "outage",
  async run(environment) {
    const [name, namespace] = ["outage", "outage"];
    await createNamespace(environment, namespace);
    await create(environment, sidecarSets, sidecarSet(name, { containers: [container("agent", "agent:1")] }));
    await injectionReady(environment, name);
    const restore = await environment.interruptPolicies?.();
    try {
      const refused = await kubectl(
        environment,
        ["-n", namespace, "apply", "-f", "-"],
        pod("first", { app: name }),
      );
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /failed calling webhook "clusterwide-sidecarset-injection/);
      const set = await kubectl(environment, ["annotate", "sidecarset", name, "a=b"]);
      assert.match(set.stderr, /failed calling webhook "clusterwide-sidecarset-admission/);
    } finally {
      await restore?.();
    }
    await create(environment, podsIn(namespace), pod("first", { app: name }));
    const [made] = await podsReady(environment, namespace, ["first"]);
    assert.deepEqual(containerNames(made), ["agent", "app"]);
    await removeNamespace(environment, namespace);
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
    // Reading OpenKruise's revisions is a right that only a migration gives.
    const refused = requests.filter(
      ({ code, namespace }) => (code === 401 || code === 403) && namespace !== "kruise-system",
    );
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
    const unused = (await grantedTo(environment)).filter(
      (right) => !requests.some((made) => covers(right, made)),
    );
    const unexplained = unused.map(({ text }) => text).filter((text) => !(text in unusedHere));
    assert.deepEqual(unexplained, [], "granted, but used in no case");
  },
};

/** Rights without a request in the cases, and what they are for. */
const unusedHere: Readonly<Record<string, string>> = {
  "update sidecarsets.apps.kruise.io/finalizers": "asked for by OwnerReferencesPermissionEnforcement alone",
  "get mutatingwebhookconfigurations.admissionregistration.k8s.io": "where OpenKruise's namespace is",
  "get pods": "after a conflict, and after an answer that got lost",
  "list pods": "of servers that do not stream lists",
  "patch pods/status": "the condition SidecarSetUpgradable",
};

interface Right {
  readonly text: string;
  readonly verb: string;
  readonly resource: string;
}

/** Every verb on every resource of the controller's roles. */
async function grantedTo(environment: Environment): Promise<Right[]> {
  const group = "/apis/rbac.authorization.k8s.io/v1";
  const roles = [
    await read(environment, `${group}/clusterroles/sidecarset-controller`),
    await read(environment, `${group}/namespaces/sidecarset-system/roles/sidecarset-controller`),
    await read(environment, `${group}/namespaces/kubewarden/roles/sidecarset-settings-reader`),
  ];
  return roles.flatMap(({ rules }) =>
    rules.flatMap(
      ({ apiGroups, resources, verbs }: { apiGroups: string[]; resources: string[]; verbs: string[] }) =>
        apiGroups.flatMap((apiGroup) =>
          resources.flatMap((resource) =>
            verbs.map((verb) => {
              const [plural = "", subresource] = resource.split("/");
              const suffix = subresource === undefined ? "" : `/${subresource}`;
              const name = `${plural}${apiGroup === "" ? "" : `.${apiGroup}`}${suffix}`;
              return { text: `${verb} ${name}`, verb, resource: name };
            }),
          ),
        ),
    ),
  );
}

function covers(right: Right, made: AuditedRequest): boolean {
  return right.verb === made.verb && right.resource === made.resource;
}
