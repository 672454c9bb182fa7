import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as resources from "../../controller/k8s/resource.ts";
import { manifestsIn, root, theManifest } from "./manifests.ts";

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

const manifests = manifestsIn("policy/manifests").map(({ manifest }) => manifest);
const grants: readonly Rule[] = manifests
  .filter(
    ({ kind, metadata }) => /^(Cluster)?RoleBinding$/.test(kind) && bindsController(metadata.name, kind),
  )
  .flatMap(({ roleRef }) => theManifest(roleRef.kind, roleRef.name)["rules"]);

/** Right as `group/resource verb`. */
const granted = new Set(
  grants.flatMap((rule) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((resource) => rule.verbs.map((verb) => `${group}/${resource} ${verb}`)),
    ),
  ),
);

// Rights for work that is written elsewhere than in a call that the scan below finds, each with its reason.
const KEPT_FOR = new Map([
  ["/pods/status patch", "the condition SidecarSetUpgradable"],
  ["apps.kruise.io/sidecarsets/finalizers update", "owner references that block deletion"],
]);

test("every binding names a role and an account that the manifests bring", () => {
  for (const manifest of manifests) {
    if (!/^(Cluster)?RoleBinding$/.test(manifest.kind)) continue;
    const { roleRef, subjects } = manifest;
    assert.doesNotThrow(() => theManifest(roleRef.kind, roleRef.name));
    for (const { kind, name, namespace } of subjects) {
      assert.equal(theManifest(kind, name).metadata.namespace, namespace, manifest.metadata.name);
    }
  }
});

test("nobody is granted a wildcard, secrets, or the right to give rights", () => {
  for (const { kind, metadata, rules } of manifests.filter((it) => /^(Cluster)?Role$/.test(it.kind))) {
    const text = JSON.stringify(rules);
    for (const word of ['"*"', "secrets", "escalate", "impersonate", '"bind"']) {
      assert.ok(!text.includes(word), `${kind} ${metadata.name}: ${word}`);
    }
  }
});

test("only the policy that holds the SidecarSets may be written", () => {
  const writing = grants.filter(
    (rule) => rule.resources.includes("clusteradmissionpolicies") && rule.verbs.includes("patch"),
  );
  assert.deepEqual(
    writing.map((rule) => rule.resourceNames),
    [["sidecarset-injection"]],
  );
});

test("the controller is granted every call that its code makes", () => {
  const calls = [...controllerCalls()];
  for (const right of ["/pods watch", "/pods patch", "apps.kruise.io/sidecarsets/status patch"]) {
    assert.ok(calls.includes(right), `the scan no longer finds "${right}"`);
  }
  assert.deepEqual(
    calls.filter((right) => !granted.has(right)),
    [],
  );
});

test("the controller is granted no kind that it does not know", () => {
  const known = new Set(
    Object.values(resources).flatMap((it) => (isType(it) ? [`${it.group}/${it.plural}`] : [])),
  );
  const unknown = [...granted]
    .filter((right) => !KEPT_FOR.has(right))
    .filter((right) => !known.has(right.replace(/ .*/, "").replace(/\/status$/, "")));
  assert.deepEqual(unknown, []);
  assert.deepEqual(
    [...KEPT_FOR.keys()].filter((right) => !granted.has(right)),
    [],
  );
});

/** Rights that calls of the API client and reflectors in controller/ need. */
function* controllerCalls(): Generator<string> {
  const folder = join(root, "controller");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.includes("node_modules"),
  );
  for (const file of files) {
    const source = readFileSync(join(folder, file), "utf8");
    const call = /\.(get|list|create|patch|update|delete)\(\s*(\w+),\s*(\{[^}]*\})?/g;
    for (const [, verb = "", name = "", address = ""] of source.matchAll(call)) {
      const type = typeNamed(name);
      if (type === undefined) continue;
      const subresource = /subresource: "(\w+)"/.exec(address)?.[1];
      yield `${type.group}/${type.plural}${subresource === undefined ? "" : `/${subresource}`} ${verb}`;
    }
    for (const [, name = ""] of source.matchAll(/\breflect\(\s*\w+,\s*(\w+)/g)) {
      const type = typeNamed(name);
      if (type === undefined) continue;
      yield `${type.group}/${type.plural} list`;
      yield `${type.group}/${type.plural} watch`;
    }
  }
}

function typeNamed(name: string): resources.ResourceType | undefined {
  const found = Object.entries(resources).find(([exported]) => exported === name)?.[1];
  return isType(found) ? found : undefined;
}

function isType(value: unknown): value is resources.ResourceType {
  return typeof value === "object" && value !== null && "plural" in value;
}

function bindsController(name: string, kind: string): boolean {
  return theManifest(kind, name)["subjects"].some(
    (subject: { name: string }) => subject.name === "sidecarset-controller",
  );
}
