import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AdmissionRequest } from "@kubewarden/as-sdk/host";
import { parse } from "yaml";
import type { Visible } from "./host-session.ts";
import { type Admitted, creation } from "./requests.ts";

/** A request with settings, to which Kubewarden's programs and our host have to give the same answer. */
export interface Review {
  readonly name: string;
  readonly request: AdmissionRequest;
  readonly settings: unknown;
}

/** One of the project's examples. */
export function example(name: string): Admitted {
  return parse(readFileSync(join(import.meta.dirname, `../../../policy/examples/${name}.yaml`), "utf8"));
}

/** What the policy can see of a cluster in all of these reviews. */
export const cluster = {
  namespaces: { default: {}, shipped: { logs: "shipped" } },
  sidecarSets: [example("sidecarset"), example("volumes")],
} satisfies Visible;

const pod = example("pod");
const three = { sidecarSets: [example("sidecarset"), example("hot-upgrade"), example("native-sidecar")] };
const shipper = { sidecarSets: [example("volumes")] };

const unusual = {
  ...pod,
  metadata: { name: "test-pod", labels: { app: "nginx", mesh: "enabled", agent: "hot" }, unknown: null },
  spec: {
    containers: [{ name: "app", image: "nginx" }],
    big: 9007199254740993n.toString(),
    nothing: null,
    text: '\u{1f600}\u0000"',
  },
};

/** A request for a Pod that the example `volumes` is for, if its Namespace is selected. */
export function webPod(namespace: string): AdmissionRequest {
  const labels = { "app.kubernetes.io/name": "web" };
  return { ...creation({ ...pod, metadata: { name: "p", labels } }), namespace };
}

/** The example SidecarSet with other members of its spec. */
function setWith(spec: object): Admitted {
  const set = example("sidecarset");
  return { ...set, spec: { ...Object(set["spec"]), ...spec } };
}

/** The set as it was at a revision, from which new Pods get `agent:0`. */
function atRevision(strategy: object, updateStrategy?: object): unknown {
  const { apiVersion, kind, metadata, spec } = setWith({
    injectionStrategy: { revision: { revisionName: "test-sidecarset-5f", ...strategy } },
    updateStrategy,
  });
  const containers = [{ name: "sidecar1", image: "agent:0" }];
  return {
    sidecarSets: [
      { apiVersion, kind, metadata, spec, revision: { name: "test-sidecarset-5f", spec: { containers } } },
    ],
  };
}

const missing = { sidecarSets: [setWith({ injectionStrategy: { revision: { revisionName: "nowhere" } } })] };
const explain = { annotations: { "sidecarset-kubewarden/explain": "true" } };
const app = { name: "app", image: "nginx", resources: { limits: { cpu: "500m", memory: "128Mi" } } };
const computed = (resourcesExpr: object) => ({
  sidecarSets: [
    setWith({
      containers: [
        {
          name: "sidecar1",
          image: "centos:6.7",
          resourcesPolicy: { targetContainersMode: "sum", targetContainersNameRegex: "^a", resourcesExpr },
        },
      ],
    }),
  ],
});
const patching = {
  sidecarSets: [
    setWith({
      patchPodMetadata: [
        { annotations: { a: "theirs", b: "new" }, patchPolicy: "Retain" },
        { annotations: { c: "theirs" }, patchPolicy: "Overwrite" },
        { annotations: { d: '{"x":{"z":2}}' }, patchPolicy: "MergePatchJson" },
      ],
    }),
  ],
};
const annotated = (annotations: Record<string, string>): Admitted => ({
  ...pod,
  metadata: Object.assign({ annotations }, pod.metadata),
});
const optingOut = { ...pod.metadata.labels, "sidecarset-kubewarden/inject": "false" };

const ofPods: readonly Review[] = [
  { name: "the Pod of the walkthrough", request: creation(pod), settings: three },
  { name: "a Pod that three SidecarSets match", request: creation(unusual), settings: three },
  {
    name: "a Pod that none matches",
    request: creation({ ...pod, metadata: { name: "other" } }),
    settings: three,
  },
  { name: "a Pod, without settings", request: creation(pod), settings: {} },
  { name: "a Pod, with settings that are null", request: creation(pod), settings: null },
  { name: "a Pod in a Namespace that is selected", request: webPod("shipped"), settings: shipper },
  { name: "a Pod in a Namespace that is not", request: webPod("default"), settings: shipper },
  { name: "a Pod that gets an earlier revision", request: creation(pod), settings: atRevision({}) },
  {
    name: "a Pod that draws its revision",
    request: creation(pod),
    settings: atRevision({ policy: "Partial" }, { partition: "50%" }),
  },
  { name: "a Pod whose revision is missing", request: creation(pod), settings: missing },
  {
    name: "such a Pod, with missingRevision Reject",
    request: creation(pod),
    settings: { ...missing, missingRevision: "Reject" },
  },
  {
    name: "a dry run that asks why",
    request: { ...creation({ ...pod, metadata: { ...pod.metadata, ...explain } }), dryRun: true },
    settings: three,
  },
  { name: "every Pod told why", request: creation(pod), settings: { ...three, explain: true } },
  {
    name: "a Pod that opts out",
    request: creation({ ...pod, metadata: { ...pod.metadata, labels: optingOut } }),
    settings: { ...three, podOptOut: true },
  },
  {
    name: "a Pod in an excluded Namespace",
    request: creation(pod),
    settings: { ...three, excludedNamespaces: ["default"] },
  },
  {
    name: "containers sorted by name",
    request: creation(unusual),
    settings: { ...three, sortContainersByName: true },
  },
  {
    name: "annotations kept, replaced and merged",
    request: creation(annotated({ a: "mine", c: "mine", d: '{"x":{"y":1}}' })),
    settings: patching,
  },
  {
    name: "an annotation that cannot be merged",
    request: creation(annotated({ d: "no JSON" })),
    settings: patching,
  },
  {
    name: "computed resources",
    request: creation({ ...pod, spec: { containers: [app] } }),
    settings: computed({ limits: { cpu: "max(cpu*50%, 50m)", memory: "memory/3" } }),
  },
  {
    name: "resources that cannot be computed",
    request: creation({ ...pod, spec: { containers: [app] } }),
    settings: computed({ limits: { cpu: "cpu-1" } }),
  },
  { name: "an object of another kind", request: creation({ ...pod, kind: "Secret" }), settings: three },
];

const faulty = { ...example("sidecarset"), spec: { containers: [{ name: "NO", image: "" }] } };
const rival = { ...example("sidecarset"), metadata: { name: "rival" } };
const allowList = { rules: [{ selector: {}, allowedAnnotationKeyExprs: ["^allowed/"] }] };

const ofSets: readonly Review[] = [
  ...["sidecarset", "hot-upgrade", "native-sidecar", "partition", "volumes"].map((name) => ({
    name: `the example ${name}`,
    request: creation(example(name)),
    settings: {},
  })),
  { name: "a SidecarSet with faults", request: creation(faulty), settings: {} },
  { name: "a SidecarSet that conflicts with one of the cluster", request: creation(rival), settings: {} },
  {
    name: "a SidecarSet with annotations that are not allowed",
    request: creation(
      setWith({ patchPodMetadata: [{ annotations: { other: "x" }, patchPolicy: "Overwrite" }] }),
    ),
    settings: { patchPodMetadataAllowList: allowList },
  },
];

export const reviews: readonly Review[] = [...ofPods, ...ofSets];

/** Settings that the policy refuses; it names everything that is wrong. */
export const faultySettings: readonly Record<string, unknown>[] = [
  { sidecarSets: [{ metadata: {} }], failureMod: "Ignore" },
  { sidecarSets: { a: 1 }, podOptOut: "yes", excludedNamespaces: ["a", ""] },
  { missingRevision: "Fail", explain: 1 },
];
