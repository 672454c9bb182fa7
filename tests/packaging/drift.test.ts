import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { definitionPath, renderDefinition } from "../../policy/crd/render.ts";
import { packagePath, renderArtifactHubPackage } from "../../policy/packaging/artifacthub.ts";
import { parseMetadata } from "../../policy/packaging/metadata.ts";
import { root } from "./manifests.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");

test("the committed CustomResourceDefinition is what policy/crd makes (else: node scripts/crd.ts)", () => {
  assert.equal(text(definitionPath), renderDefinition());
});

test("the committed artifacthub-pkg.yml is what the metadata makes (else: node scripts/artifacthub.ts)", () => {
  const metadata = parseMetadata(text("policy/metadata.yml"));
  assert.equal(text(packagePath), renderArtifactHubPackage(metadata, text("policy/questions-ui.yml")));
});

test("a change of the metadata changes artifacthub-pkg.yml", () => {
  const metadata = parseMetadata(text("policy/metadata.yml").replace("mutating: true", "mutating: false"));
  assert.notEqual(text(packagePath), renderArtifactHubPackage(metadata, text("policy/questions-ui.yml")));
});

const refusals = [
  {
    name: "a misspelt member",
    edit: ["backgroundAudit:", "backgroundaudit:"],
    want: /backgroundaudit: not a member/,
  },
  {
    name: "a missing member",
    edit: ["mutating: true\n", ""],
    want: /mutating: expected boolean, got undefined/,
  },
  {
    name: "a member of another type",
    edit: ["mutating: true", "mutating: yes please"],
    want: /mutating: expected boolean/,
  },
  {
    name: "an annotation that is a number",
    edit: ["policy.version: 0.1.0", "policy.version: 1"],
    want: /version: expected a string/,
  },
] as const;
for (const { name, edit, want } of refusals) {
  test(`metadata.yml: ${name} is an error`, () => {
    const broken = text("policy/metadata.yml").replace(edit[0], edit[1]);
    assert.notEqual(broken, text("policy/metadata.yml"));
    assert.throws(() => parseMetadata(broken), want);
  });
}
