import { BackwardsWriter } from "./backwards-writer.ts";

/** What the Pods of one workload have in common, encoded once: about 11 KB in protobuf and a third more in JSON. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  /** Fields of ObjectMeta (labels, an annotation, managedFields, the owner), and the same as JSON members. */
  readonly metadata: { readonly protobuf: Buffer; readonly annotationJson: string; readonly json: string };
  /** Fields of PodSpec but the sidecar and the node, and the JSON of the containers. */
  readonly spec: { readonly protobuf: Buffer; readonly containersJson: string; readonly json: string };
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}

const managers = ["kube-controller-manager", "kubelet", "sidecarset-controller"];

/** A workload with two containers, the settings, mounts and field ownership that a real Pod carries along. */
export function makeWorkload(index: number): Workload {
  const name = `web-${index}`;
  // In the order of their keys, as the API server writes maps.
  const labels = {
    app: "web",
    "pod-template-hash": `${index}f9c7d`,
    team: `team-${index % 40}`,
    workload: name,
  };
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: `${name}-f9c7d`, uid: `owner-${index}` };
  const applied = JSON.stringify({ kind: "Pod", command: "x".repeat(2_400) });
  const fieldsOf = (manager: string): string =>
    JSON.stringify({ "f:metadata": {}, [`f:${manager}`]: "f:spec.f:containers.k:name ".repeat(60) });
  const containers = ["main", "proxy"].map((container) => ({
    name: container,
    image: `registry.example/team-${index % 40}/${container}:${index % 7}.1.0`,
    env: Array.from({ length: 25 }, (_, n) => ({
      name: `SETTING_${n}_OF_${container}`,
      value: `value ${n} of ${name}, which is as long as values are`,
    })),
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  }));
  return {
    name,
    namespace: `team-${index % 40}`,
    containers: containers.map(({ name, image }) => ({ name, image })),
    metadata: {
      protobuf: metadataBytes(labels, applied, owner, fieldsOf),
      annotationJson: `"example.com/applied":${JSON.stringify(applied)}`,
      json: JSON.stringify({
        labels,
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
        managedFields: managers.map((manager) => ({
          manager,
          operation: "Update",
          apiVersion: "v1",
          fieldsType: "FieldsV1",
          fieldsV1: JSON.parse(fieldsOf(manager)),
        })),
      }).slice(1, -1),
    },
    spec: {
      protobuf: specBytes(containers),
      containersJson: containers.map((container) => JSON.stringify(container)).join(),
      json: `"restartPolicy":"Always","serviceAccountName":"web","volumes":[{"name":"data","emptyDir":{}}]`,
    },
  };
}

type Owner = Readonly<Record<"apiVersion" | "kind" | "name" | "uid", string>>;

function metadataBytes(
  labels: Readonly<Record<string, string>>,
  applied: string,
  owner: Owner,
  fieldsOf: (manager: string) => string,
): Buffer {
  const writer = new BackwardsWriter();
  for (const manager of managers) {
    writer.message(17, () => {
      writer.message(7, () => writer.text(1, fieldsOf(manager)));
      writer.text(6, "FieldsV1");
      writer.text(3, "v1");
      writer.text(2, "Update");
      writer.text(1, manager);
    });
  }
  writer.message(13, () => {
    writer.integer(7, 1);
    writer.integer(6, 1);
    writer.text(5, owner.apiVersion);
    writer.text(4, owner.uid);
    writer.text(3, owner.name);
    writer.text(1, owner.kind);
  });
  writeEntry(writer, 12, "example.com/applied", applied);
  for (const [key, value] of Object.entries(labels).toReversed()) writeEntry(writer, 11, key, value);
  return writer.take();
}

/** An entry of a map from string to string. */
export function writeEntry(writer: BackwardsWriter, field: number, key: string, value: string): void {
  writer.message(field, () => {
    writer.text(2, value);
    writer.text(1, key);
  });
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

function specBytes(containers: readonly Container[]): Buffer {
  const writer = new BackwardsWriter();
  writer.text(8, "web");
  writer.text(3, "Always");
  for (const { name, image, env, volumeMounts } of containers.toReversed()) {
    writer.message(2, () => {
      for (const mount of volumeMounts) {
        writer.message(9, () => {
          writer.text(3, mount.mountPath);
          writer.text(1, mount.name);
        });
      }
      for (const setting of env) writeEntry(writer, 7, setting.name, setting.value);
      writer.text(2, image);
      writer.text(1, name);
    });
  }
  writer.message(1, () => {
    writer.message(2, () => writer.message(2, () => {}));
    writer.text(1, "data");
  });
  return writer.take();
}
