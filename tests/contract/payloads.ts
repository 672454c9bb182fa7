import { podRequest, pod, setRequest, sidecarSet } from "./policy.ts";

const SET = sidecarSet("a", {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
  injectionStrategy: { paused: false },
  initContainers: [{ name: "init", image: "i:1", restartPolicy: "Always" }],
  containers: [
    {
      name: "log",
      image: "log:1",
      env: [{ name: "A", value: "b" }],
      volumeMounts: [{ name: "v", mountPath: "/v" }],
      volumeDevices: [{ name: "d", devicePath: "/dev/d" }],
      shareVolumePolicy: { type: "enabled" },
      shareVolumeDevicePolicy: { type: "enabled" },
      upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "e:1" },
      transferEnv: [
        {
          sourceContainerName: "main",
          sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } },
          envName: "A",
          envNames: ["B"],
        },
      ],
    },
  ],
  volumes: [{ name: "v", emptyDir: {} }],
  imagePullSecrets: [{ name: "s" }],
  patchPodMetadata: [{ annotations: { k: '{"a":1}' }, patchPolicy: "MergePatchJson" }],
});

const POD = pod(
  {
    containers: [
      {
        name: "main",
        env: [{ name: "A", value: "1" }],
        volumeMounts: [{ name: "w", mountPath: "/w", subPathExpr: "$(A)" }],
        volumeDevices: [{ name: "x", devicePath: "/dev/x" }],
      },
    ],
    initContainers: [{ name: "setup" }],
    volumes: [{ name: "w" }],
    imagePullSecrets: [{ name: "s" }],
  },
  {
    annotations: {
      k: '{"b":2}',
      "kruise.io/sidecarset-hash": '{"z":{"hash":"1","sidecarList":["q"]}}',
      "kruise.io/sidecarset-working-hotupgrade-container": '{"z":"z-1"}',
    },
    managedFields: [{ time: "2026-01-01T00:00:00Z" }],
  },
);

const hashes = { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" };
const NORMALISED = { ...SET, metadata: { name: "a", annotations: hashes } };
export const POD_PAYLOAD = {
  request: podRequest(POD),
  settings: { sidecarSets: [NORMALISED], failureMode: "Fail" },
};

/** One payload for each way into the policy, with every field that it looks at. */
export const PAYLOADS: Record<string, [operation: string, payload: object]> = {
  "a Pod": ["validate", POD_PAYLOAD],
  "a Pod with a handwritten set": ["validate", { ...POD_PAYLOAD, settings: { sidecarSets: [SET] } }],
  "a SidecarSet": [
    "validate",
    { request: setRequest(SET, { operation: "UPDATE", oldObject: SET }), settings: {} },
  ],
  settings: ["validate_settings", { sidecarSets: [SET, NORMALISED], failureMode: "Ignore" }],
};
