import { textEquals } from "@kubewarden/as-sdk/assembly/json";
import { given } from "../document/value";

/** The parts of a Pod that injection reads: addresses of JSON values, 0 where absent or null. */
export class PodView {
  readonly metadata: usize;
  readonly labels: usize;
  readonly annotations: usize;
  readonly spec: usize;
  readonly containers: usize;
  readonly initContainers: usize;
  readonly volumes: usize;
  readonly imagePullSecrets: usize;

  constructor(public readonly root: usize) {
    this.metadata = given(root, "metadata");
    this.labels = given(this.metadata, "labels");
    this.annotations = given(this.metadata, "annotations");
    this.spec = given(root, "spec");
    this.containers = given(this.spec, "containers");
    this.initContainers = given(this.spec, "initContainers");
    this.volumes = given(this.spec, "volumes");
    this.imagePullSecrets = given(this.spec, "imagePullSecrets");
  }

  /** Whether the Pod still has a life ahead: not being deleted, and neither Succeeded nor Failed. */
  isActive(): bool {
    if (given(this.metadata, "deletionTimestamp") != 0) return false;
    const phase = given(given(this.root, "status"), "phase");
    return !textEquals(phase, "Succeeded") && !textEquals(phase, "Failed");
  }
}
