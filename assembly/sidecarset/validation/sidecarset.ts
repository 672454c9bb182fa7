import { isObject } from "@kubewarden/as-sdk/assembly/json";
import { Path } from "../problems/path";
import { Place } from "../problems/place";
import { Problems } from "../problems/problems";
import { sidecarSet } from "../shape/sidecarset";
import { TypeCheck } from "../shape/type-check";
import { validateCanary } from "./canary";
import { Neighbours, validateContainer, validateInitContainer } from "./container";
import { validateInjectionStrategy } from "./injection-strategy";
import { validateMetadata } from "./metadata";
import { dnsLabelRule, labelValueRule } from "./names";
import { validatePatchPodMetadata } from "./pod-metadata";
import { validateSelector } from "./selector";
import { validateInitSidecarFields, validateSidecarFields } from "./sidecar";
import { validateEarlyStrategy, validateUpdateStrategy } from "./update-strategy";
import { validateVolumes } from "./volume";
import { validateUpdate } from "./immutability";

/**
 * Everything that is wrong with a defaulted SidecarSet by itself. `old` is the set before an update, 0 at creation.
 * `at` is where the set lies in a bigger document, an empty path for a document of its own.
 */
export function validateSidecarSet(set: usize, old: usize, at: Path): Problems {
  const problems = new Problems();
  new TypeCheck(at, problems).check(set, sidecarSet);
  if (!isObject(set)) return problems;
  const place = new Place(set, at, problems);
  validateMetadata(place.to("metadata"));
  validateCanary(place, old);
  const spec = place.to("spec");
  if (spec.isSet) validateSpec(spec);
  else spec.expected("a spec");
  if (old != 0) validateUpdate(spec, new Place(old, at, problems).to("spec").value);
  return problems;
}

function validateSpec(spec: Place): void {
  validateSelector(spec.to("selector"));
  const namespaceSelector = spec.to("namespaceSelector");
  if (namespaceSelector.isSet) validateSelector(namespaceSelector);
  spec.to("namespace").follow(dnsLabelRule);
  spec.to("customVersion").follow(labelValueRule);
  validateInjectionStrategy(spec);
  validateUpdateStrategy(spec.to("updateStrategy"));
  validateEarlyStrategy(spec);
  validateContainers(spec, new Neighbours(validateVolumes(spec.to("volumes"))));
  validatePatchPodMetadata(spec.to("patchPodMetadata"));
}

function validateContainers(spec: Place, neighbours: Neighbours): void {
  const containers = spec.to("containers");
  const initContainers = spec.to("initContainers");
  if (!containers.hasItems && !initContainers.hasItems) {
    containers.expected("at least one container or init container");
  }
  const regular = containers.elements();
  while (regular.next()) {
    validateContainer(regular.place, neighbours);
    validateSidecarFields(regular.place);
  }
  const init = initContainers.elements();
  while (init.next()) {
    validateInitContainer(init.place, neighbours);
    validateInitSidecarFields(init.place);
  }
}
