import assert from "node:assert/strict";
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
import { type AuditedRequest, type Case, create, type Environment, kubectl, read } from "./environment.ts";

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
    const unused = (await grantedTo(environment)).filter(
      (right) => !requests.some((made) => covers(right, made)),
    );
    console.log(
      `granted, but not used in these cases: ${unused.map(({ text }) => text).join("; ") || "nothing"}`,
    );
  },
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
