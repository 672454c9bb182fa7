import type { Call } from "./play.ts";

const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const json = "application/json-patch+json";
const apply = "application/apply-patch+yaml";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const partial = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

const anotherUid = "00000000-0000-4000-8000-000000000000";

const alpha = "/apis/apps.kruise.io/v1alpha1/sidecarsets";
const beta = "/apis/apps.kruise.io/v1beta1/sidecarsets";
const pods = "/api/v1/namespaces/agreement/pods";
const revisions = "/apis/apps/v1/namespaces/agreement/controllerrevisions";
const leases = "/apis/coordination.k8s.io/v1/namespaces/agreement/leases";
const events = "/apis/events.k8s.io/v1/namespaces/agreement/events";

const sidecarSet = {
  apiVersion: "apps.kruise.io/v1alpha1",
  kind: "SidecarSet",
  metadata: { name: "one", labels: { team: "a" } },
  spec: {
    selector: { matchLabels: { app: "one" } },
    containers: [{ name: "agent", image: "agent:1", env: [{ name: "A", value: "1" }] }],
  },
};

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", labels: { app: "one" } },
  spec: {
    nodeName: "node-1",
    containers: [
      { name: "app", image: "nginx:1.15.1", ports: [{ containerPort: 80 }] },
      { name: "agent", image: "agent:1" },
    ],
  },
};

const status = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
  containerStatuses: [
    { name: "app", image: "nginx:1.15.1", imageID: "x@sha256:1", ready: true, restartCount: 0, state: {} },
    { name: "agent", image: "agent:1", imageID: "x@sha256:2", ready: true, restartCount: 0, state: {} },
  ],
};

const containers = (list: unknown): unknown => ({ spec: { containers: list } });

/** The calls that the controller, kubectl and the kubelet stand-in make, good and bad, on an otherwise empty cluster. */
export const calls: readonly Call[] = [
  {
    name: "make the namespace",
    method: "POST",
    path: "/api/v1/namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "agreement" } },
  },
  { name: "resources of the group", method: "GET", path: "/apis/apps.kruise.io/v1beta1" },
  { name: "no sets", method: "GET", path: beta },

  { name: "create set", method: "POST", path: `${alpha}?fieldManager=kubectl-create`, body: sidecarSet },
  { name: "create set again", method: "POST", path: alpha, body: sidecarSet },
  { name: "get set in the other version", method: "GET", path: `${beta}/one` },
  { name: "get set that is absent", method: "GET", path: `${beta}/none` },
  { name: "list sets", method: "GET", path: `${beta}?labelSelector=team%3Da` },
  { name: "list sets by another label", method: "GET", path: `${beta}?labelSelector=team%21%3Da` },
  { name: "list sets as a table", method: "GET", path: beta, accept: table },
  { name: "get set's metadata", method: "GET", path: `${beta}/one`, accept: partial },
  {
    name: "create set without containers",
    method: "POST",
    path: `${beta}?dryRun=All`,
    body: {
      apiVersion: "apps.kruise.io/v1beta1",
      kind: "SidecarSet",
      metadata: { name: "two" },
      spec: { selector: { matchLabels: { a: "b" } } },
    },
  },
  {
    name: "create set with an unknown strategy and a negative partition",
    method: "POST",
    path: beta,
    body: {
      ...sidecarSet,
      apiVersion: "apps.kruise.io/v1beta1",
      metadata: { name: "three" },
      spec: { ...sidecarSet.spec, updateStrategy: { type: "Replace", partition: -1 } },
    },
  },
  {
    name: "create set with an unknown field, strict",
    method: "POST",
    path: `${alpha}?fieldValidation=Strict`,
    body: { ...sidecarSet, metadata: { name: "three" }, spec: { ...sidecarSet.spec, nonsense: 1 } },
  },
  {
    name: "create set with an unknown field, warned and not kept",
    method: "POST",
    path: `${alpha}?fieldValidation=Warn&dryRun=All`,
    body: { ...sidecarSet, metadata: { name: "three" }, spec: { ...sidecarSet.spec, nonsense: 1 } },
  },
  {
    name: "create set with an invalid name",
    method: "POST",
    path: alpha,
    body: { ...sidecarSet, metadata: { name: "Not_A_Name" } },
  },
  { name: "malformed body", method: "POST", path: alpha, body: "{" },
  { name: "unknown media type", method: "PATCH", path: `${beta}/one`, body: {}, contentType: "text/plain" },
  {
    name: "strategic patch of a custom resource",
    method: "PATCH",
    path: `${beta}/one`,
    body: {},
    contentType: strategic,
  },
  {
    name: "merge-patch the status",
    ownership: true,
    method: "PATCH",
    path: `${beta}/one/status`,
    contentType: merge,
    body: {
      status: { observedGeneration: 1, matchedPods: 1, updatedPods: 1, readyPods: 1 },
      spec: { containers: [] },
    },
  },
  {
    name: "merge-patch the status through the object",
    method: "PATCH",
    path: `${beta}/one`,
    contentType: merge,
    body: { status: { matchedPods: 7 } },
  },
  {
    name: "the set's metadata in answer to a status with its uid",
    method: "PATCH",
    path: `${beta}/one/status?fieldManager=sidecarset-controller`,
    contentType: merge,
    accept: partial,
    body: { metadata: { uid: "${create set:metadata.uid}" }, status: { matchedPods: 2 } },
  },
  {
    name: "a status with another uid",
    method: "PATCH",
    path: `${beta}/one/status`,
    contentType: merge,
    body: { metadata: { uid: anotherUid }, status: { matchedPods: 3 } },
  },
  {
    name: "a status at an old version",
    method: "PATCH",
    path: `${beta}/one/status`,
    contentType: merge,
    body: {
      metadata: { resourceVersion: "${create set:metadata.resourceVersion}" },
      status: { matchedPods: 4 },
    },
  },
  {
    name: "a status of the wrong type",
    method: "PATCH",
    path: `${beta}/one/status`,
    contentType: merge,
    body: { status: { matchedPods: "many" } },
  },
  {
    name: "conditions in the status",
    method: "PATCH",
    path: `${beta}/one/status`,
    contentType: merge,
    body: {
      status: {
        latestRevision: "one-1",
        collisionCount: 0,
        conditions: [
          {
            type: "Ready",
            status: "True",
            reason: "RolloutComplete",
            message: "All updated",
            lastTransitionTime: "2026-01-01T00:00:00Z",
            observedGeneration: 1,
          },
        ],
      },
    },
  },
  {
    name: "json-patch the image",
    ownership: true,
    method: "PATCH",
    path: `${beta}/one?fieldManager=kubectl-edit`,
    contentType: json,
    body: [{ op: "replace", path: "/spec/containers/0/image", value: "agent:2" }],
  },
  {
    name: "json-patch with a test that fails",
    method: "PATCH",
    path: `${beta}/one`,
    contentType: json,
    body: [{ op: "test", path: "/spec/containers/0/image", value: "agent:1" }],
  },
  {
    name: "json-patch of a path that is absent",
    method: "PATCH",
    path: `${beta}/one`,
    contentType: json,
    body: [{ op: "replace", path: "/spec/nowhere/at/all", value: 1 }],
  },
  {
    name: "patch with an old resourceVersion",
    method: "PATCH",
    path: `${beta}/one`,
    contentType: merge,
    body: { metadata: { resourceVersion: "${create set:metadata.resourceVersion}", labels: { x: "y" } } },
  },
  {
    name: "apply by one owner",
    ownership: true,
    method: "PATCH",
    path: `${beta}/applied?fieldManager=a`,
    contentType: apply,
    body: {
      apiVersion: "apps.kruise.io/v1beta1",
      kind: "SidecarSet",
      metadata: { name: "applied" },
      spec: { selector: { matchLabels: { a: "b" } }, containers: [{ name: "agent", image: "agent:1" }] },
    },
  },
  {
    name: "apply by another owner without force",
    method: "PATCH",
    path: `${beta}/applied?fieldManager=b`,
    contentType: apply,
    body: {
      apiVersion: "apps.kruise.io/v1beta1",
      kind: "SidecarSet",
      metadata: { name: "applied" },
      spec: { containers: [{ name: "agent", image: "agent:2" }] },
    },
  },
  {
    name: "apply by another owner with force",
    ownership: true,
    method: "PATCH",
    path: `${beta}/applied?fieldManager=b&force=true`,
    contentType: apply,
    body: {
      apiVersion: "apps.kruise.io/v1beta1",
      kind: "SidecarSet",
      metadata: { name: "applied" },
      spec: { containers: [{ name: "agent", image: "agent:2" }] },
    },
  },
  { name: "apply without a manager", method: "PATCH", path: `${beta}/applied`, contentType: apply, body: {} },

  { name: "create pod", method: "POST", path: pods, body: pod },
  { name: "get pod", method: "GET", path: `${pods}/web` },
  { name: "list pods as a table", method: "GET", path: pods, accept: table },
  {
    name: "pod without containers",
    method: "POST",
    path: pods,
    body: { ...pod, metadata: { name: "x" }, spec: {} },
  },
  {
    name: "pod with a bad image pull policy, a duplicate name and a mount from nowhere",
    method: "POST",
    path: pods,
    body: {
      ...pod,
      metadata: { name: "x" },
      spec: {
        containers: [
          { name: "a", image: "b", imagePullPolicy: "Sometimes" },
          { name: "a", image: "b", volumeMounts: [{ name: "nowhere", mountPath: "/x" }] },
        ],
      },
    },
  },
  {
    name: "pod status",
    method: "PATCH",
    path: `${pods}/web/status`,
    contentType: strategic,
    body: { status },
  },
  {
    name: "change a sidecar's image with the right uid",
    method: "PATCH",
    path: `${pods}/web?fieldManager=sidecarset-controller`,
    contentType: strategic,
    body: {
      metadata: { uid: "${create pod:metadata.uid}", annotations: { "kruise.io/sidecarset-hash": "{}" } },
      ...Object(containers([{ name: "agent", image: "agent:2" }])),
    },
  },
  {
    name: "change a sidecar's image with another uid",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    body: { metadata: { uid: anotherUid } },
  },
  {
    name: "patch a pod that is gone",
    method: "PATCH",
    path: `${pods}/gone`,
    contentType: strategic,
    body: { metadata: { labels: { a: "b" } } },
  },
  {
    name: "add a container to a pod",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    body: containers([{ name: "more", image: "more:1" }]),
  },
  {
    name: "change a container's command",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    body: containers([{ name: "agent", command: ["x"] }]),
  },
  {
    name: "set a condition of the pod",
    method: "PATCH",
    path: `${pods}/web/status`,
    contentType: strategic,
    body: { status: { conditions: [{ type: "SidecarSetUpgradable", status: "True" }] } },
  },
  {
    name: "set a condition of another pod of that name",
    method: "PATCH",
    path: `${pods}/web/status`,
    contentType: strategic,
    body: {
      metadata: { uid: anotherUid },
      status: { conditions: [{ type: "SidecarSetUpgradable", status: "False" }] },
    },
  },
  {
    name: "change a condition of the pod, others stay",
    method: "PATCH",
    path: `${pods}/web/status?fieldManager=sidecarset-controller`,
    contentType: strategic,
    body: {
      metadata: { uid: "${create pod:metadata.uid}" },
      status: {
        conditions: [
          {
            type: "SidecarSetUpgradable",
            status: "False",
            reason: "UpdateImmutableField",
            message: "one",
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
      },
    },
  },
  {
    name: "patch a pod at an old version",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    body: {
      metadata: {
        uid: "${create pod:metadata.uid}",
        resourceVersion: "${create pod:metadata.resourceVersion}",
      },
      ...Object(containers([{ name: "agent", image: "agent:3" }])),
    },
  },
  {
    name: "remove an annotation of the pod",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    accept: partial,
    body: { metadata: { annotations: { "kruise.io/sidecarset-hash": null } } },
  },
  {
    name: "the pod's metadata in answer to a patch",
    method: "PATCH",
    path: `${pods}/web`,
    contentType: strategic,
    accept: partial,
    body: { metadata: { labels: { extra: "1" } } },
  },
  { name: "pods by a field", method: "GET", path: "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1" },
  { name: "first page", method: "GET", path: `${beta}?limit=1` },
  { name: "second page", method: "GET", path: `${beta}?limit=1&continue=\${first page:metadata.continue}` },
  { name: "bad continue token", method: "GET", path: `${beta}?limit=1&continue=nonsense` },
  { name: "bad selector", method: "GET", path: `${pods}?labelSelector=%21%21` },
  {
    name: "watch from before the sidecar's upgrade",
    method: "GET",
    path: `${pods}?watch=true&resourceVersion=\${create pod:metadata.resourceVersion}&timeoutSeconds=3`,
    frames: 4,
  },
  {
    name: "watch with the initial events",
    method: "GET",
    path: `${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=3`,
    frames: 2,
  },
  {
    name: "watch metadata with the initial events",
    method: "GET",
    path: `${pods}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=3`,
    accept: partial,
    frames: 2,
  },
  {
    name: "initial events without saying how old",
    method: "GET",
    path: `${pods}?watch=true&sendInitialEvents=true`,
  },
  { name: "watch from no version", method: "GET", path: `${pods}?watch=true&resourceVersion=nonsense` },
  { name: "watch until it times out", method: "GET", path: `${beta}?watch=true&timeoutSeconds=1`, frames: 9 },

  {
    name: "create revision",
    method: "POST",
    path: revisions,
    body: {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "one-1", labels: { set: "one" } },
      data: { spec: { containers: [] } },
      revision: 1,
    },
  },
  {
    name: "change a revision's data",
    method: "PATCH",
    path: `${revisions}/one-1`,
    contentType: merge,
    body: { data: { spec: { containers: [{ name: "x" }] } } },
  },
  {
    name: "raise a revision",
    method: "PATCH",
    path: `${revisions}/one-1`,
    contentType: merge,
    body: { revision: 2 },
  },
  { name: "list revisions", method: "GET", path: `${revisions}?labelSelector=set%20in%20%28one%2Ctwo%29` },
  {
    name: "create revision again",
    method: "POST",
    path: revisions,
    body: {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "one-1" },
      data: {},
      revision: 2,
    },
  },
  {
    name: "create revision of an owner",
    method: "POST",
    path: `${revisions}?fieldManager=sidecarset-controller`,
    body: {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: "one-2",
        labels: { set: "one" },
        ownerReferences: [
          {
            apiVersion: "apps.kruise.io/v1beta1",
            kind: "SidecarSet",
            name: "one",
            uid: "${create set:metadata.uid}",
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      data: { spec: { containers: [] } },
      revision: 2,
    },
  },
  {
    name: "patch a revision with another uid",
    method: "PATCH",
    path: `${revisions}/one-2`,
    contentType: merge,
    body: { metadata: { uid: anotherUid }, revision: 3 },
  },
  { name: "get revision that is absent", method: "GET", path: `${revisions}/none` },
  {
    name: "delete revision with another uid",
    method: "DELETE",
    path: `${revisions}/one-2`,
    body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid: anotherUid } },
  },
  {
    name: "delete revision with its uid",
    method: "DELETE",
    path: `${revisions}/one-2`,
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      preconditions: { uid: "${create revision of an owner:metadata.uid}" },
    },
  },
  { name: "delete revision", method: "DELETE", path: `${revisions}/one-1` },
  { name: "delete revision again", method: "DELETE", path: `${revisions}/one-1` },

  { name: "get lease that is absent", method: "GET", path: `${leases}/controller` },
  {
    name: "create lease",
    method: "POST",
    path: leases,
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "controller" },
      spec: {
        holderIdentity: "a",
        leaseDurationSeconds: 15,
        acquireTime: "2026-01-01T00:00:00.000000Z",
        renewTime: "2026-01-01T00:00:00.000000Z",
      },
    },
  },
  {
    name: "take the lease",
    method: "PUT",
    path: `${leases}/controller`,
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "controller", resourceVersion: "${create lease:metadata.resourceVersion}" },
      spec: { holderIdentity: "b", leaseDurationSeconds: 15, leaseTransitions: 1 },
    },
  },
  {
    name: "take the lease with an old resourceVersion",
    method: "PUT",
    path: `${leases}/controller`,
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "controller", resourceVersion: "${create lease:metadata.resourceVersion}" },
      spec: { holderIdentity: "c" },
    },
  },
  {
    name: "give the lease back",
    method: "PUT",
    path: `${leases}/controller`,
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "controller", resourceVersion: "${take the lease:metadata.resourceVersion}" },
      spec: { holderIdentity: "", leaseDurationSeconds: 1, leaseTransitions: 1 },
    },
  },
  {
    name: "a lease that lasts no time",
    method: "PUT",
    path: `${leases}/controller`,
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "controller" },
      spec: { holderIdentity: "d", leaseDurationSeconds: 0 },
    },
  },

  {
    name: "create event",
    method: "POST",
    path: events,
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "one.1" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      type: "Normal",
      reason: "Upgraded",
      action: "Upgrade",
      note: "done",
      reportingController: "sidecarset-controller",
      reportingInstance: "a",
      regarding: { apiVersion: "v1", kind: "Pod", name: "web", namespace: "agreement" },
    },
  },
  {
    name: "the event's metadata in answer",
    method: "POST",
    path: `${events}?fieldManager=sidecarset-controller`,
    accept: partial,
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "one.3" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      type: "Warning",
      reason: "InvalidSpec",
      action: "Ready",
      note: "x",
      reportingController: "sidecarset-controller",
      reportingInstance: "a",
      regarding: { apiVersion: "apps.kruise.io/v1beta1", kind: "SidecarSet", name: "one" },
    },
  },
  {
    name: "an event whose note is too long",
    method: "POST",
    path: events,
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "one.4" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      type: "Normal",
      reason: "Upgraded",
      action: "Upgrade",
      note: "x".repeat(1025),
      reportingController: "sidecarset-controller",
      reportingInstance: "a",
      regarding: { apiVersion: "v1", kind: "Pod", name: "web", namespace: "agreement" },
    },
  },
  {
    name: "event without a time",
    method: "POST",
    path: events,
    body: { apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name: "one.2" }, type: "Normal" },
  },
  {
    name: "begin a series of the event",
    method: "PATCH",
    path: `${events}/one.1`,
    contentType: merge,
    body: { series: { count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z" } },
  },

  {
    name: "list namespaces",
    method: "GET",
    path: "/api/v1/namespaces?fieldSelector=metadata.name%3Dagreement",
  },
  {
    name: "get a ConfigMap that is absent",
    method: "GET",
    path: "/api/v1/namespaces/agreement/configmaps/none",
  },
  {
    name: "get a Deployment that is absent",
    method: "GET",
    path: "/apis/apps/v1/namespaces/agreement/deployments/none",
  },
  { name: "unknown resource", method: "GET", path: "/apis/apps.kruise.io/v1beta1/nothing" },
  { name: "unknown group", method: "GET", path: "/apis/nobody.example/v1/things" },
  { name: "method that is not there", method: "PATCH", path: beta, contentType: merge, body: {} },
  { name: "delete pod gracefully", method: "DELETE", path: `${pods}/web` },
  {
    name: "delete pod with another uid",
    method: "DELETE",
    path: `${pods}/web`,
    body: { gracePeriodSeconds: 0, preconditions: { uid: anotherUid } },
  },
  { name: "remove pod", method: "DELETE", path: `${pods}/web?gracePeriodSeconds=0` },
  { name: "delete set", method: "DELETE", path: `${beta}/one` },
  { name: "delete all sets", method: "DELETE", path: beta },
];
