import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Document, sidecarSet, stored, warnings } from "./sidecarset-policy.ts";

const UNTIL = "until they are re-created; only images are rolled in place";

describe("warnings at creation", () => {
  const rows: [Document, string[]][] = [
    [{}, []],
    [
      { updateStrategy: { type: "OnDelete" } },
      [
        'spec.updateStrategy.type: "OnDelete" is unknown and acts like RollingUpdate, without checks of the strategy',
      ],
    ],
    [
      { updateStrategy: { maxUnavailable: 0 } },
      ["spec.updateStrategy.maxUnavailable: with 0 no ready Pod is ever updated"],
    ],
    [{ updateStrategy: { maxUnavailable: 0, type: "NotUpdate" } }, []],
    [
      { strategy: { rollingUpdate: { maxUnavailable: "0%" } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: with "0%" no ready Pod is ever updated'],
    ],
    [
      { updateStrategy: { partition: "100%" } },
      ['spec.updateStrategy.partition: with "100%" no Pod is updated'],
    ],
    [
      { paused: false, updateStrategy: { paused: true } },
      ["spec.paused: not used, because spec.updateStrategy.paused is given"],
    ],
    [
      { namespace: "web", namespaceSelector: { matchLabels: { a: "b" } } },
      ["spec.namespaceSelector: not used, because spec.namespace is given"],
    ],
  ];
  it("tell of settings that are probably not meant", () => {
    for (const [spec, expected] of rows) assert.deepEqual(warnings(sidecarSet(spec)), expected);
  });

  it("tell of hot upgrades that no Pod survives", () => {
    const hot = { name: "mesh", image: "m:1", upgradeStrategy: { upgradeType: "HotUpgrade" } };
    const containers = [
      { ...hot, ports: [{ containerPort: 1, hostPort: 2 }] },
      { name: "mesh-2", image: "n:1" },
    ];
    assert.deepEqual(warnings(sidecarSet({ containers })), [
      "spec.containers[0].upgradeStrategy.hotUpgradeEmptyImage: required for HotUpgrade: without it Pods get a container without an image",
      'spec.containers[0].name: HotUpgrade names a container "mesh-2", which the set has already',
      "spec.containers[0].ports[0].hostPort: taken twice in every Pod by HotUpgrade, so no Pod can run",
    ]);
  });
});

describe("warnings of revisions and patches", () => {
  const asked = (policy: string, updateStrategy: Document) =>
    warnings(
      sidecarSet({ injectionStrategy: { revision: { revisionName: "log-1", policy } }, updateStrategy }),
    );
  const upgraded = [
    "spec.injectionStrategy.revision: new Pods get it and are then upgraded in place to the current images, unless updateStrategy is paused or NotUpdate",
  ];
  const unused = [
    "spec.injectionStrategy.revision: no Pod gets it: Partial takes a percentage in updateStrategy.partition",
  ];
  const app = { matchLabels: { app: "web" } };

  it("tell of revisions that do not last, and of such as no Pod gets", () => {
    assert.deepEqual(asked("Always", {}), upgraded);
    assert.deepEqual(asked("Always", { partition: "0%" }), upgraded);
    assert.deepEqual(asked("Partial", {}), unused);
    assert.deepEqual(asked("Partial", { partition: 5 }), unused);
    assert.deepEqual(asked("Partial", { partition: "0%" }), unused);
    assert.deepEqual(asked("Always", { paused: true }), []);
    assert.deepEqual(asked("Always", { type: "NotUpdate" }), []);
    assert.deepEqual(asked("Always", { partition: 5 }), []);
    assert.deepEqual(asked("Always", { selector: app }), []);
    assert.deepEqual(asked("Partial", { partition: "30%" }), []);
    assert.deepEqual(asked("Partial", { selector: app }), []);
    assert.deepEqual(asked("Partial", { paused: true }), []);
  });

  it("tell of merge patches that nothing can be merged with", () => {
    const patched = (value: string, patchPolicy: string) =>
      warnings(sidecarSet({ patchPodMetadata: [{ annotations: { k: value }, patchPolicy }] }));
    const told = [
      "spec.patchPodMetadata[0].annotations: no JSON to merge: fails Pods that have the annotation, is stored in others",
    ];
    assert.deepEqual(patched("not json", "MergePatchJson"), told);
    assert.deepEqual(patched("1", "MergePatchJson"), told);
    assert.deepEqual(patched('{"a":1}', "MergePatchJson"), []);
    assert.deepEqual(patched("[1]", "MergePatchJson"), []);
    assert.deepEqual(patched("not json", "Overwrite"), []);
  });
});

describe("warnings of expressions", () => {
  it("tell what is accepted and fails or means something else for every Pod", () => {
    const at = "spec.containers[0].resourcesPolicy.resourcesExpr.limits";
    const rows: [Document, string[]][] = [
      [{ cpu: "max(cpu*50%, 50m)", memory: "memory + 1" }, []],
      [{ cpu: "cpu*cpu" }, [`${at}.cpu: fails for every Pod: two quantities cannot be multiplied`]],
      [
        { memory: "Memory*50%" },
        [`${at}.memory: fails for every Pod: unknown variable "Memory", expected cpu`],
      ],
      [{ cpu: "cpu + 10x" }, [`${at}.cpu: "10x" is no number and counts as 0`]],
    ];
    for (const [limits, expected] of rows) {
      const resourcesPolicy = { targetContainersMode: "sum", resourcesExpr: { limits } };
      assert.deepEqual(warnings(sidecarSet({}, { resourcesPolicy })), expected);
    }
  });
});

describe("warnings of an update", () => {
  const before = stored(
    sidecarSet({ initContainers: [{ name: "init", image: "i:1", restartPolicy: "Always" }] }),
  );

  function afterEdit(edit: (spec: Document) => void): string[] {
    const after = structuredClone(before);
    edit(after["spec"]);
    return warnings(after, { old: before });
  }

  it("are none for images and for what is not injected as containers", () => {
    const harmless = (spec: Document) => {
      spec["containers"][0].image = "busybox:2";
      spec["initContainers"][0].image = "i:2";
      spec["selector"].matchLabels.app = "other";
      spec["patchPodMetadata"] = [{ annotations: { a: "b" } }];
    };
    assert.deepEqual(afterEdit(harmless), []);
  });

  it("tell what does not reach running Pods although they stay up to date", () => {
    assert.deepEqual(
      afterEdit((spec) => {
        spec["volumes"] = [{ name: "v" }];
        spec["imagePullSecrets"] = [{ name: "s" }];
      }),
      ["volumes", "imagePullSecrets"].map((name) => `spec.${name}: changed for new Pods only`),
    );
  });

  it("are none when only the spelling changes", () => {
    assert.deepEqual(
      afterEdit((spec) =>
        Object.assign(spec["containers"][0], { env: [], stdin: false, livenessProbe: null }),
      ),
      [],
    );
  });

  it("name the fields that wait for new Pods", () => {
    assert.deepEqual(
      afterEdit((spec) => {
        Object.assign(spec["containers"][0], { env: [{ name: "A" }], args: ["-v"] });
        delete spec["initContainers"][0].restartPolicy;
      }),
      [
        `spec.containers[0]: running Pods keep the old args, env ${UNTIL}`,
        `spec.initContainers[0]: running Pods keep the old restartPolicy ${UNTIL}`,
      ],
    );
  });

  it("name containers that come and go", () => {
    assert.deepEqual(
      afterEdit((spec) => {
        spec["initContainers"] = [{ name: "other", image: "o:1", restartPolicy: "Always" }];
      }),
      [
        `spec.initContainers[0]: new: running Pods do without it ${UNTIL}`,
        `spec.initContainers: "init" leaves: running Pods keep it ${UNTIL}`,
      ],
    );
  });

  it("tell of a new order", () => {
    const two = stored(
      sidecarSet({
        containers: [
          { name: "a", image: "a" },
          { name: "b", image: "b" },
        ],
      }),
    );
    const turned = structuredClone(two);
    turned["spec"].containers.reverse();
    assert.deepEqual(warnings(turned, { old: two }), [
      `spec.containers: in a new order: running Pods keep the old one ${UNTIL}`,
    ]);
  });
});
