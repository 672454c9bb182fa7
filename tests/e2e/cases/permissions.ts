import assert from "node:assert/strict";
import { type AuditedRequest, type Case, type Environment, read } from "./environment.ts";

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
