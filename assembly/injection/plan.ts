import { NameIndex } from "../document/name-index";
import { AnnotationEdits } from "./annotation-edits";
import { Sidecar } from "./sidecar";

/**
 * Everything that injection does to one Pod. Making it changes nothing; `applyPlan` writes it into the Pod's bytes.
 *
 * Values are addresses of JSON values in the request, the settings or normalised SidecarSets.
 */
export class InjectionPlan {
  readonly containers: Array<Sidecar> = [];
  readonly initContainers: Array<Sidecar> = [];
  /** Volumes to append. */
  readonly volumes: Array<usize> = [];
  /** The volumes that the Pod has and gets, by name. */
  readonly volumeNames: NameIndex = new NameIndex();
  /** References to append to the Pod's imagePullSecrets, whose own duplicates go. */
  readonly imagePullSecrets: Array<usize> = [];
  /** The references that the Pod has and gets, by name. */
  readonly secretNames: NameIndex = new NameIndex();
  readonly annotations: AnnotationEdits;
  /** Why the Pod must be rejected, or empty. */
  rejection: string = "";

  constructor(submittedAnnotations: usize) {
    this.annotations = new AnnotationEdits(submittedAnnotations);
  }

  addsContainers(): bool {
    return this.containers.length + this.initContainers.length > 0;
  }
}
