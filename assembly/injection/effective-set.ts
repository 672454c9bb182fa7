import { Ascii, isBlank, textEquals, member } from "@kubewarden/as-sdk/assembly/json";
import { given } from "../document/value";
import { HASH_ANNOTATION, HASH_WITHOUT_IMAGE_ANNOTATION } from "../sidecarset/hash/hashes";

/** A SidecarSet in the form that is injected: defaulted, with its hashes. Addresses of JSON values, 0 where absent. */
export class EffectiveSet {
  readonly name: usize;
  readonly annotations: usize;
  readonly spec: usize;
  readonly containers: usize;
  readonly initContainers: usize;
  readonly volumes: usize;
  readonly imagePullSecrets: usize;
  /** JSON strings. */
  hash: usize;
  hashWithoutImage: usize;
  /** `status.latestRevision`: the name of the revision that this is, for the record's `controllerRevision`. */
  readonly revision: usize;

  constructor(public readonly root: usize) {
    const metadata = given(root, "metadata");
    this.name = given(metadata, "name");
    this.annotations = given(metadata, "annotations");
    this.spec = given(root, "spec");
    this.containers = given(this.spec, "containers");
    this.initContainers = given(this.spec, "initContainers");
    this.volumes = given(this.spec, "volumes");
    this.imagePullSecrets = given(this.spec, "imagePullSecrets");
    this.hash = given(this.annotations, HASH_ANNOTATION);
    this.hashWithoutImage = given(this.annotations, HASH_WITHOUT_IMAGE_ANNOTATION);
    this.revision = given(given(root, "status"), "latestRevision");
  }
}

/** Whether a set carries both hashes, as the admission of SidecarSets and the controller leave it. */
export function isNormalised(annotations: usize): bool {
  return carries(annotations, HASH_ANNOTATION) && carries(annotations, HASH_WITHOUT_IMAGE_ANNOTATION);
}

function carries(annotations: usize, key: Ascii): bool {
  return !isBlank(given(annotations, key));
}

/** Whether an init container is a native sidecar, which runs as long as the Pod. */
export function isNative(initContainer: usize): bool {
  return textEquals(member(initContainer, "restartPolicy"), "Always");
}
