import { PolicyError } from "@kubewarden/as-sdk/host";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import { isJsonObject } from "../model/json.ts";
import type { StringMap } from "../model/pod.ts";
import { hashAnnotation, hashWithoutImageAnnotation } from "../model/sidecarset.ts";
import type { AdmissionPolicy } from "./normalizer.ts";

/** The annotations that a Pod is to get, those alone that change; or why its present ones cannot be patched. */
export type AnnotationChange =
  | { readonly kind: "change"; readonly annotations: StringMap }
  | { readonly kind: "impossible"; readonly problem: string };

/** Pods of one workload mostly have the same annotations, so that few answers serve many Pods. */
const mostAnswers = 256;

/**
 * Has the policy apply a set's `patchPodMetadata` to the annotations of a Pod that runs already, so that its rules are
 * those of injection. Answers are kept by what the Pod has of the annotations concerned.
 */
export class PodAnnotations {
  readonly #policy: AdmissionPolicy;
  readonly #answers = new WeakMap<NormalizedSidecarSet, Map<string, AnnotationChange>>();

  constructor(policy: AdmissionPolicy) {
    this.#policy = policy;
  }

  /** `present` are all annotations of the Pod. Never throws: a policy that fails makes the change impossible. */
  changeFor(normalized: NormalizedSidecarSet, present: StringMap): AnnotationChange {
    const before = annotationsConcerned(normalized, present);
    const answers = this.#answersOf(normalized);
    const id = JSON.stringify(before);
    const known = answers.get(id);
    if (known !== undefined) return known;
    const answer = this.#ask(normalized, before);
    if (answers.size >= mostAnswers) answers.clear();
    answers.set(id, answer);
    return answer;
  }

  #answersOf(normalized: NormalizedSidecarSet): Map<string, AnnotationChange> {
    let answers = this.#answers.get(normalized);
    if (answers === undefined) {
      answers = new Map();
      this.#answers.set(normalized, answers);
    }
    return answers;
  }

  #ask(normalized: NormalizedSidecarSet, before: StringMap): AnnotationChange {
    try {
      const answer = this.#policy.validate(admissionRequest(before), injectionSettings(normalized));
      if (!answer.accepted)
        return { kind: "impossible", problem: answer.message ?? "the policy gave no reason" };
      const object = answer.mutated_object;
      const metadata = isJsonObject(object) ? object["metadata"] : undefined;
      const after = isJsonObject(metadata) ? metadata["annotations"] : undefined;
      if (!isJsonObject(after)) return { kind: "impossible", problem: "the policy did not inject the set" };
      const changes = keysOf(normalized).flatMap((key) => {
        const value = after[key];
        return typeof value === "string" && value !== before[key] ? [[key, value] as const] : [];
      });
      return { kind: "change", annotations: Object.fromEntries(changes) };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return { kind: "impossible", problem: `the policy failed: ${error.message}` };
    }
  }
}

function keysOf({ set }: NormalizedSidecarSet): readonly string[] {
  return [
    ...new Set(
      (set.spec.patchPodMetadata ?? []).flatMap(({ annotations }) => Object.keys(annotations ?? {})),
    ),
  ];
}

function annotationsConcerned(normalized: NormalizedSidecarSet, present: StringMap): StringMap {
  const entries = keysOf(normalized).flatMap((key) => {
    const value = present[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

const labels = { sidecarset: "metadata" };

/** The set as injection reads it, with one container in place of its own, which do not matter here. */
function injectionSettings({ set, hash, hashWithoutImage }: NormalizedSidecarSet): unknown {
  const { name } = set.metadata;
  const annotations = { [hashAnnotation]: hash, [hashWithoutImageAnnotation]: hashWithoutImage };
  const { patchPodMetadata } = set.spec;
  const containers = [{ name: "sidecar", image: "sidecar" }];
  const spec = { selector: { matchLabels: labels }, containers, patchPodMetadata };
  return { sidecarSets: [{ metadata: { name, annotations }, spec }] };
}

/** The request that the API server would send if a Pod with these annotations were created now. */
function admissionRequest(annotations: StringMap): Readonly<Record<string, unknown>> {
  const kind = { group: "", version: "v1", kind: "Pod" };
  const resource = { group: "", version: "v1", resource: "pods" };
  const [name, namespace] = ["pod", "default"];
  return {
    uid: "metadata",
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    name,
    namespace,
    operation: "CREATE",
    userInfo: { username: "sidecarset-controller" },
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels, annotations },
      spec: { containers: [{ name: "application", image: "application" }] },
    },
    dryRun: true,
  };
}
