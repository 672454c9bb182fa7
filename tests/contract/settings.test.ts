import assert from "node:assert/strict";
import { test } from "node:test";
import { annotation, pod, policy, sidecarSet, validatePod } from "./policy.ts";

const containers = [{ name: "log", image: "log:1" }];
const sound = sidecarSet("a", { containers });

const valid: Record<string, unknown> = {
  "no settings": null,
  "empty settings": {},
  "no sets": { sidecarSets: [] },
  "null for everything": { sidecarSets: null, failureMode: null },
  "one set": { sidecarSets: [sound] },
  "a set with kind and status": {
    sidecarSets: [{ apiVersion: "apps.kruise.io/v1beta1", kind: "SidecarSet", ...sound, status: {} }],
  },
  "failure modes": { failureMode: "Ignore", sidecarSets: [] },
};

for (const [what, settings] of Object.entries(valid)) {
  test(`${what}: valid`, () => assert.deepEqual(policy.validateSettings(settings), { valid: true }));
}

test("sets as the controller writes them, without update strategy, are valid", () => {
  const native = { name: "mesh", image: "m:1", restartPolicy: "Always" };
  const annotations = {
    "kruise.io/sidecarset-hash": "h",
    "kruise.io/sidecarset-hash-without-image": "w",
    "apps.kruise.io/sidecarset-canary": "true",
    "apps.kruise.io/sidecarset-base": "base",
  };
  const spec = { selector: { matchLabels: { app: "web" } }, initContainers: [native] };
  const sidecarSets = [{ metadata: { name: "canary", annotations }, spec }];
  assert.deepEqual(policy.validateSettings({ sidecarSets }), { valid: true });
});

const invalid: Record<string, [settings: unknown, problems: string[]]> = {
  "settings of another type": [[], ["settings: expected an object, got []"]],
  "an unknown key": [{ sidecarSet: [] }, ["sidecarSet: unknown setting"]],
  "sets of another type": [{ sidecarSets: {} }, ["sidecarSets: expected an array of SidecarSets, got {}"]],
  "a set of another type": [{ sidecarSets: [sound, 7] }, ["sidecarSets[1]: expected an object, got 7"]],
  "a failure mode that does not exist": [
    { failureMode: "ignore" },
    ['failureMode: expected Fail or Ignore, got "ignore"'],
  ],
  "one name twice": [
    { sidecarSets: [sound, sidecarSet("b", { containers }), sound] },
    ['sidecarSets[2].metadata.name: expected a name that no other SidecarSet has, got "a"'],
  ],
  "everything at once": [
    {
      sidecarSets: [
        sidecarSet("a", { containers: [{ name: "c" }] }),
        sidecarSet("a", { selector: {}, containers }),
        null,
      ],
      failureMode: 1,
      extra: true,
    },
    [
      "sidecarSets[0].spec.containers[0].image: ",
      "sidecarSets[1].spec.selector: ",
      "sidecarSets[2]: ",
      "sidecarSets[1].metadata.name: ",
      "failureMode: ",
      "extra: ",
    ],
  ],
};

for (const [what, [settings, problems]] of Object.entries(invalid)) {
  test(`${what}: every problem is named`, () => {
    const response = policy.validateSettings(settings);
    assert.equal(response.valid, false);
    const lines = response.message?.split("\n") ?? [];
    for (const problem of problems) {
      assert.ok(
        lines.some((line) => line.startsWith(problem)),
        `${problem} is not in\n${response.message}`,
      );
    }
    assert.equal(lines.length, problems.length, response.message);
  });
}

test("a broken set is skipped with a warning that names it, and the others are injected", () => {
  const broken = sidecarSet("broken", { containers: [{ name: "x" }, {}] });
  const response = validatePod(pod(), [broken, sound]);
  assert.equal(response.accepted, true);
  assert.match(
    response.warnings?.[0] ?? "",
    /^sidecarset broken is skipped: spec\.containers\[0\]\.image: .*more\)$/,
  );
  assert.equal(annotation(response.mutated_object, "kruise.io/sidecarset-injected-list"), "a");
});

test("a set with hashes and a wrong shape is skipped, too", () => {
  const annotations = { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" };
  const spec = {
    selector: { matchLabels: { app: "web" } },
    containers: [{ name: "x", env: [5] }],
    volumes: "v",
  };
  const response = validatePod(pod(), [{ metadata: { name: "odd", annotations }, spec }]);
  assert.equal(response.mutated_object, undefined);
  assert.deepEqual(response.warnings, [
    "sidecarset odd is skipped: spec.containers[0].env[0]: expected an object, got 5 (and 1 more)",
  ]);
});

test("warnings stay within what Kubernetes shows", () => {
  const broken = sidecarSet("broken", { containers: [{ name: "x".repeat(10_000), image: "i" }] });
  const response = validatePod(pod(), [broken]);
  assert.ok((response.warnings?.[0]?.length ?? 0) <= 256);
});

test("a resourcesPolicy whose expressions cannot be read is named", () => {
  const resourcesPolicy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: "(",
    resourcesExpr: { limits: { cpu: "cpu*" } },
  };
  const set = sidecarSet("a", { containers: [{ name: "log", image: "log:1", resourcesPolicy }] });
  const { message = "" } = policy.validateSettings({ sidecarSets: [set] });
  assert.match(
    message,
    /resourcesPolicy\.targetContainersNameRegex: expected a regular expression: missing \)/,
  );
  assert.match(message, /resourcesPolicy\.resourcesExpr\.limits\.cpu: /);
});
