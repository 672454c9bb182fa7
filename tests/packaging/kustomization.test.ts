import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { manifestsIn, root } from "./manifests.ts";

test("the kustomization lists every manifest", () => {
  const { resources } = parse(readFileSync(join(root, "policy/manifests/kustomization.yaml"), "utf8"));
  const files = manifestsIn("policy/manifests").map(({ file }) => file.replace("policy/manifests/", ""));
  assert.deepEqual(resources.toSorted(), files.toSorted());
});

test("kubectl kustomize renders the manifests unchanged", (t) => {
  const { status, stdout, stderr, error } = spawnSync(
    "kubectl",
    ["kustomize", join(root, "policy/manifests")],
    {
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    t.skip("skipped, because kubectl is not in PATH");
    return;
  }
  assert.equal(status, 0, stderr);
  const byName = (objects: readonly unknown[]) =>
    objects.map((object) => JSON.stringify(sorted(object))).sort();
  const rendered = parseAllDocuments(stdout).map((document) => document.toJS());
  assert.deepEqual(byName(rendered), byName(manifestsIn("policy/manifests").map(({ manifest }) => manifest)));
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [key, sorted(member)]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
