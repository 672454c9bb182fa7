import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type HostCapabilities, PolicyModule } from "@kubewarden/as-sdk/host";
import { parse as yaml } from "yaml";
import { type Manifest, manifestsIn, root } from "./manifests.ts";

const modulePath = join(root, "build/policy.wasm");
const built = existsSync(modulePath);
const policy = built ? await PolicyModule.load(modulePath) : undefined;
const examples = manifestsIn("policy/examples");
const sets = examples.flatMap(({ manifest }) => (manifest.kind === "SidecarSet" ? [manifest] : []));

function policyTest(name: string, body: (policy: PolicyModule) => void): void {
  test(name, (t) => {
    if (policy === undefined) t.skip("skipped, because build/policy.wasm is not built (npm run build)");
    else body(policy);
  });
}

for (const { file, manifest } of examples) {
  policyTest(`the policy accepts ${file}`, (policy) => {
    const answer = policy.validate(creation(manifest), {}, emptyCluster);
    assert.deepEqual(
      { accepted: answer.accepted, message: answer.message },
      { accepted: true, message: undefined },
    );
    assert.deepEqual(answer.warnings ?? [], []);
  });
}

policyTest("together they are valid settings", (policy) => {
  const answer = policy.validateSettings({ sidecarSets: sets });
  assert.deepEqual(answer, { valid: true });
});

policyTest("the settings of policy/README.md are valid, and inject the Pod beside them", () => {
  const blocks = [
    ...readFileSync(join(root, "policy/README.md"), "utf8").matchAll(/```yaml\n([\s\S]*?)```/g),
  ];
  const [settings, pod] = blocks.map(([, text = ""]) => yaml(text));
  assert.deepEqual(policy?.validateSettings(settings), { valid: true });
  const answer = JSON.stringify(policy?.validate(creation(pod), settings).mutated_object);
  assert.match(answer, /"sidecar1"/);
  assert.match(answer, /"log-volume"/);
});

policyTest("policy/usage.md names every setting", () => {
  const usage = readFileSync(join(root, "policy/usage.md"), "utf8");
  const message = policy?.validateSettings({ unknown: 1 }).message ?? "";
  const keys = (/expected one of (.*)/.exec(message)?.[1] ?? "").split(", ");
  assert.ok(keys.includes("sidecarSets"));
  assert.deepEqual(
    keys.filter((key) => !usage.includes(`\`${key}\``)),
    [],
  );
});

test("the walkthrough's examples are there", () => {
  assert.deepEqual(
    examples
      .filter(({ file }) => /\/(sidecarset|pod)\.yaml$/.test(file))
      .map(({ manifest }) => manifest.metadata.name),
    ["test-pod", "test-sidecarset"],
  );
});

/** A cluster without SidecarSets and without labels on its Namespaces. */
const emptyCluster: HostCapabilities = (_namespace, operation) =>
  Buffer.from(JSON.stringify(operation === "get_resource" ? { metadata: {} } : { items: [] }));

function creation(object: Manifest): { uid: string; object: unknown; [member: string]: unknown } {
  const [version = "", group = ""] = object.apiVersion.split("/").toReversed();
  const kind = { group, version, kind: object.kind };
  const resource = { group, version, resource: `${object.kind.toLowerCase()}s` };
  const names = { name: object.metadata.name, ...(group === "" ? { namespace: "default" } : {}) };
  return {
    uid: "1",
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    ...names,
    operation: "CREATE",
    object,
  };
}
