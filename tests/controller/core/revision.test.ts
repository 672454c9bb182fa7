import assert from "node:assert/strict";
import { test } from "node:test";
import {
  customVersionOf,
  nextStep,
  ownRevisions,
  pinOf,
  revisionObject,
  surplusRevisions,
} from "../../../controller/core/revision.ts";
import type { Revision } from "../../../controller/model/revision.ts";
import type { SidecarSetSpec } from "../../../controller/model/sidecarset.ts";
import { makeSet } from "./make-rollout.ts";

function revision(number: number, more: Partial<Revision> = {}): Revision {
  return {
    namespace: "ns",
    name: `set-${number}`,
    uid: `uid-${number}`,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    revision: number,
    set: "set",
    owner: "set-uid",
    customVersion: undefined,
    metadataDigest: "m",
    digest: `data-${number}`,
    ...more,
  };
}

const names = (revisions: readonly Revision[]): string => revisions.map(({ name }) => name).join(" ");
const nobody = (): ReadonlySet<string> => new Set<string>();

test("own revisions are those of the set's uid or nobody's, by number, then age, then name", () => {
  const all = [
    revision(3),
    revision(2, { name: "set-b" }),
    revision(2, { name: "set-a" }),
    revision(2, { name: "set-c", creationTimestamp: "2025-01-01T00:00:00Z" }),
    revision(1, { owner: "another" }),
    revision(0, { owner: undefined }),
  ];
  assert.equal(names(ownRevisions(all, "set-uid")), "set-0 set-c set-a set-b set-3");
});

test("a history is continued, left alone, or taken back to an earlier state under a new number", () => {
  const own = [revision(1), revision(4)];
  assert.deepEqual(nextStep([], "new"), { kind: "create", revision: 1 });
  assert.deepEqual(nextStep(own, "new"), { kind: "create", revision: 5 });
  assert.deepEqual(nextStep(own, "data-4"), { kind: "current", latest: own[1] });
  assert.deepEqual(nextStep(own, "data-1"), { kind: "bump", latest: own[0], revision: 5 });
});

test("the published example: 15 changes with the default limit, then back to the twelfth", () => {
  const { set } = makeSet();
  let own: readonly Revision[] = [];
  const change = (digest: string): void => {
    const step = nextStep(own, digest);
    if (step.kind === "create") own = [...own, revision(step.revision, { digest })];
    if (step.kind === "bump")
      own = [...own.filter((it) => it !== step.latest), { ...step.latest, revision: step.revision }];
    const surplus = surplusRevisions(own, set, nobody);
    own = own.filter((it) => !surplus.includes(it));
  };
  for (let number = 1; number <= 15; number++) change(`data-${number}`);
  assert.deepEqual(
    own.map((it) => it.revision),
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  change("data-12");
  assert.deepEqual(
    own.map((it) => it.revision),
    [6, 7, 8, 9, 10, 11, 13, 14, 15, 16],
  );
});

test("surplus revisions go oldest first, but not the newest and none in use", () => {
  const own = [1, 2, 3, 4].map((number) =>
    revision(number, { customVersion: number < 3 ? "v1" : undefined }),
  );
  const cases: readonly [SidecarSetSpec, recorded: readonly string[], surplus: string][] = [
    [{}, [], ""],
    [{ revisionHistoryLimit: 2 }, [], "set-1 set-2"],
    [{ revisionHistoryLimit: 0 }, [], "set-1 set-2 set-3"],
    [{ revisionHistoryLimit: 2 }, ["set-1"], "set-2 set-3"],
    [{ revisionHistoryLimit: 1 }, ["set-1", "set-3"], "set-2"],
    [{ revisionHistoryLimit: 3, injectionStrategy: { revision: { revisionName: "set-1" } } }, [], "set-2"],
    [
      { revisionHistoryLimit: 2, injectionStrategy: { revision: { customVersion: "v1" } } },
      [],
      "set-1 set-3",
    ],
    [
      { revisionHistoryLimit: 2, injectionStrategy: { revision: { customVersion: "v2" } } },
      [],
      "set-1 set-2",
    ],
  ];
  for (const [spec, recorded, surplus] of cases) {
    assert.equal(
      names(surplusRevisions(own, { spec }, () => new Set(recorded))),
      surplus,
      JSON.stringify(spec),
    );
  }
});

test("Pods are not asked for what they record while there are few revisions", () => {
  surplusRevisions([revision(1)], makeSet().set, () => assert.fail());
});

test("a pin finds a revision by name, else the newest of a custom version", () => {
  const own = [revision(1, { customVersion: "v1" }), revision(2, { customVersion: "v1" }), revision(3)];
  const pin = (revision: object) => pinOf(own, { revision });
  assert.equal(pinOf(own, undefined), undefined);
  assert.equal(pin({ policy: "Always" }), undefined);
  assert.equal(pin({ customVersion: "v1" })?.revision, own[1]);
  assert.equal(pin({ customVersion: "v1", revisionName: "set-1" })?.revision, own[0]);
  assert.deepEqual(pin({ revisionName: "x", customVersion: "v1" }), {
    asked: 'revisionName "x"',
    revision: undefined,
  });
  assert.deepEqual(pin({ customVersion: "v2" }), { asked: 'customVersion "v2"', revision: undefined });
});

test("a revision's metadata are the set's, with its own labels and an owner, without kubectl's copy of the manifest", () => {
  const { set } = makeSet({ customVersion: "v1" });
  const annotations = {
    ...set.metadata.annotations,
    a: "b",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  const labels = { c: "d", "apps.kruise.io/sidecarset-custom-version": "v0" };
  const labelled = { ...set, metadata: { ...set.metadata, labels, annotations } };
  const data = '{"spec":{}}';
  const object = revisionObject(labelled, { data, namespace: "ns", revision: 7, collisionCount: 0 });
  const hash = object.metadata.name.replace("set-", "");
  assert.deepEqual(object, {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `set-${hash}`,
      namespace: "ns",
      labels: {
        c: "d",
        "apps.kruise.io/sidecarset-custom-version": "v1",
        "controller.kubernetes.io/hash": hash,
        "kruise.io/sidecarset-name": "set",
      },
      annotations: { ...set.metadata.annotations, a: "b" },
      ownerReferences: [
        {
          apiVersion: "apps.kruise.io/v1beta1",
          kind: "SidecarSet",
          name: "set",
          uid: set.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    data: { spec: {} },
    revision: 7,
  });
});

test("the custom version is the field's, or the label's by which v1alpha1 says it", () => {
  const { set } = makeSet();
  const labelled = { ...set.metadata, labels: { "apps.kruise.io/sidecarset-custom-version": "label" } };
  assert.equal(customVersionOf(set), undefined);
  assert.equal(customVersionOf({ ...set, metadata: labelled }), "label");
  assert.equal(customVersionOf({ ...set, metadata: labelled, spec: { customVersion: "field" } }), "field");
  assert.equal(customVersionOf({ ...set, spec: { customVersion: "" } }), undefined);
});
