import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  annotation,
  at,
  container,
  names,
  pod,
  podRequest,
  policy,
  sidecarSet,
  validatePod,
} from "./policy.ts";

const HASH = "kruise.io/sidecarset-hash";
const WITHOUT_IMAGE = "kruise.io/sidecarset-hash-without-image";
const old = {
  name: "a-5f",
  annotations: { [HASH]: "old", [WITHOUT_IMAGE]: "old-w" },
  spec: {
    containers: [{ name: "log", image: "log:1", volumeMounts: [{ name: "v", mountPath: "/v" }] }],
    initContainers: [],
    volumes: [{ name: "v", emptyDir: {} }],
    imagePullSecrets: [{ name: "old" }],
    patchPodMetadata: [{ annotations: { note: "old" }, patchPolicy: "Retain" }],
  },
};

/** A set that asks for a revision, as the controller writes it: its current image is log:2. */
function asking(revision: object, updateStrategy?: object, beside: object = { revision: old }) {
  const spec = {
    selector: { matchLabels: { app: "web" } },
    containers: [{ name: "log", image: "log:2" }],
    injectionStrategy: { revision: { revisionName: "a-5f", ...revision } },
    ...(updateStrategy === undefined ? {} : { updateStrategy }),
  };
  const annotations = { [HASH]: "new", [WITHOUT_IMAGE]: "new-w" };
  return { metadata: { name: "a", annotations }, spec, status: { latestRevision: "a-6c" }, ...beside };
}

/** The image of the sidecar in a Pod, of the given labels. */
function imageFor(set: object, labels: object = {}): unknown {
  const response = validatePod(pod({}, { labels: { app: "web", ...labels } }), [set]);
  assert.equal(response.accepted, true);
  return at(container(response.mutated_object, "log"), "image");
}

const canary = { matchLabels: { version: "canary" } };
const never = { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] };

const decisions: [why: string, set: object, image: string, labels?: object][] = [
  ["no revision is named", asking({ revisionName: null }), "log:2"],
  ["the policy is Always", asking({ policy: "Always" }), "log:1"],
  ["the policy is left out", asking({}), "log:1"],
  [
    "Always does not ask the update strategy",
    asking({}, { selector: canary, partition: 0 }),
    "log:1",
    { version: "canary" },
  ],
  [
    "a paused update keeps new Pods at the revision",
    asking({ policy: "Partial" }, { paused: true }),
    "log:1",
  ],
  ["Partial without a partition", asking({ policy: "Partial" }, {}), "log:2"],
  ["Partial with a number", asking({ policy: "Partial" }, { partition: 100 }), "log:2"],
  ["Partial with 100%", asking({ policy: "Partial" }, { partition: "100%" }), "log:1"],
  ["Partial with 0%", asking({ policy: "Partial" }, { partition: "0%" }), "log:2"],
  [
    "the Pod is not among those that are updated",
    asking({ policy: "Partial" }, { selector: canary }),
    "log:1",
  ],
  [
    "the Pod is among those that are updated",
    asking({ policy: "Partial" }, { selector: canary }),
    "log:2",
    { version: "canary" },
  ],
  ["expressions are asked, too", asking({ policy: "Partial" }, { selector: never }), "log:1"],
  ["a selector without terms selects every Pod", asking({ policy: "Partial" }, { selector: {} }), "log:2"],
  [
    "a selected Pod draws",
    asking({ policy: "Partial" }, { selector: canary, partition: "100%" }),
    "log:1",
    { version: "canary" },
  ],
];

for (const [why, set, image, labels] of decisions) {
  test(`${why}: ${image}`, () => assert.equal(imageFor(set, labels), image));
}

test("the early spelling of a paused update counts unless the newer one is there", () => {
  const set = (updateStrategy: object) => {
    const asked = asking({ policy: "Partial" }, updateStrategy);
    return { ...asked, spec: { ...asked.spec, paused: true } };
  };
  assert.equal(imageFor(set({})), "log:1");
  assert.equal(imageFor(set({ paused: false })), "log:2");
});

test("the revision replaces the whole spec, and the record says which it is", () => {
  const response = validatePod(pod(), [asking({})]);
  const injected = response.mutated_object;
  assert.deepEqual(at(container(injected, "log"), "volumeMounts"), [{ name: "v", mountPath: "/v" }]);
  assert.deepEqual(names(at(injected, "spec", "volumes")), ["v"]);
  assert.deepEqual(names(at(injected, "spec", "imagePullSecrets")), ["old"]);
  assert.equal(annotation(injected, "note"), "old");
  const record = { updateTimestamp: null, sidecarSetName: "a", sidecarList: ["log"] };
  assert.deepEqual(JSON.parse(annotation(injected, HASH)), {
    a: { ...record, hash: "old", controllerRevision: "a-5f" },
  });
  assert.deepEqual(JSON.parse(annotation(injected, WITHOUT_IMAGE)), { a: { ...record, hash: "old-w" } });
  assert.equal(response.warnings, undefined);
});

test("the current spec is recorded with the latest revision", () => {
  const injected = validatePod(pod(), [asking({ policy: "Partial" })]).mutated_object;
  assert.equal(at(JSON.parse(annotation(injected, HASH)), "a", "controllerRevision"), "a-6c");
  assert.equal(at(JSON.parse(annotation(injected, HASH)), "a", "hash"), "new");
});

test("a revision without hashes is completed, and its hashes are those that admission would give", () => {
  const spec = { containers: [{ name: "log", image: "log:1" }] };
  const injected = validatePod(pod(), [
    asking({}, undefined, { revision: { name: "a-5f", spec } }),
  ]).mutated_object;
  const request = {
    uid: "1",
    kind: { group: "apps.kruise.io", version: "v1beta1", kind: "SidecarSet" },
    operation: "CREATE",
    object: sidecarSet("a", spec),
  };
  const stored = policy.validate(request, {}).mutated_object;
  assert.equal(at(container(injected, "log"), "imagePullPolicy"), "IfNotPresent");
  assert.equal(at(JSON.parse(annotation(injected, HASH)), "a", "hash"), annotation(stored, HASH));
});

test("a canary at a revision still replaces its base", () => {
  const canaryKeys = {
    "apps.kruise.io/sidecarset-canary": "true",
    "apps.kruise.io/sidecarset-base": "base",
  };
  const set = asking({});
  const metadata = set.metadata;
  const asCanary = {
    ...set,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...canaryKeys } },
  };
  const base = sidecarSet("base", { containers: [{ name: "log", image: "base:1" }] });
  const injected = validatePod(pod(), [asCanary, base]).mutated_object;
  assert.equal(annotation(injected, "kruise.io/sidecarset-injected-list"), "a");
  assert.equal(at(container(injected, "log"), "image"), "log:1");
});

const other = sidecarSet("other", { containers: [{ name: "other", image: "o:1" }] });
const LIST = "kruise.io/sidecarset-injected-list";

for (const [how, revision, shown] of [
  ["by name", {}, '"a-5f"'],
  ["by custom version", { revisionName: null, customVersion: "3" }, 'customVersion "3"'],
  ["by a name that is empty", { revisionName: "" }, '""'],
] as const) {
  test(`a revision asked for ${how} that is missing leaves out its set alone`, () => {
    const response = validatePod(pod(), [asking({ ...revision, policy: "Partial" }, {}, {}), other]);
    assert.equal(annotation(response.mutated_object, LIST), "other");
    assert.deepEqual(response.warnings, [
      `sidecarset a is skipped: spec.injectionStrategy.revision: the settings have no revision ${shown} of it`,
    ]);
  });
}

test("a missing revision rejects the Pod where the settings say so", () => {
  const response = validatePod(pod(), [asking({}, undefined, {}), other], undefined, {
    missingRevision: "Reject",
  });
  assert.deepEqual(response, {
    accepted: false,
    code: 500,
    message: 'sidecarset a: spec.injectionStrategy.revision: the settings have no revision "a-5f" of it',
  });
});

test("a set that injection is paused for needs no revision", () => {
  const set = asking({}, undefined, {});
  const paused = {
    ...set,
    spec: {
      ...set.spec,
      injectionStrategy: { paused: true, revision: { revisionName: "x" } },
    },
  };
  assert.deepEqual(validatePod(pod(), [paused], undefined, { missingRevision: "Reject" }), {
    accepted: true,
  });
});

const broken: [what: string, set: object, problem: RegExp][] = [
  [
    "a revision without a spec",
    asking({}, undefined, { revision: { name: "a-5f" } }),
    /revision\.spec: expected an object/,
  ],
  [
    "a revision that is no object",
    asking({}, undefined, { revision: 5 }),
    /revision\.spec: expected an object/,
  ],
  [
    "a revision whose container has no name",
    asking({}, undefined, { revision: { ...old, spec: { containers: [{}] } } }),
    /revision\.spec\.containers\[0\]\.name: expected a name/,
  ],
  [
    "a revision without hashes that breaks a rule",
    asking({}, undefined, { revision: { name: "a-5f", spec: { containers: [{ name: "x" }] } } }),
    /revision\.spec\.containers\[0\]\.image: required/,
  ],
  [
    "a partition that is no percentage",
    asking({ policy: "Partial" }, { partition: "half" }),
    /spec\.updateStrategy\.partition: expected a percentage, got "half"/,
  ],
  [
    "an update selector that cannot be evaluated",
    asking({ policy: "Partial" }, { selector: { matchExpressions: [{ key: "a", operator: "Is" }] } }),
    /spec\.updateStrategy\.selector\.matchExpressions\[\]\.operator: expected/,
  ],
];

for (const [what, set, problem] of broken) {
  test(`${what} leaves out its set alone`, () => {
    const response = validatePod(pod(), [set, other]);
    assert.equal(annotation(response.mutated_object, LIST), "other");
    assert.match(response.warnings?.[0] ?? "", problem);
    assert.match(response.warnings?.[0] ?? "", /^sidecarset a is skipped: /);
  });
}

/** Whether an identity gets the revision, with a partition of so many percent. */
function keeps(percent: number, request: object, name?: string, set = "a"): boolean {
  const asked = asking({ policy: "Partial" }, { partition: `${percent}%` });
  const named = { ...asked, metadata: { ...asked.metadata, name: set } };
  const object = pod({}, { name });
  const response = policy.validate(podRequest(object, request), { sidecarSets: [named] });
  return at(container(response.mutated_object, "log"), "image") === "log:1";
}

const identities = Array.from({ length: 2000 }, (_, index) => ({ uid: `7d0e-${index}` }));

for (const percent of [1, 10, 33, 50, 90]) {
  test(`about ${percent}% of many Pods keep the revision`, () => {
    const kept = identities.filter((request) => keeps(percent, request)).length;
    const share = percent / 100;
    // Five standard deviations: the identities are fixed, so this never flakes.
    const tolerance = 5 * Math.sqrt(identities.length * share * (1 - share));
    assert.ok(Math.abs(kept - identities.length * share) < tolerance, `${kept} of ${identities.length}`);
  });
}

test("a larger partition never moves an identity from the revision to the current spec", () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (uid, one, two) => {
        const [smaller, larger] = [Math.min(one, two), Math.max(one, two)];
        assert.ok(!keeps(smaller, { uid }) || keeps(larger, { uid }));
      },
    ),
    { numRuns: 500 },
  );
});

test("a Pod with a name of its own draws by it, whatever the request, and another Pod draws for itself", () => {
  const drawn = new Set<boolean>();
  for (let index = 0; index < 40; index++) {
    const first = keeps(50, { uid: "1" }, `web-${index}`);
    assert.equal(keeps(50, { uid: "2" }, `web-${index}`), first);
    drawn.add(first);
  }
  assert.equal(drawn.size, 2);
});

test("the namespace and the set's name are part of the draw", () => {
  const differing = (one: (index: number) => boolean, two: (index: number) => boolean) =>
    Array.from({ length: 60 }, (_, index) => index).filter((index) => one(index) !== two(index)).length;
  const byName = (index: number) => keeps(50, {}, `web-${index}`);
  assert.ok(differing(byName, (index) => keeps(50, { namespace: "bank" }, `web-${index}`)) > 10);
  assert.ok(differing(byName, (index) => keeps(50, {}, `web-${index}`, "b")) > 10);
});

test("settings with a revision are valid, with and without hashes", () => {
  const bare = { name: "a-5f", spec: { containers: [{ name: "log", image: "log:1" }] } };
  const strategy = { paused: true, selector: canary, partition: "30%" };
  for (const set of [
    asking({}),
    asking({}, undefined, { revision: bare }),
    asking({ policy: "Partial" }, strategy),
    asking({}, undefined, {}),
  ]) {
    assert.deepEqual(policy.validateSettings({ sidecarSets: [set], missingRevision: "Skip" }), {
      valid: true,
    });
  }
});

const invalid: [what: string, set: object, problem: string][] = [
  ["no object", asking({}, undefined, { revision: [] }), "revision: expected an object, got []"],
  [
    "no name",
    asking({}, undefined, { revision: { spec: {} } }),
    "revision.name: expected a name, got nothing",
  ],
  [
    "another name than the one that is asked for",
    asking({ revisionName: "a-77" }),
    'revision.name: expected a-77, got "a-5f"',
  ],
  [
    "annotations that are no texts",
    asking({}, undefined, { revision: { ...old, annotations: { [HASH]: 1 } } }),
    "revision.annotations: expected an object of strings",
  ],
  [
    "no spec",
    asking({}, undefined, { revision: { name: "a-5f" } }),
    "revision.spec: expected an object, got nothing",
  ],
  [
    "a container without an image",
    asking({}, undefined, { revision: { ...old, spec: { containers: [{ name: "x" }] } } }),
    "revision.spec.containers[0].image: required, got nothing",
  ],
  [
    "a mount of a volume that the revision does not have",
    asking({}, undefined, { revision: { ...old, spec: { ...old.spec, volumes: [] } } }),
    "revision.spec.containers[0].volumeMounts[0].name: ",
  ],
  [
    "a field of the wrong type",
    asking({}, undefined, { revision: { ...old, spec: { ...old.spec, imagePullSecrets: "s" } } }),
    "revision.spec.imagePullSecrets: ",
  ],
  [
    "a partition that is no percentage",
    asking({ policy: "Partial" }, { partition: "half" }),
    'spec.updateStrategy.partition: expected a number from 0 or a percentage such as "25%", got "half"',
  ],
  [
    "an update selector without terms",
    asking({ policy: "Partial" }, { selector: {} }),
    "spec.updateStrategy.selector: expected at least one label or expression",
  ],
];

for (const [what, set, problem] of invalid) {
  test(`settings whose revision has ${what} are refused with its path`, () => {
    const { valid, message = "" } = policy.validateSettings({ sidecarSets: [other, set] });
    assert.equal(valid, false);
    assert.ok(message.startsWith(`sidecarSets[1].${problem}`), message);
    assert.equal(message.split("\n").length, 1, message);
  });
}

test("missingRevision has two values", () => {
  assert.deepEqual(policy.validateSettings({ missingRevision: "reject" }), {
    valid: false,
    message: 'missingRevision: expected Skip or Reject, got "reject"',
  });
});
