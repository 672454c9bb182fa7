import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonPatch } from "@kubewarden/as-sdk/host";
import { type Document, admit, sidecarSet, stored } from "./sidecarset-policy.ts";

const SIDECAR_DEFAULTS = {
  podInjectPolicy: "BeforeAppContainer",
  upgradeStrategy: { upgradeType: "ColdUpgrade" },
  shareVolumePolicy: { type: "disabled" },
  imagePullPolicy: "IfNotPresent",
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

function containerAfter(container: Document, spec: Document = {}): Document {
  return stored(sidecarSet(spec, container))["spec"].containers[0];
}

describe("defaults of a set", () => {
  it("fills in the strategy and the history, for every type of strategy", () => {
    for (const type of [undefined, "RollingUpdate", "NotUpdate"]) {
      const { spec } = stored(sidecarSet(type === undefined ? {} : { updateStrategy: { type } }));
      assert.deepEqual(spec.updateStrategy, {
        type: type ?? "RollingUpdate",
        maxUnavailable: 1,
        partition: 0,
      });
      assert.equal(spec.revisionHistoryLimit, 10);
    }
  });

  it("keeps what is given, zero and percentages included", () => {
    const given = {
      updateStrategy: { type: "RollingUpdate", maxUnavailable: 0, partition: "30%" },
      revisionHistoryLimit: 0,
    };
    const { spec } = stored(sidecarSet(given));
    assert.deepEqual(spec.updateStrategy, given.updateStrategy);
    assert.equal(spec.revisionHistoryLimit, 0);
  });

  it("leaves the newer budget absent where the early one is given", () => {
    const strategy = { rollingUpdate: { maxUnavailable: "20%" } };
    const { spec } = stored(sidecarSet({ paused: true, strategy }));
    assert.deepEqual(spec.updateStrategy, { type: "RollingUpdate", partition: 0 });
    assert.deepEqual(spec.strategy, strategy);
    assert.equal(spec.paused, true);
  });

  it("names the policies of patches and revisions", () => {
    const { spec } = stored(
      sidecarSet({
        patchPodMetadata: [
          { annotations: { a: "1" } },
          { annotations: { b: "2" }, patchPolicy: "Overwrite" },
        ],
        injectionStrategy: { revision: { revisionName: "log-1" } },
      }),
    );
    assert.deepEqual(
      spec.patchPodMetadata.map((patch: Document) => patch["patchPolicy"]),
      ["Retain", "Overwrite"],
    );
    assert.equal(spec.injectionStrategy.revision.policy, "Always");
  });

  it("treats null as absent", () => {
    const { spec } = stored(
      sidecarSet(
        { updateStrategy: null, revisionHistoryLimit: null },
        { upgradeStrategy: null, imagePullPolicy: null, shareVolumePolicy: { type: null } },
      ),
    );
    assert.equal(spec.updateStrategy.type, "RollingUpdate");
    assert.equal(spec.revisionHistoryLimit, 10);
    assert.deepEqual(spec.containers[0], { name: "tail", image: "busybox:1.36", ...SIDECAR_DEFAULTS });
  });
});

describe("defaults of a container", () => {
  it("fills in every field of the original", () => {
    assert.deepEqual(containerAfter({}), { name: "tail", image: "busybox:1.36", ...SIDECAR_DEFAULTS });
  });

  it("puts init sidecars behind the Pod's own", () => {
    const { spec } = stored(sidecarSet({ initContainers: [{ name: "init", image: "a" }] }));
    assert.equal(spec.initContainers[0].podInjectPolicy, "AfterAppContainer");
    assert.equal(spec.initContainers[0].imagePullPolicy, "Always");
  });

  const images: [string, string][] = [
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["nginx:1", "IfNotPresent"],
    ["nginx:latest-alpine", "IfNotPresent"],
    ["localhost/nginx", "Always"],
    ["registry:5000/nginx", "Always"],
    ["registry:5000/nginx:1", "IfNotPresent"],
    ["registry.example.com/a/b__c/d---e.f", "Always"],
    ["nginx@sha256:" + "a".repeat(64), "IfNotPresent"],
    ["nginx:latest@sha256:" + "a".repeat(64), "Always"],
    ["nginx:latest@sha256:" + "a".repeat(63), "IfNotPresent"],
    ["nginx:latest@sha256:" + "A".repeat(64), "IfNotPresent"],
    ["Nginx", "IfNotPresent"],
    ["registry.example.com/Nginx", "IfNotPresent"],
    ["UPPER.example.com/nginx", "Always"],
    ["a".repeat(64), "IfNotPresent"],
    ["g".repeat(64), "Always"],
    ["nginx:", "IfNotPresent"],
    ["nginx:-x", "IfNotPresent"],
    ["a--b", "Always"],
    ["a..b", "IfNotPresent"],
    ["a-", "IfNotPresent"],
    ["/a", "IfNotPresent"],
    ["[::1]:5000/a", "Always"],
    ["a/" + "b".repeat(254), "IfNotPresent"],
    ["a/" + "b".repeat(253), "Always"],
    ["b".repeat(248), "IfNotPresent"],
    ["b".repeat(247), "Always"],
    ["a_b.c/nginx", "Always"],
    ["A/nginx", "Always"],
    ["a:b/nginx", "IfNotPresent"],
  ];
  it("pulls what is tagged latest always", () => {
    for (const [image, policy] of images) {
      assert.equal(containerAfter({ image })["imagePullPolicy"], policy, image);
    }
  });

  it("completes ports, references, probes and hooks; not the startup probe", () => {
    const after = containerAfter({
      ports: [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }],
      env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      transferEnv: [
        { sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.labels['main']" } }, envName: "B" },
      ],
      livenessProbe: { httpGet: { port: 80 }, timeoutSeconds: 0 },
      readinessProbe: { exec: { command: ["true"] }, periodSeconds: 3 },
      startupProbe: { httpGet: { port: 80 } },
      lifecycle: { preStop: { httpGet: { port: 80, path: "/bye" } } },
    });
    assert.deepEqual(
      after["ports"].map((port: Document) => port["protocol"]),
      ["TCP", "UDP"],
    );
    assert.equal(after["env"][0].valueFrom.fieldRef.apiVersion, "v1");
    assert.equal(after["transferEnv"][0].sourceContainerNameFrom.fieldRef.apiVersion, "v1");
    const times = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
    assert.deepEqual(after["livenessProbe"], { httpGet: { port: 80, path: "/", scheme: "HTTP" }, ...times });
    assert.deepEqual(after["readinessProbe"], { exec: { command: ["true"] }, ...times, periodSeconds: 3 });
    assert.deepEqual(after["startupProbe"], { httpGet: { port: 80 } });
    assert.deepEqual(after["lifecycle"].preStop.httpGet, { port: 80, path: "/bye", scheme: "HTTP" });
  });

  it("rounds quantities up to thousandths and leaves others as they are spelled", () => {
    const resources = {
      limits: { cpu: "1000m", memory: "1.5Gi" },
      requests: { cpu: "0.0001", memory: 1024 },
    };
    const after = containerAfter({ resources });
    assert.deepEqual(after["resources"], {
      limits: { cpu: "1000m", memory: "1.5Gi" },
      requests: { cpu: "1m", memory: 1024 },
    });
  });
});

describe("defaults of volumes", () => {
  const volumes: [Document, Document][] = [
    [{}, { emptyDir: {} }],
    [{ emptyDir: null }, { emptyDir: {} }],
    [{ emptyDir: { medium: "Memory" } }, { emptyDir: { medium: "Memory" } }],
    [{ hostPath: { path: "/a" } }, { hostPath: { path: "/a", type: "" } }],
    [{ secret: { secretName: "s" } }, { secret: { secretName: "s", defaultMode: 420 } }],
    [{ configMap: { name: "c", defaultMode: 0 } }, { configMap: { name: "c", defaultMode: 0 } }],
    [
      { downwardAPI: { items: [{ path: "a", fieldRef: { fieldPath: "metadata.name" } }] } },
      {
        downwardAPI: {
          items: [{ path: "a", fieldRef: { fieldPath: "metadata.name", apiVersion: "v1" } }],
          defaultMode: 420,
        },
      },
    ],
    [
      { projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
      {
        projected: {
          sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 3600 } }],
          defaultMode: 420,
        },
      },
    ],
    [{ persistentVolumeClaim: { claimName: "p" } }, { persistentVolumeClaim: { claimName: "p" } }],
  ];
  it("completes sources", () => {
    for (const [before, after] of volumes) {
      const { spec } = stored(sidecarSet({ volumes: [{ name: "v", ...before }] }));
      assert.deepEqual(spec.volumes, [{ name: "v", ...after }]);
    }
  });
});

describe("hash annotations", () => {
  it("are stamped over whatever stood there", () => {
    const set = sidecarSet();
    set["metadata"].annotations = { "kruise.io/sidecarset-hash": "mine", other: "stays" };
    const { annotations } = stored(set)["metadata"];
    assert.match(annotations["kruise.io/sidecarset-hash"], /^[b-z2-9]{64}$/);
    assert.match(annotations["kruise.io/sidecarset-hash-without-image"], /^[b-z2-9]{64}$/);
    assert.equal(annotations.other, "stays");
  });

  it("of another image differ in the first only", () => {
    const one = stored(sidecarSet({}, { image: "a:1" }))["metadata"].annotations;
    const two = stored(sidecarSet({}, { image: "a:2" }))["metadata"].annotations;
    assert.notEqual(one["kruise.io/sidecarset-hash"], two["kruise.io/sidecarset-hash"]);
    assert.equal(
      one["kruise.io/sidecarset-hash-without-image"],
      two["kruise.io/sidecarset-hash-without-image"],
    );
  });
});

describe("an admitted set", () => {
  it("needs no second change", () => {
    const once = stored(sidecarSet({ volumes: [{ name: "v" }] }, { ports: [{ containerPort: 1 }] }));
    assert.deepEqual(admit(once), { accepted: true });
    assert.deepEqual(admit(once, { old: once }), { accepted: true });
  });

  it("keeps everything else: only additions are made", () => {
    const set = sidecarSet({ "x-unknown": { deep: [null, 1.1] } }, { "x-mine": null, env: [{ name: "A" }] });
    set["metadata"].labels = { a: "b" };
    set["status"] = { matchedPods: 9007199254740991 };
    for (const change of jsonPatch(set, stored(set))) assert.equal(change.op, "add", JSON.stringify(change));
  });
});
