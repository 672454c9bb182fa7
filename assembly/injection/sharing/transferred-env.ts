import {
  Elements,
  compareText,
  decode,
  isBlank,
  isObject,
  isText,
  member,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";
import { jsonText } from "../../document/json-text";
import { valueOfKey } from "../../matching/labels";
import { PodView } from "../../pod/pod-view";
import { AnnotationEdits } from "../annotation-edits";

/**
 * The env entries that `transferEnv` of a container names, taken from the containers that the Pod was submitted with:
 * rule by rule, and sorted by name within a rule. What the Pod does not have is left out. Names may repeat.
 */
export function transferredEnv(container: usize, pod: PodView, annotations: AnnotationEdits): Array<usize> {
  const found: Array<usize> = [];
  const rules = new Elements(member(container, "transferEnv"));
  while (rules.next()) {
    const source = sourceOf(rules.value, pod, annotations);
    if (source == 0) continue;
    const names = namesOf(rules.value);
    for (let i = 0; i < names.length; i++) {
      const entry = lastEnv(pod.containers, source, names[i]);
      if (entry != 0) found.push(entry);
    }
  }
  return found;
}

/** The name of the container to take from, a JSON string; 0 when the rule leads nowhere. */
function sourceOf(rule: usize, pod: PodView, annotations: AnnotationEdits): usize {
  const field = member(member(rule, "sourceContainerNameFrom"), "fieldRef");
  if (!isObject(field)) return member(rule, "sourceContainerName");
  const path = decode(member(field, "fieldPath"));
  const labels = keyIn(path, "metadata.labels['");
  if (labels.length > 0) return valueOfKey(pod.labels, jsonText(labels));
  const annotation = keyIn(path, "metadata.annotations['");
  return annotation.length > 0 ? annotations.value(jsonText(annotation)) : 0;
}

/** KEY of `metadata.labels['KEY']`; empty when the path is not of that form. */
function keyIn(path: string, prefix: string): string {
  if (!path.startsWith(prefix) || !path.endsWith("']") || path.length < prefix.length + 2) return "";
  return path.substring(prefix.length, path.length - 2);
}

function namesOf(rule: usize): Array<usize> {
  const names: Array<usize> = [];
  const single = member(rule, "envName");
  if (!isBlank(single)) names.push(single);
  const several = new Elements(member(rule, "envNames"));
  while (several.next()) if (isText(several.value)) names.push(several.value);
  names.sort((a, b) => compareText(a, b));
  let kept = 0;
  for (let i = 0; i < names.length; i++) {
    if (kept == 0 || !sameText(names[kept - 1], names[i])) names[kept++] = names[i];
  }
  names.length = kept;
  return names;
}

/** Of several entries of that container and name the last counts. */
function lastEnv(podContainers: usize, container: usize, name: usize): usize {
  let found: usize = 0;
  const containers = new Elements(podContainers);
  while (containers.next()) {
    if (!sameText(member(containers.value, "name"), container)) continue;
    const env = new Elements(member(containers.value, "env"));
    while (env.next()) if (sameText(member(env.value, "name"), name)) found = env.value;
  }
  return found;
}
