import { isObject, member } from "@kubewarden/as-sdk/assembly/json";
import { expectNamed, expectObject, expectObjects, expectTexts, unexpected } from "../document/shape";
import { Path } from "../sidecarset/problems/path";
import { Problems } from "../sidecarset/problems/problems";

/** Checks what injection reads of a Pod. The API server sends no other shapes; a hand-written request may. */
export function checkPodShape(pod: usize, problems: Problems): void {
  if (!isObject(pod)) return unexpected(pod, Path.root("object"), "a Pod", problems);
  const metadata = member(pod, "metadata");
  const metadataPath = Path.root("metadata");
  if (expectObject(metadata, metadataPath, problems)) {
    expectTexts(member(metadata, "labels"), metadataPath.to("labels"), problems);
    expectTexts(member(metadata, "annotations"), metadataPath.to("annotations"), problems);
  }
  const spec = member(pod, "spec");
  const specPath = Path.root("spec");
  if (!expectObject(spec, specPath, problems)) return;
  expectNamed(member(spec, "containers"), specPath.to("containers"), problems);
  expectNamed(member(spec, "initContainers"), specPath.to("initContainers"), problems);
  expectNamed(member(spec, "volumes"), specPath.to("volumes"), problems);
  expectObjects(member(spec, "imagePullSecrets"), specPath.to("imagePullSecrets"), problems);
}
