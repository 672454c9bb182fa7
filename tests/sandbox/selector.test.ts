import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusError } from "../../sandbox/api/status-error.ts";
import { kubeObject } from "../../sandbox/store/object.ts";
import { fieldSelector, labelSelector } from "../../sandbox/store/selector.ts";

const object = kubeObject({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", labels: { app: "nginx", tier: "web", size: "3" } },
  status: { phase: "Running" },
});

const labelCases: readonly [selector: string, matches: boolean][] = [
  ["", true],
  ["app=nginx", true],
  ["app==nginx", true],
  ["app=nginx,tier=db", false],
  ["app!=nginx", false],
  ["other!=x", true],
  ["app in (apache, nginx)", true],
  ["app notin (apache,nginx)", false],
  ["other notin (x)", true],
  ["other in (x)", false],
  ["app", true],
  ["!app", false],
  ["!other,tier in (web),size>2", true],
  ["size<3", false],
  ["other>1", false],
  ["app=", false],
];

for (const [selector, matches] of labelCases) {
  test(`label selector "${selector}" ${matches ? "matches" : "does not match"}`, () => {
    assert.equal(labelSelector(selector)(object), matches);
  });
}

const fieldCases: readonly [selector: string, matches: boolean][] = [
  ["metadata.name=p", true],
  ["metadata.name!=p", false],
  ["status.phase=Running,metadata.name==p", true],
  ["spec.nodeName=", true],
  ["spec.nodeName!=", false],
];

for (const [selector, matches] of fieldCases) {
  test(`field selector "${selector}" ${matches ? "matches" : "does not match"}`, () => {
    assert.equal(fieldSelector(selector, () => true)(object), matches);
  });
}

test("what is no selector is a 400", () => {
  const refused = (error: unknown): boolean => error instanceof StatusError && error.code === 400;
  for (const text of ["a b", "a in b", "=x", "a=(b"]) assert.throws(() => labelSelector(text), refused, text);
  assert.throws(() => fieldSelector("status.phase", () => true), refused);
  assert.throws(() => fieldSelector("spec.x=1", () => false), refused);
});
