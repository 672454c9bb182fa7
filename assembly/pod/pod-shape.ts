import { member } from "@kubewarden/as-sdk/assembly/json";
import { expectNamed, expectObject, expectObjects, expectTexts } from "../document/shape";
import { Problems } from "../report/problems";

/** Checks what injection reads of a Pod. The API server sends no other shapes; a hand-written request may. */
export function checkPodShape(pod: usize, problems: Problems): void {
  if (!expectObject(pod, "object", problems)) {
    if (problems.count == 0) problems.add("object", "a Pod", pod);
    return;
  }
  const metadata = member(pod, "metadata");
  if (expectObject(metadata, "metadata", problems)) {
    expectTexts(member(metadata, "labels"), "metadata.labels", problems);
    expectTexts(member(metadata, "annotations"), "metadata.annotations", problems);
  }
  const spec = member(pod, "spec");
  if (!expectObject(spec, "spec", problems)) return;
  expectNamed(member(spec, "containers"), "spec.containers", problems);
  expectNamed(member(spec, "initContainers"), "spec.initContainers", problems);
  expectNamed(member(spec, "volumes"), "spec.volumes", problems);
  expectObjects(member(spec, "imagePullSecrets"), "spec.imagePullSecrets", problems);
}
