import { Ascii, Elements, Splice, Writer, member, skip } from "@kubewarden/as-sdk/assembly/json";
import { NameIndex } from "../document/name-index";
import { PodView } from "../pod/pod-view";
import { valueOfKey } from "../matching/labels";
import { AnnotationEdits } from "./annotation-edits";
import { InjectionPlan } from "./plan";
import { Placement, Sidecar } from "./sidecar";
import { writeSidecar } from "./write-sidecar";

/**
 * Notes a plan's edits of a Pod, which must have `metadata` and `spec`. What no edit touches keeps its bytes.
 */
export function applyPlan(plan: InjectionPlan, pod: PodView, splice: Splice): void {
  splice.reserve(sizeOf(plan));
  editAnnotations(plan.annotations, pod, splice);
  if (!plan.addsContainers()) return;
  editContainers(plan.initContainers, "initContainers", pod.initContainers, pod.spec, splice);
  editContainers(plan.containers, "containers", pod.containers, pod.spec, splice);
  editList(plan.volumes, "volumes", pod.volumes, pod.spec, splice);
  dropRepeatedReferences(pod.imagePullSecrets, splice);
  editList(plan.imagePullSecrets, "imagePullSecrets", pod.imagePullSecrets, pod.spec, splice);
}

/** About how many bytes a plan adds to its Pod. */
function sizeOf(plan: InjectionPlan): usize {
  const values = plan.annotations.values;
  let size: usize = 512;
  for (let i = 0; i < values.length; i++) size += skip(values[i]) - values[i] + 128;
  return (
    size + sizeOfSidecars(plan.containers) + sizeOfSidecars(plan.initContainers) + sizeOfValues(plan.volumes)
  );
}

function sizeOfSidecars(sidecars: Array<Sidecar>): usize {
  let size: usize = 0;
  for (let i = 0; i < sidecars.length; i++) {
    const sidecar = sidecars[i];
    size += skip(sidecar.source) - sidecar.source + 64;
    size +=
      sizeOfValues(sidecar.env) + sizeOfValues(sidecar.volumeMounts) + sizeOfValues(sidecar.volumeDevices);
  }
  return size;
}

function sizeOfValues(values: Array<usize>): usize {
  let size: usize = 0;
  for (let i = 0; i < values.length; i++) size += skip(values[i]) - values[i] + 1;
  return size;
}

function editContainers(
  sidecars: Array<Sidecar>,
  field: Ascii,
  list: usize,
  spec: usize,
  splice: Splice,
): void {
  if (sidecars.length == 0) return;
  if (list == 0) {
    const writer = splice.setMember(spec, field);
    writer.ascii("[");
    writePlaced(writer, sidecars, Placement.Before);
    writePlaced(writer, sidecars, Placement.After);
    writer.ascii("]");
    return;
  }
  for (let i = 0; i < sidecars.length; i++) {
    const sidecar = sidecars[i];
    if (sidecar.placement == Placement.Replace) writeSidecar(splice.replaceValue(sidecar.replaces), sidecar);
    else if (sidecar.placement == Placement.Before) writeSidecar(splice.prepend(list), sidecar);
  }
  // Behind all prepended ones, for in an empty list both ends are the same place.
  for (let i = 0; i < sidecars.length; i++) {
    if (sidecars[i].placement == Placement.After) writeSidecar(splice.append(list), sidecars[i]);
  }
}

function writePlaced(writer: Writer, sidecars: Array<Sidecar>, placement: Placement): void {
  for (let i = 0; i < sidecars.length; i++) {
    if (sidecars[i].placement != placement) continue;
    writer.separate();
    writeSidecar(writer, sidecars[i]);
  }
}

function editList(added: Array<usize>, field: Ascii, list: usize, spec: usize, splice: Splice): void {
  if (added.length == 0) return;
  if (list != 0) {
    for (let i = 0; i < added.length; i++) splice.append(list).copy(added[i]);
    return;
  }
  const writer = splice.setMember(spec, field);
  writer.ascii("[");
  for (let i = 0; i < added.length; i++) {
    writer.separate();
    writer.copy(added[i]);
  }
  writer.ascii("]");
}

/** Of the Pod's own references with one name the first stays. */
function dropRepeatedReferences(list: usize, splice: Splice): void {
  const names = new NameIndex();
  const references = new Elements(list);
  while (references.next()) {
    if (!names.add(member(references.value, "name"), references.value))
      splice.removeElement(references.value);
  }
}

function editAnnotations(edits: AnnotationEdits, pod: PodView, splice: Splice): void {
  if (edits.keys.length == 0) return;
  if (pod.annotations == 0) {
    const writer = splice.setMember(pod.metadata, "annotations");
    writer.ascii("{");
    for (let i = 0; i < edits.keys.length; i++) {
      writer.separate();
      writeAnnotation(writer, edits, i);
    }
    writer.ascii("}");
    return;
  }
  for (let i = 0; i < edits.keys.length; i++) {
    const present = valueOfKey(pod.annotations, edits.keys[i]);
    if (present != 0) splice.replaceValue(present).copy(edits.values[i]);
    else writeAnnotation(splice.appendRawMember(pod.annotations), edits, i);
  }
}

function writeAnnotation(writer: Writer, edits: AnnotationEdits, index: i32): void {
  writer.copy(edits.keys[index]);
  writer.ascii(":");
  writer.copy(edits.values[index]);
}
